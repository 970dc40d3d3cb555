// Leaderboards: sort by a column, filter by text. Without this script they are plain tables.
// Reporting an error: the form is told the section, beside the page that it knows anyway.
{
  const words = JSON.parse(document.getElementById("vgkd-words")?.textContent ?? "{}");

  const value = (cell) => {
    const text = cell?.textContent.trim() ?? "";
    const number = Number.parseFloat(text);
    return Number.isNaN(number) ? text.toLowerCase() : number;
  };

  const order = (a, b) => {
    if (a === "" || b === "") return (a === "") - (b === "");
    if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
    return typeof a === "number" ? -1 : 1;
  };

  function sortable(table) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const descending = head.getAttribute("aria-sort") !== "descending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        const rows = [...body.rows].map((row) => [value(row.cells[column]), row]);
        const empty = (key) => key === "";
        rows.sort(([a], [b]) => (empty(a) || empty(b) || !descending ? order(a, b) : order(b, a)));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }

  for (const board of document.querySelectorAll(".leaderboard")) {
    const tables = [...board.querySelectorAll("table")];
    tables.forEach(sortable);
    const label = document.createElement("label");
    label.className = "filter";
    const input = document.createElement("input");
    input.type = "search";
    label.append(words.filter ?? "", input);
    board.prepend(label);
    input.addEventListener("input", () => {
      const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of tables.flatMap((table) => [...table.tBodies[0].rows])) {
        const text = row.textContent.toLowerCase();
        row.hidden = !wanted.every((word) => text.includes(word));
      }
    });
  }

  function section(link) {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (named?.closest(".bd-article")) return named.closest("section");
    // the link beside the text is followed where the error was seen, the one at its foot is not
    const shown = [...document.querySelectorAll(".bd-article section")]
      .filter((part) => part.getBoundingClientRect().top < innerHeight / 2);
    return link.closest(".bd-sidebar-secondary") && shown.at(-1);
  }

  for (const link of document.querySelectorAll(".report-error a")) {
    link.addEventListener("click", () => {
      const part = section(link);
      const form = new URL(link.href);
      const page = form.searchParams.get("page").split("#")[0];
      form.searchParams.set("page", part?.id ? `${page}#${part.id}` : page);
      form.searchParams.set("section", part?.querySelector("h1, h2, h3, h4").firstChild.textContent ?? "");
      link.href = form;
    });
  }

  // the worker that answers without a network; a page opened from the disk needs none
  if ("serviceWorker" in navigator && location.protocol.startsWith("http")) {
    addEventListener("load", () => {
      const script = new URL(`${document.documentElement.dataset.content_root}sw.js`, location);
      navigator.serviceWorker.register(script).catch((error) => console.warn(error));
    });
  }
}
