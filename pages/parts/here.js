// Brings its place into view when it appears: a new question is seen together with its answer, a conversation
// where it was left, a field to type in with the keyboard in it. What is drawn after it may push it away; it comes back until the reader moves.
const SETTLING_MILLISECONDS = 2500;

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".wenju-here");
  if (root.dataset.seen) return;
  root.dataset.seen = "yes";
  const region = root.closest('[data-testid="stSidebar"]') ?? document.querySelector('[data-testid="stMain"]');
  if (data.type) whenThere(region, ".stForm :is(textarea, input)", startTyping);
  // What is opened in the sidebar stands where it was opened.
  if (region.matches('[data-testid="stSidebar"]')) return;
  const show = () => root.scrollIntoView({ block: "start" });
  const settling = new ResizeObserver(show);
  settling.observe(root.closest('[data-testid="stMainBlockContainer"]') ?? document.body);
  const leave = () => settling.disconnect();
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    document.addEventListener(kind, leave, { once: true, passive: true });
  }
  setTimeout(leave, SETTLING_MILLISECONDS);
  show();
}

function startTyping(field) {
  field.focus({ preventScroll: true });
  field.closest(".stForm").addEventListener("keydown", (event) => {
    // Within an input method Escape gives up the word being typed, not the whole.
    if (event.key !== "Escape" || event.isComposing) return;
    [...event.currentTarget.querySelectorAll('[data-testid="stFormSubmitButton"] button')].at(-1)?.click();
  });
}

function whenThere(region, selector, then, tries = 40) {
  const found = region.querySelector(selector);
  if (found) then(found);
  else if (tries) setTimeout(() => whenThere(region, selector, then, tries - 1), 50);
}
