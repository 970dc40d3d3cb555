// Citing: copy buttons, the day of access, and the full reference beside each citation.
// Without this script, formats can be selected and downloaded, and citations are plain links.
{
  const words = JSON.parse(document.getElementById("vgkd-words")?.textContent ?? "{}");
  const now = new Date();
  const today = new Date(now - 60000 * now.getTimezoneOffset()).toISOString().slice(0, 10); // local

  const withAccess = {
    bib: (text) => text.replace(/\n\}\n*$/, `,\n  urldate = {${today}}\n}\n`),
    ris: (text) => text.replace(/ER {2}- /, `Y2  - ${today.replaceAll("-", "/")}\nER  - `),
    json: (text) => {
      const items = JSON.parse(text);
      items[0].accessed = { "date-parts": [today.split("-").map(Number)] };
      return JSON.stringify(items, null, 1) + "\n";
    },
  };

  function addCopy(pre) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copy;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(pre.textContent);
        button.textContent = words.copied;
      } catch {
        getSelection().selectAllChildren(pre);
        button.textContent = words.copy_failed;
      }
      setTimeout(() => { button.textContent = words.copy; }, 2500);
    });
    const head = pre.previousElementSibling;
    if (head?.matches("p")) head.append(" ", button);
    else pre.before(button);
  }

  for (const pre of document.querySelectorAll(".cite-page pre")) {
    pre.textContent = withAccess[pre.dataset.format](pre.textContent);
    const link = pre.parentElement.querySelector("a[download]");
    link.href = link.href.replace(/,.*$/s, "," + encodeURIComponent(pre.textContent));
    addCopy(pre);
  }
  for (const place of document.querySelectorAll(".cite-page .accessed")) {
    place.textContent = words.cite_accessed.replace("{date}", today);
    place.hidden = false;
  }
  document.querySelectorAll(".entry-bibtex pre").forEach(addCopy);

  // the reference of a citation, taken from the bibliography's own page
  const pages = new Map();
  async function entry(link) {
    const page = link.href.split("#")[0];
    if (!pages.has(page)) {
      pages.set(page, fetch(page).then((answer) => answer.text())
        .then((text) => new DOMParser().parseFromString(text, "text/html")));
    }
    const found = (await pages.get(page)).getElementById(decodeURIComponent(link.hash.slice(1)));
    const copy = document.importNode(found, true);
    copy.querySelectorAll(".label, .entry-bibtex, .copy").forEach((part) => part.remove());
    copy.querySelectorAll(".entry-links").forEach((part, place) => place && part.remove());
    for (const inner of copy.querySelectorAll("a[href]")) {
      inner.href = new URL(inner.getAttribute("href"), page).href;
    }
    return copy.children;
  }

  let open = null;
  function close() {
    open?.box.remove();
    open?.link.removeAttribute("aria-describedby");
    open = null;
  }

  async function show(link) {
    if (open?.link === link) return;
    close();
    const box = document.createElement("span");
    box.id = "cite-box";
    box.className = "cite-box";
    const mine = (open = { link, box });
    try {
      box.append(...(await entry(link)));
    } catch {
      return; // no page to read it from: the link still leads there
    }
    if (open !== mine) return;
    link.after(box);
    link.setAttribute("aria-describedby", box.id);
    const edge = document.documentElement.clientWidth - 12;
    const over = box.getBoundingClientRect().right - edge;
    if (over > 0) box.style.marginInlineStart = `${-over}px`;
  }

  // one listener for the page, not one for each citation: a chapter has hundreds
  const cited = (target) => target.closest(".bd-article a[href*='bibliography/'][href*='#']:not(.cite-box *)");
  let wait;
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    clearTimeout(wait);
    const link = cited(event.target);
    if (link) wait = setTimeout(() => show(link), 150);
    if (open && !open.box.contains(event.target)
        && !open.link.contains(event.target) && !open.link.matches(":focus")) {
      clearTimeout(open.leaving);
      const mine = open;
      mine.leaving = setTimeout(() => { if (open === mine && !mine.box.matches(":hover")) close(); }, 300);
    }
  });
  document.addEventListener("click", (event) => {
    const link = cited(event.target);
    // a first touch shows the reference, a second follows the link
    if (link && event.pointerType === "touch" && open?.link !== link) {
      event.preventDefault();
      show(link);
    }
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.addEventListener("pointerdown", (event) => {
    if (open && !open.box.contains(event.target) && !open.link.contains(event.target)) close();
  });
  document.addEventListener("focusin", (event) => {
    if (open && event.target !== open.link && !open.box.contains(event.target)) close();
    const link = cited(event.target);
    if (link?.matches(":focus-visible")) show(link);
  });
}
