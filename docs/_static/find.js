// Finding: names first (exact, in part, nearly), then the passages that the engine knows.
// Loaded, with its names, when a reader first turns to the search; works without the engine.
{
  const CHINESE = /[\u3400-\u9fff]/;
  const PASSAGES = 10; // so many pages are opened for their passages
  const FIRST = 2; // and so many of them before the others
  // words that say nothing about what is looked for
  const COMMON = new Set(("a an and are at by can do does for how i in is it my of on or should than the to use "
    + "vs we what which with you").split(" "));
  const CHINESE_COMMON = /什么是|是什么|为什么|有哪些|哪些|怎么|怎样|如何|区别|方法|论文|关于|请问|[的和与及了在中里是吗]/g;
  const RARE = 4; // so many things at most bear a word that tells them apart
  const COMMONPLACE = 12; // and more than so many a Chinese name that does not
  const KIND = { term: 5, chapter: 6, work: 3, dataset: 3, leaderboard: 2, notebook: 1, note: 0, list: -2, page: -4 };

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
  // a pasted address is looked for by the identifier in it
  const identifier = (text) => text
    .replace(/^(https?:\/\/)?(dx\.)?(doi\.org|arxiv\.org\/(abs|pdf|html))\//, "")
    .replace(/^(arxiv|doi):\s*/, "")
    .replace(/^(\d{4}\.\d{4,5})(v\d+)?(\.pdf)?$/, "$1");
  const key = (text) => identifier(plain(text)).replace(/[\s\-–_.,:;/()'"“”’?!@=·、，。？！]/g, "");
  // a Chinese name without its filling words, unless it is made of them
  const heart = (text) => text.replace(CHINESE_COMMON, "") || text;
  const words = (text) => plain(text).match(/[\u3400-\u9fff]+|((?![\u3400-\u9fff])[\p{L}\p{N}+])+/gu) ?? [];

  const { kinds, labels, groups, rows, ways } = window.vgkdNames;
  function prepared(name, title) {
    const [itsKey, chinese] = [key(name), CHINESE.test(name)];
    return { key: itsKey, heart: chinese ? heart(itsKey) : "", words: words(name), chinese, title: name === title };
  }
  const things = rows.map(([kind, url, title, about, names, part]) => ({
    kind: kinds[kind], label: labels[kind], group: groups[kind], url, title, about, part,
    names: [...new Set([title, ...names])].map((name) => prepared(name, title)),
  }));
  const pages = new Map(things.filter((one) => !/[#?]/.test(one.url)).map((one) => [one.url, one]));
  const vocabulary = new Set(things.flatMap((one) => one.names.flatMap((name) => name.words)
    .concat(one.names.filter((name) => !name.chinese).map((name) => name.key))));

  // how many things bear a word in a name: a rare one tells more
  const bearers = new Map();
  for (const one of things) {
    for (const word of new Set(one.names.flatMap((name) => name.words)))
      bearers.set(word, (bearers.get(word) ?? 0) + 1);
  }

  // and how many bear a name that holds this Chinese one, as many do for 视觉定位; counted when asked
  const counted = new Map();
  function within(heart) {
    if (!counted.has(heart)) {
      const holds = (name) => name.chinese && name.heart.includes(heart);
      counted.set(heart, things.filter((one) => one.names.some(holds)).length);
    }
    return counted.get(heart);
  }

  const pairs = (text) => new Set([...text].slice(1).map((_, at) => text.slice(at, at + 2)));
  function common(a, b) {
    const [one, other] = [pairs(a), pairs(b)];
    let shared = 0;
    for (const pair of one) shared += other.has(pair);
    return (2 * shared) / (one.size + other.size || 1);
  }

  // how well a name answers a query: 100 is the name itself, 0 is nothing
  function likeness(name, asked) {
    if (name.key === asked.key) return 100;
    if (name.key === asked.core) return 95;
    const share = Math.min(name.key.length, asked.core.length) / Math.max(name.key.length, asked.core.length);
    if (name.chinese && asked.chinese) {
      if (name.heart === asked.heart) return 95;
      const part = Math.min(name.heart.length, asked.heart.length) / Math.max(name.heart.length, asked.heart.length);
      if (name.heart.length > 1 && (asked.heart.includes(name.heart) || name.heart.includes(asked.heart)))
        return (within(name.heart) > COMMONPLACE ? 35 : 50) + 40 * part;
      const alike = common(name.heart, asked.heart);
      return alike >= 0.5 ? 30 + 40 * alike : 0;
    }
    if (!asked.words.length || !name.words.length) return 0;
    const begins = (word, set) => set.some((other) => other.startsWith(word));
    if (asked.words.every((word) => begins(word, name.words))) {
      const exact = asked.words.filter((word) => name.words.includes(word)).length / asked.words.length;
      return 35 + 35 * share + 15 * exact;
    }
    if (name.key.length > 2 && name.words.every((word) => asked.words.includes(word)))
      return (name.title && name.words.some((word) => bearers.get(word) <= RARE) ? 42 : 22) + 45 * share;
    if (asked.key.length > 3 && name.key.startsWith(asked.key)) return 55 + 35 * share;
    const met = asked.words.filter((word) => begins(word, name.words)).length / asked.words.length;
    return asked.words.length > 2 && met > 0.6 ? 20 + 40 * met : 0;
  }

  function question(text) {
    const all = words(identifier(plain(text)));
    const telling = all.filter((word) => !COMMON.has(word));
    const asked = telling.length ? telling : all;
    return { key: key(text), heart: heart(key(text)), core: key(asked.join("")), words: asked, chinese: CHINESE.test(text) };
  }

  function byName(text) {
    const asked = question(text);
    if (!asked.key) return [];
    return things
      .map((thing) => ({ thing, score: Math.max(...thing.names.map((name) => likeness(name, asked))) }))
      .filter((hit) => hit.score > 0);
  }

  const withoutCommon = (text) => text.split(/\s+/).filter((word) => !COMMON.has(word.toLowerCase())).join(" ");

  // Chinese names of terms, lists, works and data sets stand for their English titles in the text
  const meanings = things
    .filter((one) => ["term", "list", "dataset", "work"].includes(one.kind))
    .flatMap((one) => one.names.filter((name) => name.chinese).map((name) => [name.key, one.title]))
    .sort(([a], [b]) => b.length - a.length);
  function inEnglish(text) {
    if (!CHINESE.test(text)) return withoutCommon(text) || text;
    let rest = plain(text).replace(/\s+(?=[\u3400-\u9fff])/g, "");
    const said = [];
    for (const [name, title] of meanings) {
      if (name.length > 1 && rest.includes(name)) {
        said.push(title);
        rest = rest.replaceAll(name, " ");
      }
    }
    said.push(...(rest.match(/[a-z0-9][\w.+@-]*/g) ?? []));
    // what no name covers is looked for as it stands: the index holds single characters
    return said.length ? said.join(" ") : `"${[...rest.replace(/\s/g, "")].join(" ")}"`;
  }

  // edits between two words, where two neighbours exchanged count as one; stops beyond most
  function edits(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let [before, last] = [[], Array.from({ length: b.length + 1 }, (_, at) => at)];
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        row[j] = Math.min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (a[i - 1] !== b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
          row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      if (Math.min(...row) > most) return most + 1;
      [before, last] = [last, row];
    }
    return last[b.length];
  }

  function nearest(word) {
    const most = word.length < 4 ? 0 : word.length < 7 ? 1 : 2;
    let [found, least] = [null, most + 1];
    for (const known of vocabulary) {
      const away = edits(word, known, Math.min(most, least));
      if (away < least || (away === least && found && known[0] === word[0] && found[0] !== word[0]))
        [found, least] = [known, away];
    }
    return least <= most ? found : null;
  }

  // a query with its unknown words replaced by near ones, or null when there is nothing to replace
  function corrected(text, seen) {
    if (CHINESE.test(text)) return null;
    const known = (word) => /^\d/.test(word) || vocabulary.has(word) || seen.has(word)
      || [...vocabulary].some((other) => word.length > 2 && other.startsWith(word));
    const asked = words(text);
    const near = asked.map((word) => (known(word) ? word : (nearest(word) ?? word)));
    const whole = near.every((word, at) => word === asked[at]);
    return whole ? null : near.join(" ");
  }

  // characters that stood apart for the index are joined again
  const joined = (html) => html
    .replace(/([\u3400-\u9fff])((?:<\/mark>)?) ((?:<mark>)?)(?=[\u3400-\u9fff])/g, "$1$2$3")
    .replaceAll("</mark><mark>", "");

  // the engine falls back on ever shorter beginnings of a word it does not know: not taken here
  function answers(word, met) {
    const least = Math.max(Math.min(word.length, 3), word.length / 2);
    return met.some((other) => {
      let same = 0;
      while (same < word.length && word[same] === other[same]) same++;
      return same >= least;
    });
  }

  function read(page) {
    const all = page.content.split(/\s+/);
    const met = [...new Set(page.locations.flatMap((at) => words(all[at] ?? "")))];
    const weight = (part) => part.weighted_locations.reduce((sum, at) => sum + at.balanced_score, 0);
    const [best] = [...page.sub_results].sort((a, b) => weight(b) - weight(a));
    const part = best ?? page;
    const url = page.url.replace(/^\//, "");
    const thing = pages.get(url);
    const inside = part.anchor && key(part.title) !== key(page.meta.title ?? "");
    return {
      thing, met, passage: joined(part.excerpt),
      url: inside ? part.url.replace(/^\//, "") : url, section: inside ? part.title : "",
    };
  }

  // passages that answer a query: of the first few pages, then of all
  async function* passages(engine, text) {
    const asked = inEnglish(text);
    const ranked = (await (await engine).search(asked)).results.slice(0, PASSAGES);
    const answering = ({ thing, met }) => thing && words(asked).every((word) => answers(word, met));
    const found = [];
    for (const some of [ranked.slice(0, FIRST), ranked.slice(FIRST)]) {
      const opened = await Promise.all(some.map((one) => one.data()));
      found.push(...opened.map(read).filter(answering));
      if (!found.length) return; // the engine fell back from a word: so it did for the other pages
      yield found;
    }
  }

  function merged(text, named, found) {
    const number = /^\d+([.,]\d+)?%?$/.test(text.trim());
    const byUrl = new Map();
    for (const { thing, score } of named)
      byUrl.set(thing.url, { ...thing, score: score + KIND[thing.kind] });
    found.forEach(({ thing, url, section, passage }, rank) => {
      const score = 58 - 3 * rank + KIND[thing.kind]
        + (number && ["work", "leaderboard", "dataset"].includes(thing.kind) ? 12 : 0);
      const known = byUrl.get(url) ?? byUrl.get(thing.url);
      if (known?.score >= 90) known.score += 6; // found by its name: its own line says more
      else if (known) Object.assign(known, { url, section, passage, score: Math.max(known.score, score) + 6 });
      else byUrl.set(thing.url, { ...thing, url, section, passage, score });
    });
    return [...byUrl.values()].sort((a, b) => b.score - a.score);
  }

  // Answers to a query, each better than the last: the names at once; then with passages; then, when
  // nothing answers, the same for the query with its unknown words replaced by near ones. results:
  // best first; near: what was looked for instead; only: whether the names are all there is, because
  // the engine, a promise, did not load; finished: whether this is the last.
  async function* find(engine, query) {
    const named = byName(query);
    yield { results: merged(query, named, []) };
    let [found, only] = [[], false];
    try {
      for await (found of passages(engine, query)) {
        if (!named.length) yield { results: merged(query, named, found) };
      }
    } catch {
      only = true;
    }
    const seen = new Set(found.flatMap((one) => one.met));
    const near = named.some((hit) => hit.score >= 85) ? null : corrected(query, seen);
    if (!near) {
      yield { results: merged(query, named, found), only, finished: true };
      return;
    }
    const renamed = byName(near);
    yield { results: merged(near, renamed, []), near };
    let again = [];
    if (!only) for await (again of passages(engine, near));
    yield { results: merged(near, renamed, again), near, only, finished: true };
  }

  window.vgkdFind = { find, words, ways };
}
