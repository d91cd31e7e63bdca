// Tells the browser the page's language, remembers the one that was chosen by hand for tabs to come, and
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
  const before = page.dataset.wenjuMoves;
  const moved = before === undefined ? movedBeforeThis() : data.moves > Number(before);
  if (moved) putAway(Date.now() + PATIENCE_MILLISECONDS);
  // A sidebar that was open in an earlier visit is open again: a page that was asked for comes first.
  else if (before === undefined) putAway(Date.now() + OPENING_MILLISECONDS);
  page.dataset.wenjuMoves = data.moves;
}

// A hurried reader opens another page before the first one has been drawn.
function movedBeforeThis() {
  const [opened] = performance.getEntriesByType("navigation");
  return Boolean(opened) && new URL(opened.name).pathname !== location.pathname;
}

// The sidebar may still be opening, and is drawn anew where another page comes.
function putAway(until) {
  if (window.innerWidth > NARROW_PIXELS) return;
  const bar = document.querySelector('[data-testid="stSidebar"]');
  if (bar?.dataset.collapsed === "true" || Date.now() > until) return;
  bar?.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  setTimeout(() => putAway(until), 150);
}
