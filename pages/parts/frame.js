// Tells the browser the page's language, remembers the one that was chosen by hand for tabs to come, and
// puts the sidebar away on a phone once it has led somewhere.
const PATIENCE_MILLISECONDS = 2000;
const LEADS = '[data-testid="stSidebarNavLink"], [class*="st-key-open-conversation-"] button, .st-key-conversation-new button';

export default function ({ data }) {
  const page = document.documentElement;
  page.lang = data.language;
  if (data.chosen) {
    document.cookie = `wenju_language=${data.chosen}; path=/; max-age=31536000; samesite=lax`;
  }
  if (page.dataset.wenjuSidebar) return;
  page.dataset.wenjuSidebar = "watched";
  document.addEventListener("click", (event) => {
    if (window.innerWidth > 768 || !event.target.closest?.(LEADS)) return;
    putAway(Date.now() + PATIENCE_MILLISECONDS);
  });
}

// The sidebar may still be opening, and is drawn anew where another page comes.
function putAway(until) {
  const bar = document.querySelector('[data-testid="stSidebar"]');
  if (bar?.dataset.collapsed === "true" || Date.now() > until) return;
  bar?.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  setTimeout(() => putAway(until), 150);
}
