// Brings its place into view when it appears: a new question is seen together with its answer, a conversation
// where it was left, a field to type in with the keyboard in it. What is drawn after it may push it away; it comes back until the reader moves.
const SETTLING_MILLISECONDS = 2500;

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".wenju-here");
  if (root.dataset.seen) return;
  root.dataset.seen = "yes";
  const show = () => root.scrollIntoView({ block: "start" });
  const settling = new ResizeObserver(show);
  settling.observe(root.closest('[data-testid="stMainBlockContainer"]') ?? document.body);
  const leave = () => settling.disconnect();
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    document.addEventListener(kind, leave, { once: true, passive: true });
  }
  setTimeout(leave, SETTLING_MILLISECONDS);
  show();
  if (data.type) whenThere(".stForm textarea", startTyping);
}

function startTyping(field) {
  field.focus({ preventScroll: true });
  field.closest(".stForm").addEventListener("keydown", (event) => {
    // Within an input method Escape gives up the word being typed, not the whole.
    if (event.key !== "Escape" || event.isComposing) return;
    [...event.currentTarget.querySelectorAll(".st-key-edit-acts button")].at(-1)?.click();
  });
}

function whenThere(selector, then, tries = 20) {
  const found = document.querySelector(selector);
  if (found) then(found);
  else if (tries) setTimeout(() => whenThere(selector, then, tries - 1), 50);
}
