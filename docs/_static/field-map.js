// The map of the field: choose lanes, filter, walk with the arrow keys, read a work's card. All marks
// and list entries are taken from the page, where they stand as a table and a list without a script.
{
  const root = document.querySelector(".field-map");
  const find = (selector) => root.querySelector(selector);
  const { works, lanes, years, words, heads, groupings, narrow } = JSON.parse(find("script").textContent);
  const [form, table, card, list] = ["form", "table", "aside", ".field-list"].map(find);
  const explorer = find(".to-explorer");
  const columns = [...root.querySelectorAll("col")].slice(1);
  const FACETS = ["tasks", "techniques", "supervision", "domains"];
  const picked = { lane: "", year: "" };
  let at; // the mark that the Tab key stops at
  let touched;

  const key = (link) => link.pathname.match(/([^/]+)\.html$/)[1];
  const held = (work, name) => [work[name] ?? []].flat();
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const originals = (links) => new Map([...links].map((link) => [key(link), link.closest("li") ?? link]));
  const marks = originals(table.querySelectorAll("td a"));
  const entries = originals(list.querySelectorAll("li > a"));

  function make(name, content = [], attributes = {}) {
    const element = document.createElement(name);
    element.append(...[content].flat());
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    return element;
  }

  function copy(from, name) {
    const made = from.get(name).cloneNode(true);
    made.removeAttribute("title"); // the card says it
    return made;
  }

  const link = (name) => copy(entries, name).querySelector("a");

  function head(label, count, kind, value, scope) {
    const button = make("button", label, { type: "button", "aria-pressed": picked[kind] === String(value) });
    button.addEventListener("click", () => {
      picked[kind] = picked[kind] === String(value) ? "" : String(value);
      draw();
      list.open = true;
      table.querySelector(`th[data-${kind}="${value}"] button`)?.focus();
    });
    return make("th", [button, " ", make("small", String(count))], { scope, [`data-${kind}`]: value });
  }

  // the works of each lane, by year, in the order of the page's data: the weightiest first
  function arrange(found, group) {
    const named = new Set(lanes[group].flatMap(([, , terms]) => terms));
    return lanes[group].map(([name, label, terms]) => {
      const inside = found.filter((work) => terms.length
        ? held(works[work], group).some((term) => terms.includes(term))
        : !held(works[work], group).some((term) => named.has(term)));
      return { name, label, inside, cells: years.map(([year]) => inside.filter((work) => works[work].year === year)) };
    }).filter((lane) => lane.inside.length);
  }

  function listing(rows) {
    return rows.filter(({ name }) => !picked.lane || name === picked.lane).flatMap(({ label, cells }) => {
      const kept = cells.map((cell, i) => [cell, years[i]])
        .filter(([cell, [year]]) => cell.length && (!picked.year || String(year) === picked.year));
      const part = make("details", [
        make("summary", [label, " ", make("small", String(kept.flatMap(([cell]) => cell).length))]),
        make("ul", kept.map(([cell, [, year]]) => make("li", [year, make("ul", cell.map((work) => copy(entries, work)))]))),
      ]);
      part.open = Boolean(picked.lane || picked.year);
      return kept.length ? [part] : [];
    });
  }

  function draw() {
    const wanted = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
    const group = wanted.lanes;
    const facets = FACETS.filter((name) => wanted[name]);
    const found = Object.keys(works).filter((work) => facets.every((name) => held(works[work], name).includes(wanted[name])));
    const rows = arrange(found, group);
    if (!rows.some(({ name }) => name === picked.lane)) picked.lane = "";
    table.caption.textContent = fill(words.caption, { lane: groupings[group] });
    table.tHead.rows[0].replaceChildren(make("th", heads[group], { scope: "col" }), ...years.map(([year, label]) =>
      head(label, found.filter((work) => works[work].year === year).length, "year", year, "col")));
    table.tBodies[0].replaceChildren(...rows.map(({ name, label, inside, cells }) => make("tr", [
      head(label, inside.length, "lane", name, "row"),
      ...cells.map((cell, i) => make("td", cell.map((work, n) => {
        const mark = copy(marks, work);
        mark.classList.toggle("landmark", !n && works[work].pages > 2);
        return mark;
      }), { "data-year": years[i][1], class: years[i][2] })),
    ])));
    root.classList.toggle("named", wanted.names === "on");
    list.lastElementChild.replaceChildren(...listing(rows));
    const what = [rows.find(({ name }) => name === picked.lane)?.label,
      years.find(([year]) => String(year) === picked.year)?.[1]].filter(Boolean).join(", ");
    find("[role=status]").textContent = found.length
      ? [fill(words.found, { count: found.length, all: Object.keys(works).length }), what && fill(words.chosen, { what })].join(" ")
      : words.none;
    at = table.querySelector("td a");
    if (at) at.tabIndex = 0;
    // a named mark needs room, an empty year none
    const widths = years.map(([year]) => {
      const count = found.filter((work) => works[work].year === year).length;
      return Math.max(wanted.names && count ? 9 : narrow, Math.sqrt(count));
    });
    const share = 84 / widths.reduce((sum, width) => sum + width);
    widths.forEach((width, i) => { columns[i].style.width = `${share * width}%`; });
    const query = new URLSearchParams(facets.map((name) => [name, wanted[name]]));
    explorer.search = query;
    if (group !== form.elements.lanes.options[0].value) query.set("lanes", group);
    for (const [name, value] of [...Object.entries(picked), ["names", wanted.names]]) if (value) query.set(name, value);
    history.replaceState(null, "", `${query.size ? `?${query}` : location.pathname}${location.hash}`);
  }

  function close() {
    card.hidden = true;
    for (const mark of table.querySelectorAll(".same")) mark.classList.remove("same");
  }

  function show(mark) {
    close();
    const name = key(mark);
    const work = works[name];
    const entry = make("p", [...copy(entries, name).childNodes]);
    const more = [["paper", "paper_link"], ["code", "code_link"]].filter(([field]) => work[field])
      .map(([field, word]) => make("a", words[word], { href: work[field] }));
    const kin = [["teacher", [work.teacher].filter(Boolean)],
      ["students", Object.keys(works).filter((other) => works[other].teacher === name)]];
    const spaced = (links) => links.flatMap((one) => [" ", one]);
    const button = make("button", "×", { type: "button", "aria-label": words.close });
    button.addEventListener("click", () => { mark.focus(); close(); });
    card.replaceChildren(entry, make("p", work.summary), ...kin.filter(([, keys]) => keys.length)
      .map(([word, keys]) => make("p", [words[word], ...spaced(keys.map(link))])),
      make("p", [fill(words.pages, { count: work.pages ?? 0, tables: work.tables ?? 0 }), ...spaced(more)]), button);
    card.hidden = false;
    mark.setAttribute("aria-describedby", card.id);
    for (const other of table.querySelectorAll("td a")) other.classList.toggle("same", key(other) === name);
  }

  function step(mark, pressed) {
    const cells = [...mark.closest("tr").cells];
    const all = [...mark.closest("tr").querySelectorAll("a")];
    if (pressed === "Home") return all[0];
    if (pressed === "End") return all.at(-1);
    if (pressed === "ArrowRight" || pressed === "ArrowLeft") return all[all.indexOf(mark) + (pressed === "ArrowRight" ? 1 : -1)];
    const column = cells.indexOf(mark.parentElement);
    const below = pressed === "ArrowDown";
    let row = mark.closest("tr");
    while ((row = below ? row.nextElementSibling : row.previousElementSibling))
      if (row.cells[column].firstElementChild) return row.cells[column].firstElementChild;
  }

  const markOf = (event) => event.target.closest?.("td a");
  table.addEventListener("keydown", (event) => {
    const mark = markOf(event);
    if (!mark || !/^(Arrow|Home|End)/.test(event.key)) return;
    event.preventDefault();
    step(mark, event.key)?.focus();
  });
  table.addEventListener("focusin", (event) => {
    const mark = markOf(event);
    if (!mark) return;
    at.tabIndex = -1;
    at = mark;
    at.tabIndex = 0;
    show(mark);
  });
  table.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse" && markOf(event)) show(markOf(event));
  });
  // a first touch shows the card, a second follows the link
  table.addEventListener("click", (event) => {
    const mark = markOf(event);
    if (!mark || event.pointerType !== "touch" || (!card.hidden && mark === touched)) return;
    event.preventDefault();
    touched = mark;
    show(mark);
  });
  root.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });

  const asked = new URLSearchParams(location.search);
  for (const [name, value] of asked) {
    const field = form.elements[name];
    if (field?.type === "checkbox") field.checked = value === "on";
    else if (field && [...field.options].some((option) => option.value === value)) field.value = value;
    else if (name in picked) picked[name] = value;
  }
  form.addEventListener("input", draw);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => { picked.lane = picked.year = ""; setTimeout(draw); });
  form.hidden = explorer.hidden = false;
  draw();
  list.open = Boolean(picked.lane || picked.year);
}
