// Brings its place into view when it appears: a new question is seen together with its answer.
export default function ({ parentElement }) {
  const root = parentElement.querySelector(".wenju-here");
  if (root.dataset.seen) return;
  root.dataset.seen = "yes";
  root.scrollIntoView({ block: "start", behavior: "smooth" });
}
