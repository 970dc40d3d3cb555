// The explorer: filters the works of the catalogue; the filter lives in the address.
{
  const root = document.getElementById("work-explorer");
  const { works, words } = window.vgkdExplorer;
  const form = root.querySelector("form");
  const list = root.querySelector("tbody");
  const count = root.querySelector("[role=status]");
  const more = root.querySelector("button[name=more]");
  const FACETS = ["tasks", "supervision", "domains", "stage", "techniques", "language", "code", "from", "to", "q"];
  const STEP = 100;
  let found = works;
  let shown = STEP;

  const index = works.map((work) =>
    `${work.name} ${work.title} ${work.authors} ${work.aliases} ${work.key} ${work.arxiv ?? ""} ${work.doi ?? ""}`.toLowerCase(),
  );

  function state() {
    const data = new FormData(form);
    return Object.fromEntries(FACETS.map((name) => [name, (data.get(name) ?? "").trim()]).filter(([, v]) => v));
  }

  function matches(work, at, wanted, terms) {
    for (const name of ["tasks", "supervision", "domains", "techniques", "language"])
      if (wanted[name] && !work[name].includes(wanted[name])) return false;
    if (wanted.stage && work.stage !== wanted.stage) return false;
    if (wanted.code && Boolean(work.code) !== (wanted.code === "yes")) return false;
    if (wanted.from && work.year < Number(wanted.from)) return false;
    if (wanted.to && work.year > Number(wanted.to)) return false;
    return terms.every((term) => index[at].includes(term));
  }

  function cell(row, content) {
    row.insertCell().append(content);
  }

  function link(text, address) {
    const anchor = document.createElement("a");
    anchor.href = address;
    anchor.textContent = text;
    return anchor;
  }

  function draw() {
    const rows = document.createDocumentFragment();
    const table = document.createElement("tbody");
    for (const work of found.slice(0, shown)) {
      const row = table.insertRow();
      cell(row, link(work.name, `../works/${work.key}.html`));
      cell(row, String(work.year));
      cell(row, work.venue);
      cell(row, work.tasks.map((term) => words.tasks[term]).join(", "));
      cell(row, work.supervision.map((term) => words.supervision[term]).join(", "));
      cell(row, work.code ? link(words.code_link, work.code) : "");
    }
    rows.append(...table.rows);
    list.replaceChildren(rows);
    more.hidden = found.length <= shown;
    count.textContent = words.found.replace("{count}", found.length).replace("{all}", works.length);
  }

  function filter() {
    const wanted = state();
    const terms = (wanted.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    found = works.filter((work, at) => matches(work, at, wanted, terms));
    shown = STEP;
    draw();
    const query = new URLSearchParams(wanted).toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
  }

  function save(name, type, text) {
    const anchor = document.createElement("a");
    anchor.href = URL.createObjectURL(new Blob([text], { type }));
    anchor.download = name;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 1000);
  }

  // a value that a spreadsheet would run as a formula is kept as text
  const quote = (text) => `"${String(text).replace(/^[=+@-]/, "'$&").replaceAll('"', '""')}"`;

  function csv() {
    const columns = ["key", "name", "title", "year", "venue", "doi", "arxiv", "code", "tasks", "supervision", "domains", "stage", "techniques"];
    const lines = found.map((work) => columns.map((c) => quote([work[c] ?? ""].flat().join("; "))).join(","));
    save("vgkd-works.csv", "text/csv", [columns.join(","), ...lines].join("\n") + "\n");
  }

  async function bibtex() {
    try {
      const text = await (await fetch("../data/references.bib")).text();
      const keys = new Set(found.map((work) => work.key));
      const entries = text.split(/^(?=@)/m).filter((entry) => keys.has(entry.match(/^@\w+\{([^,]+),/)?.[1]));
      save("vgkd-works.bib", "application/x-bibtex", entries.join(""));
    } catch {
      count.textContent = words.needs_server;
    }
  }

  for (const [name, chosen] of new URLSearchParams(location.search))
    if (FACETS.includes(name) && form.elements[name]) form.elements[name].value = chosen;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  more.addEventListener("click", () => { shown += STEP; draw(); });
  root.querySelector("button[name=csv]").addEventListener("click", csv);
  root.querySelector("button[name=bibtex]").addEventListener("click", bibtex);
  root.hidden = false;
  filter();
}
