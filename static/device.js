// What this device keeps: what is typed, until it is sent; and, where the member asks, pages and reminders.

const root = document.documentElement;

function notice(words) {
  const line = document.createElement("p");
  line.className = "alert";
  line.setAttribute("role", "status");
  line.textContent = words;
  document.getElementById("main")?.prepend(line);
}

const words = document.getElementById("device-words")?.dataset ?? {};

// A page that the service worker kept.
if (root.dataset.seenAt) {
  const seen = new Date(root.dataset.seenAt);
  notice(words.seen.replace("%s", seen.toLocaleString(root.lang || undefined, { dateStyle: "medium", timeStyle: "short" })));
}

// What is typed outlasts a lost connection, a reload, and going back. It belongs to the form as it
// was, stays in this tab, and leaves when it is sent or the member signs out.
const TYPED = "main form[method=post] :is(textarea, input[type=text], input[type=search], input:not([type]))[name]";
const PLACE = "typed:";
const isDraft = (field) => "draft" in field.dataset;
const placeOf = (field) => {
  const action = new URL(field.form.getAttribute("action") || "", location.href).pathname;
  const alike = [...field.form.querySelectorAll(`[name="${CSS.escape(field.name)}"]`)].indexOf(field);
  return `${PLACE}${action}:${field.name}:${alike}`;
};
const kept = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PLACE));
const read = (key) => JSON.parse(sessionStorage.getItem(key) || "null");

function typed({ target }) {
  if (!(target instanceof Element) || !target.matches(TYPED) || isDraft(target)) return;
  sessionStorage.setItem(placeOf(target), JSON.stringify({ base: target.defaultValue, value: target.value }));
}

function sent({ target }) {
  if (!(target instanceof HTMLFormElement)) return;
  for (const field of target.querySelectorAll(":is(textarea, input)[name]")) {
    const place = placeOf(field);
    const row = read(place);
    if (row) sessionStorage.setItem(place, JSON.stringify({ ...row, sent: true }));
  }
}

// A page that came by following a link or an answer took what was sent; one that was gone back to
// or loaded again did not.
const CAME_BACK = ["back_forward", "reload"];
const [navigation] = performance.getEntriesByType("navigation");
const isAnswer = navigation && !CAME_BACK.includes(navigation.type) && !root.dataset.seenAt && !document.querySelector("[data-offline]");

function giveTypedBack() {
  let given = 0;
  for (const field of document.querySelectorAll(TYPED)) {
    const row = isDraft(field) ? null : read(placeOf(field));
    if (row && row.base === field.defaultValue && row.value !== field.value) {
      field.value = row.value;
      const fold = field.closest("details");
      if (fold) fold.open = true;
      given += 1;
    }
  }
  if (given) notice(words.typed);
}

if (isAnswer) {
  for (const key of kept()) if (read(key)?.sent) sessionStorage.removeItem(key);
}
giveTypedBack();
document.addEventListener("input", typed);
document.addEventListener("submit", sent);
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const form = target instanceof Element ? target.closest("form") : null;
  if (!form || !detail.successful) return;
  for (const field of form.querySelectorAll(":is(textarea, input)[name]")) sessionStorage.removeItem(placeOf(field));
});
// What only looks at the words while they are typed changes nothing, and is asked again by itself.
const onlyLooks = (target) => target instanceof Element && target.matches("[data-check]");
document.addEventListener("htmx:sendError", ({ target }) => onlyLooks(target) || notice(words.unsent));

// Signing out leaves nothing on the device, also where the server's word for it is not understood.
document.addEventListener("submit", ({ target }) => {
  if (!(target instanceof HTMLFormElement) || !target.matches("[data-sign-out]")) return;
  sessionStorage.clear();
  if ("caches" in window) caches.delete("parley-pages-1");
});

// The member's switch: keep the pages that are seen on this device.
const worker = () => navigator.serviceWorker.register("/sw.js", { scope: "/" }).then(() => navigator.serviceWorker.ready);
const PAGES = "parley-pages-1";
const keeping = document.getElementById("keep-pages");
if (keeping && "serviceWorker" in navigator && "caches" in window) {
  keeping.hidden = false;
  const box = keeping.querySelector("input");
  caches.has(PAGES).then((has) => { box.checked = has; });
  box.addEventListener("change", async () => {
    if (box.checked) {
      await worker();
      await caches.open(PAGES);
    } else {
      await caches.delete(PAGES);
    }
    notice(box.checked ? keeping.dataset.on : keeping.dataset.off);
  });
}

// Reminders on this device.
const telling = document.getElementById("push");
const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
if (telling && "serviceWorker" in navigator && "PushManager" in window) {
  telling.hidden = false;
  telling.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      if ((await Notification.requestPermission()) !== "granted") throw new Error(telling.dataset.refused);
      const registration = await worker();
      const subscription = await registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytesOf(telling.dataset.key),
      });
      telling.elements.subscription.value = JSON.stringify(subscription);
      telling.submit();
    } catch (fault) {
      notice(fault.message === telling.dataset.refused ? fault.message : telling.dataset.failed);
    }
  });
}
