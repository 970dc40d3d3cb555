// Keeps the whole book on this device: fetches what is not there yet, and says what is.
if ("serviceWorker" in navigator && "caches" in window) {
  const root = document.getElementById("offline-copy");
  const words = JSON.parse(root.dataset.words);
  const BASE = new URL(document.documentElement.dataset.content_root, location).href;
  const CACHE = `vgkd ${new URL(BASE).pathname}`; // the worker's, which answers from it
  const RECORD = `${BASE}offline-kept.json`;
  const AT_ONCE = 6;
  const SAVE_EVERY = 50; // files: an interrupted copy starts again from there

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
  const sum = (entries) => entries.reduce((total, [, [, bytes]]) => total + bytes, 0);
  const address = (path) => BASE + path.split("/").map(encodeURIComponent).join("/");

  function make(name, content = "", attributes = {}) {
    const element = document.createElement(name);
    element.append(...[content].flat());
    return Object.assign(element, attributes);
  }

  const hash = async (body) =>
    [...new Uint8Array(await crypto.subtle.digest("SHA-256", body))].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);

  async function record() {
    const found = await (await caches.open(CACHE)).match(RECORD);
    return found ? found.json() : {};
  }

  async function save(kept) {
    await (await caches.open(CACHE)).put(RECORD, new Response(JSON.stringify(kept)));
  }

  const missing = (files, kept) => Object.entries(files).filter(([path, [wanted]]) => kept[path] !== wanted);

  // returns how many files did not arrive; what did is kept by its hash, whatever was expected
  async function fetchAll(files, stop, tell) {
    const kept = await record();
    const cache = await caches.open(CACHE);
    for (const path of Object.keys(kept)) {
      if (path in files) continue;
      await cache.delete(address(path));
      delete kept[path];
    }
    const queue = missing(files, kept);
    const count = queue.length;
    let done = 0;
    let failed = 0;
    async function work() {
      for (let next; !stop.aborted && (next = queue.pop()); ) {
        try {
          const answer = await fetch(address(next[0]), { cache: "no-cache", headers: { "vgkd-keep": "1" }, signal: stop });
          if (!answer.ok) throw new Error(answer.statusText);
          const body = await answer.arrayBuffer();
          const type = answer.headers.get("Content-Type") ?? "application/octet-stream";
          await cache.put(address(next[0]), new Response(body, { headers: { "Content-Type": type } }));
          kept[next[0]] = await hash(body);
        } catch (error) {
          if (error.name === "QuotaExceededError") { await save(kept); throw error; }
          failed += !stop.aborted;
        }
        done += 1;
        tell(done, count);
        if (done % SAVE_EVERY === 0) await save(kept);
      }
    }
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    } finally {
      await save(kept);
    }
    return failed;
  }

  async function run(files, show) {
    const stopping = new AbortController();
    const bar = make("progress", "", { max: 1, value: 0 });
    const text = make("span");
    bar.setAttribute("aria-label", words.keep);
    show([bar, " ", text, " ", button(words.stop, () => stopping.abort())]);
    await navigator.storage?.persist?.();
    try {
      const failed = await fetchAll(files, stopping.signal, (done, count) => {
        bar.value = done / count;
        text.textContent = fill(words.running, { done, files: count });
      });
      return failed ? fill(words.failed, { count: failed }) : "";
    } catch (error) {
      if (error.name === "QuotaExceededError") return words.full;
      throw error;
    }
  }

  function button(text, press) {
    const made = make("button", text, { type: "button" });
    made.addEventListener("click", press);
    return made;
  }

  async function pages(files) {
    const found = (await (await caches.open(CACHE)).keys()).map(({ url }) => decodeURIComponent(url.slice(BASE.length)));
    return found.filter((path) => files[path]?.[2]).sort();
  }

  async function draw(said = "") {
    const { files, bytes } = await (await fetch(`${BASE}offline-files.json`, { cache: "no-cache" })).json();
    const kept = await record();
    const open = missing(files, kept);
    const some = Object.keys(kept).length > 0;
    const wanted = new URLSearchParams(location.search).get("wanted");
    const actions = make("p");
    const show = (content) => actions.replaceChildren(...content);
    const start = async () => draw(await run(files, show));
    const lines = [];
    if (wanted) lines.push(make("p", make("strong", fill(words.wanted, { page: files[wanted]?.[2] ?? wanted }))));
    if (!open.length) lines.push(make("p", fill(words.whole, { size: megabytes(bytes) })));
    else lines.push(make("p", fill(some ? words.changed : words.size, { files: open.length, size: megabytes(sum(open)) })));
    const there = await pages(files);
    if (open.length) actions.append(button(some ? words.update : words.keep, start), " ");
    if (some || there.length) actions.append(button(words.remove, async () => { await caches.delete(CACHE); draw(); }));
    lines.push(actions, make("p", said, { role: "status" }));
    if (there.length) {
      const list = make("details", make("summary", fill(words.pages, { count: there.length })));
      list.append(make("ul", there.map((path) => make("li", make("a", files[path][2], { href: address(path) })))));
      list.open = Boolean(wanted);
      lines.push(list);
    }
    root.replaceChildren(...lines);
    root.dataset.state = open.length ? (some ? "changed" : "open") : "whole";
  }

  navigator.serviceWorker.ready.then(() => draw()).catch((error) => console.warn(error));
}
