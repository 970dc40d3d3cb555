// The search box: opens with Ctrl-K (the theme's doing), "/" or its button; arrows, Enter, Escape.
// Nothing but this file is loaded before a reader turns to the box.
{
  const said = JSON.parse(document.currentScript.dataset.words);
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  const TOP = 3; // best matches, of any kind, before the groups
  const GROUP = 6;
  // the engine's defaults favour short pages; here the chapters are the long ones
  const RANKING = { pageLength: 0.2, termSaturation: 1.8 };
  const PAUSE = 80; // milliseconds without a key before passages are fetched

  const say = (name, values = {}) => said[name].replace(/\{(\w+)\}/g, (_, value) => values[value] ?? "");

  function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [property, value] of Object.entries(properties)) {
      if (property.includes("-") || property === "role") made.setAttribute(property, value);
      else made[property] = value;
    }
    made.append(...children);
    return made;
  }

  async function engine() {
    const loaded = await import(new URL("pagefind/pagefind.js", root));
    await loaded.options({ baseUrl: "/", excerptLength: 24, ranking: RANKING });
    await loaded.init();
    return loaded;
  }

  let loading = null;
  function load() {
    const script = (path) => new Promise((resolve, reject) => {
      const made = element("script", { src: new URL(path, root).href, onload: resolve, onerror: reject });
      document.head.append(made);
    });
    if (!window.vgkdEngine) (window.vgkdEngine = engine()).catch(() => {}); // the names do without it
    loading ??= script("data/search.js").then(() => script("_static/find.js"))
      .then(() => window.vgkdFind)
      .catch((error) => { loading = null; throw error; }); // asked again by the next key
    return loading;
  }
  const prepare = () => load().catch(() => {});

  // a text with the query's words marked
  function marked(text, asked) {
    const literal = asked.filter((word) => word.length > 1)
      .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const parts = literal.length ? text.split(new RegExp(`(${literal.join("|")})`, "i")) : [text];
    return parts.map((part, at) => (at % 2 ? element("mark", { textContent: part }) : part));
  }

  function box(form, number) {
    const input = form.querySelector("input");
    const list = element("div", { id: `vgkd-hits-${number}`, role: "listbox", "aria-label": said.label });
    const status = element("p", { role: "status", className: "hits-status" });
    const more = element("div", { className: "hits-more" });
    const panel = element("div", { className: "hits", hidden: true }, status, list, more);
    form.after(panel);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-controls": list.id,
      "aria-autocomplete": "list", "aria-haspopup": "listbox",
    })) input.setAttribute(name, value);

    let options = [];
    let active = -1;
    function choose(at) {
      options[active]?.setAttribute("aria-selected", "false");
      active = options.length ? (at + options.length) % options.length : -1;
      const chosen = options[active];
      chosen?.setAttribute("aria-selected", "true");
      chosen?.scrollIntoView({ block: "nearest" });
      if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
      else input.removeAttribute("aria-activedescendant");
    }

    function option(hit, asked, withKind) {
      const place = [withKind && hit.label, hit.section || hit.part].filter(Boolean).join(" · ");
      const passage = element("span", { className: "hit-passage" });
      if (hit.passage) passage.innerHTML = hit.passage; // the engine escapes all but its marks
      else passage.append(...marked(hit.about, asked));
      return element("a", {
        role: "option", id: `${list.id}-${options.length}`, tabIndex: -1, className: "hit",
        href: new URL(hit.url, root).href, "aria-selected": "false",
      }, element("span", { className: "hit-title" }, ...marked(hit.title, asked)),
      element("span", { className: "hit-place", textContent: place }), passage);
    }

    function group(name, hits, asked, withKind) {
      const head = element("div", { id: `${list.id}-head-${list.childElementCount}`, className: "hits-head", textContent: name });
      const made = element("div", { role: "group", "aria-labelledby": head.id }, head);
      for (const hit of hits) {
        const one = option(hit, asked, withKind);
        options.push(one);
        made.append(one);
      }
      list.append(made);
    }

    function show(query, { results, near, only = false, finished = false }) {
      const asked = window.vgkdFind.words(near ?? query);
      const kept = options[active]?.href;
      options = [];
      list.replaceChildren();
      if (results.length) group(said.top, results.slice(0, TOP), asked, true);
      const kinds = new Map();
      for (const hit of results.slice(TOP)) kinds.set(hit.group, [...(kinds.get(hit.group) ?? []), hit]);
      for (const [name, hits] of kinds) group(name, hits.slice(0, GROUP), asked, false);
      // a reader who went down the list stays where they were; otherwise the best is chosen
      choose(Math.max(0, active > 0 ? options.findIndex((one) => one.href === kept) : 0));
      input.setAttribute("aria-expanded", String(options.length > 0));
      more.replaceChildren();
      if (!finished) status.textContent = results.length ? "" : said.loading;
      else if (!results.length) {
        status.textContent = say("none", { query });
        const ways = window.vgkdFind.ways.map(([url, title]) =>
          element("li", {}, element("a", { href: new URL(url, root).href, textContent: title })));
        more.append(element("p", { textContent: said.none_ways }), element("ul", {}, ...ways));
      } else if (near) status.textContent = say("corrected", { near, query });
      else status.textContent = say("found", { count: options.length });
      if (finished && only) more.append(element("p", { textContent: said.names_only }));
      panel.hidden = false;
      panel.dataset.finished = finished;
    }

    let current = 0;
    async function run() {
      const query = input.value.trim();
      const mine = ++current;
      if (!query) {
        panel.hidden = true;
        input.setAttribute("aria-expanded", "false");
        options = [];
        choose(0);
        return;
      }
      panel.dataset.finished = false;
      try {
        const finder = await load();
        if (mine !== current) return;
        active = -1;
        for await (const found of finder.find(window.vgkdEngine, query)) {
          if (mine !== current) return;
          show(query, found);
          // better answers can wait for the next key, but a reader who sees none waits for the engine alone
          if (found.results.length) await new Promise((resolve) => setTimeout(resolve, PAUSE));
          else await window.vgkdEngine.catch(() => {});
          if (mine !== current) return;
        }
      } catch {
        status.textContent = said.unable;
        panel.hidden = false;
      }
    }

    input.addEventListener("focus", prepare, { once: true });
    input.addEventListener("input", run);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return; // an input method for Chinese uses these keys itself
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        choose(active + (event.key === "ArrowDown" ? 1 : -1));
        event.preventDefault();
      } else if (event.key === "Enter" && options[active] && !panel.hidden) {
        options[active].click();
        event.preventDefault();
      }
    });
    // a result on this very page leaves the dialog open over it otherwise
    list.addEventListener("click", (event) => {
      if (event.target.closest("a")) form.closest("dialog")?.close();
    });
    return { input, run };
  }

  // whoever reaches for the button is about to type
  for (const button of document.querySelectorAll(".search-button__button"))
    for (const reaching of ["pointerenter", "focus"]) button.addEventListener(reaching, prepare, { once: true });

  const boxes = [...document.querySelectorAll("form.bd-search")].map(box);
  const dialog = document.getElementById("pst-search-dialog");
  const onPage = boxes.find(({ input }) => !dialog?.contains(input));
  if (onPage) { // the search page, perhaps with a query in its address
    onPage.input.value = new URLSearchParams(location.search).get("q") ?? "";
    onPage.input.focus();
    onPage.input.addEventListener("input", () => {
      history.replaceState(null, "", `?${new URLSearchParams({ q: onPage.input.value })}`);
    });
    onPage.run();
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || typing) return;
    event.preventDefault();
    if (onPage) onPage.input.focus();
    else if (!dialog.open) dialog.showModal();
  });
}
