// The lines of a page, each with its piece of the picture and a field to put it right. What is typed stays
// until it is saved, whatever is drawn anew.
const CROP = { least: 18, most: 32, tall: 110 };

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".wenju-root");
  if (root.dataset.page !== data.page) {
    root.dataset.page = data.page;
    build(root, data);
  }
  root.querySelector(".wenju-check-count").textContent = data.said.to_check;
  root.querySelector(".wenju-check").hidden = !data.lines.some((line) => line.kind === "doubt");
  const list = root.querySelector(".wenju-lines");
  while (list.children.length > data.lines.length) list.lastChild.remove();
  while (list.children.length < data.lines.length) list.append(newRow());
  data.lines.forEach((line, index) => fill(list.children[index], line, index, data, setTriggerValue));
  root.wenju?.abort();
  root.wenju = new AbortController();
  const signal = root.wenju.signal;
  document.addEventListener("wenju-pick", (event) => enter(list, event.detail), { signal });
  document.addEventListener("wenju-page", () => crop(list, data), { signal });
  crop(list, data);
  return () => root.wenju.abort();
}

function build(root, data) {
  root.innerHTML =
    '<div class="wenju-lines-head"><span class="wenju-check-count" role="status"></span>' +
    '<button type="button" class="wenju-check"></button></div><ol class="wenju-lines"></ol>';
  const next = root.querySelector(".wenju-check");
  next.textContent = data.said.next;
  next.onclick = () => nextDoubt(root.querySelector(".wenju-lines"), -1);
}

function newRow() {
  const row = document.createElement("li");
  row.innerHTML =
    '<div class="wenju-crop" aria-hidden="true"><div></div></div><textarea rows="1" spellcheck="false"></textarea>' +
    '<p class="wenju-line-text"></p><div class="wenju-line-foot"><span class="wenju-line-note" role="status"></span>' +
    '<button type="button" class="wenju-save"></button><button type="button" class="wenju-right"></button>' +
    '<button type="button" class="wenju-back"></button></div>';
  return row;
}

function fill(row, line, index, data, setTriggerValue) {
  const field = row.querySelector("textarea");
  const fixed = line.kind === "text";
  const problem = data.answer && data.answer.index === index ? data.answer.problem : "";
  if (row.dataset.said !== line.text || row.dataset.box !== String(line.box)) {
    // Whatever else was typed here belongs to another line now, or has been saved.
    row.dataset.said = line.text;
    row.dataset.box = String(line.box);
    field.value = line.text;
  }
  row.className = `wenju-line wenju-${line.kind}`;
  field.hidden = fixed;
  field.readOnly = Boolean(data.locked);
  field.maxLength = data.longest;
  field.setAttribute("aria-label", line.label);
  row.querySelector(".wenju-line-text").hidden = !fixed;
  row.querySelector(".wenju-line-text").textContent = fixed ? line.text : "";
  const button = (name) => row.querySelector(`.wenju-${name}`);
  const changed = () => field.value !== line.text;
  const paint = (note) => {
    row.querySelector(".wenju-line-note").textContent = note ?? problem ?? "";
    button("save").hidden = fixed || !changed();
    button("right").hidden = line.kind !== "doubt" || changed();
    button("back").hidden = line.kind !== "corrected" || changed();
    if (!note && !problem) row.querySelector(".wenju-line-note").textContent = line.note;
    row.classList.toggle("wenju-wrong", Boolean(problem) && !note);
  };
  const send = (then) => {
    if (data.locked || fixed) return;
    paint(data.said.saving);
    setTriggerValue("saved", { index, box: line.box, now: line.text, then });
  };
  for (const name of ["save", "right", "back"]) button(name).textContent = data.said[name];
  button("save").onclick = () => send(field.value);
  button("right").onclick = () => send(line.text);
  button("back").onclick = () => send(line.was);
  field.oninput = () => paint();
  field.onfocus = () => document.dispatchEvent(new CustomEvent("wenju-line", { detail: index }));
  field.onkeydown = (event) => {
    // While an input method composes, Enter chooses a character.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (changed()) send(field.value);
      nextDoubt(row.parentElement, index);
    } else if (event.key === "Escape") {
      field.value = line.text;
      paint();
    }
  };
  paint();
}

function nextDoubt(list, after) {
  const rows = [...list.children];
  const isDoubt = (row) => row.classList.contains("wenju-doubt");
  const from = after >= 0 ? after : rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows.findIndex((row, index) => index > from && isDoubt(row));
  enter(list, next >= 0 ? next : rows.findIndex(isDoubt));
}

function enter(list, index) {
  const field = list.children[index]?.querySelector("textarea:not([hidden])");
  if (!field) return;
  field.focus({ preventScroll: true });
  field.closest("li").scrollIntoView({ block: "nearest" });
}

function crop(list, data) {
  const image = document.querySelector(".wenju-page img");
  if (!image?.complete || !image.naturalWidth) return;
  list.style.setProperty("--page", `url("${image.src}")`);
  data.lines.forEach(({ box: [x0, y0, x1, y1] }, index) => {
    const [width, height] = [(x1 - x0) * image.naturalWidth, (y1 - y0) * image.naturalHeight];
    const piece = list.children[index].querySelector(".wenju-crop > div");
    const room = piece.parentElement.clientWidth / Math.max(width, 1);
    const least = height > 2 * width ? CROP.tall : CROP.least;
    // As large as it fits, but never too small to read: then it scrolls.
    const scale = Math.max(Math.min(room, CROP.most / Math.max(height, 1)), least / Math.max(height, 1));
    piece.style.width = `${width * scale}px`;
    piece.style.height = `${height * scale}px`;
    piece.style.backgroundSize = `${image.naturalWidth * scale}px ${image.naturalHeight * scale}px`;
    piece.style.backgroundPosition = `${-x0 * image.naturalWidth * scale}px ${-y0 * image.naturalHeight * scale}px`;
  });
}
