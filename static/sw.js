// Parley's service worker. It is registered only where a member asked for it on this device: to be
// told here, or to keep the pages they see. Static files and the offline page are always kept.

const SHELL = "parley-shell-1";
const PAGES = "parley-pages-1";
const OFFLINE = "/offline/";
const SHELL_FILES = [OFFLINE, "/static/parley.css", "/static/parley.js", "/static/device.js", "/static/mark.svg"];
const MOST_PAGES = 60;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(SHELL_FILES)));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const mine = new Set([SHELL, PAGES]);
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => !mine.has(name)).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

// The cache exists exactly where the member switched it on.
const keepsPages = () => caches.has(PAGES);

async function keep(request, response) {
  const type = response.headers.get("Content-Type") || "";
  if (!response.ok || response.redirected || !type.startsWith("text/html")) return;
  const cache = await caches.open(PAGES);
  const headers = new Headers(response.headers);
  headers.set("X-Seen-At", new Date().toISOString());
  headers.delete("Set-Cookie");
  await cache.put(request.url, new Response(await response.blob(), { status: 200, headers }));
  const known = await cache.keys();
  for (const old of known.slice(0, Math.max(known.length - MOST_PAGES, 0))) await cache.delete(old);
}

async function offlinePage(status) {
  const page = await caches.match(OFFLINE);
  return page ? new Response(page.body, { status, headers: page.headers }) : Response.error();
}

// The page as last seen says so itself: static/device.js shows the notice.
async function lastSeen(request) {
  if (await keepsPages()) {
    const cache = await caches.open(PAGES);
    const page = await cache.match(request.url);
    if (page) {
      const words = await page.text();
      const seen = page.headers.get("X-Seen-At") || "";
      const marked = words.replace("<html ", `<html data-seen-at="${seen}" `);
      return new Response(marked, { headers: page.headers });
    }
  }
  return offlinePage(503);
}

async function navigate(request) {
  try {
    const response = await fetch(request);
    if (request.method === "GET" && (await keepsPages())) {
      const copy = response.clone();
      keep(request, copy).catch(() => {});
    }
    return response;
  } catch {
    return request.method === "GET" ? lastSeen(request) : offlinePage(503);
  }
}

async function shell(request) {
  const cache = await caches.open(SHELL);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch {
    return (await cache.match(request)) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(navigate(event.request));
  else if (event.request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(shell(event.request));
});

self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data.json();
  } catch {
    // Told all the same: the browser shows one of its own where none is shown.
  }
  event.waitUntil(
    self.registration.showNotification(said.title || "Parley", {
      body: said.body || "",
      tag: said.tag,
      icon: "/static/icons/192.png",
      badge: "/static/icons/192.png",
      data: { url: said.url || "/" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.location.origin);
  // Another address would be somebody else's doing.
  const target = url.origin === self.location.origin ? url.href : "/";
  event.waitUntil(self.clients.openWindow(target));
});
