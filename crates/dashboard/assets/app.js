// Fetches the page again when something has changed, and puts its content in the place of the old one.
// Whoever writes, selects, presses or has opened something is not disturbed.
"use strict";
(() => {
  const live = document.getElementById("live");
  if (!live || !window.EventSource) return;
  const EVERY = (Number(live.dataset.every) || 30) * 1000;
  // Many changes at once are one page; a page that takes long is asked for less often.
  const GAP = 2000;
  let busy = false, due = false, last = -GAP, took = 0, timer = 0;

  // What is pressed must still be there when it is let go, or nothing has been clicked.
  let pressed = false;
  for (const name of ["keydown", "pointerdown"]) addEventListener(name, () => { pressed = true; }, true);
  const release = () => { pressed = false; if (due) setTimeout(refresh); };
  for (const name of ["keyup", "pointerup", "pointercancel"]) addEventListener(name, release, true);
  // Of the window alone: a press takes the focus from an element, and is no end of it.
  addEventListener("blur", release);

  const disturbs = () => {
    if (pressed) return true;
    const at = document.activeElement;
    if (at && /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) && at.closest("main")) return true;
    const written = (it) => it.value !== it.defaultValue;
    if ([...document.querySelectorAll("main textarea, main input")].some(written)) return true;
    const selected = window.getSelection();
    return Boolean(selected && !selected.isCollapsed);
  };

  // What can have the focus, and by what one tells it on the page that comes: buttons have no address.
  const stops = (within) => [...within.querySelectorAll("a[href],button,input,select,textarea,summary,[tabindex]")];
  const key = (it) => it.id || it.getAttribute("href") || it.getAttribute("aria-labelledby")
    || [it.form ? it.form.getAttribute("action") : "", it.textContent].join(" ");

  const replace = (page) => {
    const from = page.querySelector("main"), to = document.querySelector("main");
    const told = page.getElementById("live");
    if (!from || !to || !told) { location.reload(); return; }
    const open = [...to.querySelectorAll("details[id][open]")].map((it) => it.id);
    const at = document.activeElement, has = at && to.contains(at) ? key(at) : "";
    const same = () => stops(to).filter((it) => key(it) === has);
    const place = has ? same().indexOf(at) : -1;
    to.replaceChildren(...from.childNodes);
    for (const id of open) { const it = document.getElementById(id); if (it) it.open = true; }
    if (place >= 0) {
      const found = same();
      if (found.length) (found[place] || found[0]).focus({ preventScroll: true });
    }
    document.title = page.title;
    live.textContent = told.textContent;
    live.dataset.at = told.dataset.at;
  };

  const refresh = async () => {
    if (document.hidden || disturbs()) { due = true; return; }
    if (busy) { due = true; return; }
    const now = performance.now(), wait = last + Math.min(Math.max(GAP, 10 * took), EVERY) - now;
    if (wait > 0) {
      timer = timer || setTimeout(() => { timer = 0; refresh(); }, wait);
      return;
    }
    busy = true; due = false; last = now;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.redirected) { location.reload(); return; }
      const text = await answer.text();
      // Somebody may have begun to write while the page was on its way.
      if (disturbs()) { due = true; return; }
      if (answer.ok) replace(new DOMParser().parseFromString(text, "text/html"));
    } catch {
      live.textContent = "not connected; trying again";
    } finally {
      busy = false; took = performance.now() - last;
      if (due && !document.hidden && !disturbs()) refresh();
    }
  };

  // A browser opens six connections to a host and no more: a page that nobody sees keeps none.
  let events = null;
  const rest = () => { if (events) events.close(); events = null; };
  const listen = () => {
    if (events || document.hidden || "quiet" in live.dataset) return;
    const at = live.dataset.at.replace(" ", "T").replace(" UTC", "Z");
    events = new EventSource("/live?at=" + encodeURIComponent(at));
    events.addEventListener("changed", refresh);
    events.onerror = () => { live.textContent = "not connected; trying again"; };
    events.onopen = () => { if (live.textContent.startsWith("not connected")) refresh(); };
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { rest(); return; }
    listen();
    if (due) refresh();
  });
  window.addEventListener("pagehide", rest);
  window.addEventListener("pageshow", listen);
  listen();
  setInterval(refresh, EVERY);
})();
