// Shows a page image with rectangles over it, given in fractions of the page, and brings the first into view.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".wenju-root");
  const key = data.src.length + data.src.slice(-64) + JSON.stringify(data.boxes);
  if (root.dataset.key === key) return;
  root.dataset.key = key;
  root.replaceChildren();

  const view = element("div", "wenju-view");
  const frame = element("div", "wenju-frame");
  const page = element("div", "wenju-page");
  const image = element("img", "");
  image.alt = data.alt;
  image.width = data.width;
  image.height = data.height;
  image.src = data.src;
  page.append(image);
  for (const [x0, y0, x1, y1] of data.boxes) {
    const mark = element("div", "wenju-highlight");
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", data.highlight);
    mark.style.left = 100 * x0 + "%";
    mark.style.top = 100 * y0 + "%";
    mark.style.width = 100 * (x1 - x0) + "%";
    mark.style.height = 100 * (y1 - y0) + "%";
    page.append(mark);
  }
  const zoom = element("button", "wenju-zoom");
  zoom.type = "button";
  zoom.textContent = "⤢";
  zoom.setAttribute("aria-label", data.zoom);
  zoom.onclick = page.onclick = () => {
    page.classList.toggle("wenju-zoomed");
    show(page, frame);
  };
  frame.append(page);
  view.append(frame, zoom);
  root.append(view);
  image.decode().then(() => show(page, frame), () => {});
}

function element(name, className) {
  const node = document.createElement(name);
  node.className = className;
  return node;
}

function show(page, frame) {
  const mark = page.querySelector(".wenju-highlight");
  if (!mark) return;
  mark.scrollIntoView({ block: "nearest", inline: "nearest" });
  frame.scrollLeft = Math.max(0, mark.offsetLeft - 24);
}
