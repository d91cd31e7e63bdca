// Tells the browser the page's language and whether it is dark, remembers the one that was chosen by hand for tabs to come, and
// puts the sidebar away on a phone once it has led somewhere.
const PATIENCE_MILLISECONDS = 2000;
const OPENING_MILLISECONDS = 500;
const NARROW_PIXELS = 768;

export default function ({ data }) {
  const page = document.documentElement;
  page.lang = data.language;
  if (data.chosen) {
    document.cookie = `wenju_language=${data.chosen}; path=/; max-age=31536000; samesite=lax`;
  }
  followTheme(page);
  const before = page.dataset.wenjuMoves;
  const moved = before === undefined ? movedBeforeThis() : data.moves > Number(before);
  // A sidebar that was open in an earlier visit is open again: a page that was asked for comes first,
  // unless the sidebar has been opened by hand before this runs.
  const restored = before === undefined && !navigator.userActivation?.hasBeenActive;
  if (moved) putAwayWithin(PATIENCE_MILLISECONDS);
  else if (restored) putAwayWithin(OPENING_MILLISECONDS);
  page.dataset.wenjuMoves = data.moves;
}

// A dialog stands outside of the app, where nothing says that the theme is dark.
function followTheme(page) {
  const app = document.querySelector(".stApp");
  if (!app || app.dataset.wenjuFollowed) return;
  const follow = () => (page.style.colorScheme = getComputedStyle(app).colorScheme);
  new MutationObserver(follow).observe(app, { attributes: true, attributeFilter: ["class"] });
  app.dataset.wenjuFollowed = "yes";
  follow();
}

// A hurried reader opens another page before the first one has been drawn.
function movedBeforeThis() {
  const [opened] = performance.getEntriesByType("navigation");
  return Boolean(opened) && new URL(opened.name).pathname !== location.pathname;
}

// The sidebar may still be opening, and is drawn anew where another page comes. What the reader opens
// meanwhile stays open.
function putAwayWithin(milliseconds) {
  if (window.innerWidth > NARROW_PIXELS) return;
  const touch = new AbortController();
  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, () => touch.abort(), { capture: true, signal: touch.signal });
  }
  putAway(Date.now() + milliseconds, touch);
}

function putAway(until, touch) {
  if (touch.signal.aborted) return;
  const bar = document.querySelector('[data-testid="stSidebar"]');
  if (bar?.dataset.collapsed === "true" || Date.now() > until) {
    touch.abort();
    return;
  }
  bar?.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  setTimeout(() => putAway(until, touch), 150);
}
