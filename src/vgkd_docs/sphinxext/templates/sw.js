// Answers from what is kept on this device when the network does not. Written by the build.
const EDITION = "@EDITION@"; // changes with any file, so that a browser takes up the new list
const FALLBACK = "@FALLBACK@";
const FIRST = @FIRST@; // the fallback page and what it needs, kept from the start
const LEFT_OUT = @LEFT_OUT@;
const PATIENCE = 4000; // so many milliseconds the network has where a copy could answer

const SCOPE = self.registration.scope;
const CACHE = `vgkd ${new URL(SCOPE).pathname}`;
const LIST = new URL("offline-files.json", SCOPE).href;
const RECORD = new URL("offline-kept.json", SCOPE).href;
const ANYHOW = { ignoreVary: true };

// an address that names its version stands for itself; any other, for its file
const versioned = (url) => /[?&](v|digest)=/.test(url.search);
function place(address) {
  const url = new URL(address);
  url.hash = "";
  if (!versioned(url)) url.search = "";
  if (url.pathname.endsWith("/")) url.pathname += "index.html";
  return url;
}

async function kept(url) {
  const cache = await caches.open(CACHE);
  return (await cache.match(url, ANYHOW)) ?? cache.match(url, { ...ANYHOW, ignoreSearch: true });
}

async function fresh(request) {
  const answer = await fetch(request);
  if (answer.status === 200 && answer.type === "basic" && !answer.redirected)
    await (await caches.open(CACHE)).put(place(request.url ?? request), answer.clone());
  return answer;
}

// what names its version cannot have changed: the copy answers at once
async function copyFirst(request) {
  return (await (await caches.open(CACHE)).match(request, ANYHOW)) ?? networkFirst(request);
}

// anything else is asked for, so that a reader with a network never sees an old number
async function networkFirst(request) {
  const url = place(request.url);
  const copy = await kept(url);
  const asked = fresh(request);
  asked.catch(() => {}); // it may fail after the copy has answered
  try {
    return await (copy ? Promise.race([asked, new Promise((done) => { setTimeout(done, PATIENCE, copy); })]) : asked);
  } catch (error) {
    if (copy) return copy;
    if (request.mode !== "navigate" || !FALLBACK) throw error;
    const wanted = url.href.slice(SCOPE.length);
    return Response.redirect(`${SCOPE}${FALLBACK}?wanted=${encodeURIComponent(wanted)}`);
  }
}

async function tidy() {
  const answer = await fresh(LIST).catch(() => undefined);
  if (!answer?.ok) return;
  const { files } = await answer.json();
  const first = new Set(FIRST.map((path) => new URL(path, SCOPE).href));
  const cache = await caches.open(CACHE);
  for (const { url } of await cache.keys())
    if (!first.has(url) && url !== LIST && url !== RECORD && !(decodeURI(url.slice(SCOPE.length)) in files))
      await cache.delete(url); // gone from the book, or an older version of a script or style
}

async function begin() {
  const cache = await caches.open(CACHE);
  for (const path of FIRST) {
    const url = new URL(path, SCOPE);
    const there = versioned(url) && (await cache.match(url, ANYHOW));
    if (!there) await cache.add(new Request(url, { cache: "no-cache" }));
  }
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(begin());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    await tidy();
    await self.clients.claim();
    // the page that brought this worker was read before it could look
    for (const { url } of await self.clients.matchAll({ type: "window" })) await fresh(place(url).href).catch(() => {});
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const within = request.url.startsWith(SCOPE) && request.url.slice(SCOPE.length);
  if (within === false || request.method !== "GET" || request.headers.has("range")) return;
  if (request.headers.has("vgkd-keep") || LEFT_OUT.some((folder) => within.startsWith(folder))) return;
  event.respondWith(versioned(new URL(request.url)) ? copyFirst(request) : networkFirst(request));
});
