// Shows a page image with rectangles over it, given in fractions of the page, and brings the first into view.
// Where the page's lines are given too, each can be picked on the picture, and the one being looked at is marked.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".wenju-root");
  const key = data.src.length + data.src.slice(-64) + JSON.stringify([data.boxes, data.exact]);
  if (root.dataset.key !== key) {
    root.dataset.key = key;
    draw(root, data);
  }
  const lines = JSON.stringify(data.lines ?? []);
  if (root.dataset.lines !== key + lines) {
    root.dataset.lines = key + lines;
    drawLines(root, data.lines ?? []);
  }
  // One listener, whatever is drawn anew; gone with the page.
  root.wenju?.abort();
  root.wenju = new AbortController();
  document.addEventListener("wenju-line", (event) => look(root, event.detail), { signal: root.wenju.signal });
  return () => root.wenju.abort();
}

function draw(root, data) {
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
  for (const box of data.boxes) {
    const mark = placed(element("div", "wenju-highlight"), box);
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", data.highlight);
    page.append(mark);
  }
  for (const box of data.exact ?? []) {
    page.append(placed(element("div", "wenju-exact"), box));
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
  view.append(zoom, frame);
  root.append(view);
  image.decode().then(() => {
    show(page, frame);
    document.dispatchEvent(new CustomEvent("wenju-page", { detail: data.src }));
  }, () => {});
}

function drawLines(root, lines) {
  const page = root.querySelector(".wenju-page");
  root.querySelector(".wenju-frame").classList.toggle("wenju-correcting", lines.length > 0);
  page.querySelectorAll(".wenju-spot").forEach((spot) => spot.remove());
  lines.forEach(({ box, kind }, index) => {
    const spot = placed(element("div", `wenju-spot wenju-${kind}`), box);
    spot.dataset.index = index;
    if (kind !== "text") {
      spot.onclick = (event) => {
        event.stopPropagation();
        document.dispatchEvent(new CustomEvent("wenju-pick", { detail: index }));
      };
    }
    page.append(spot);
  });
}

function look(root, index) {
  const frame = root.querySelector(".wenju-frame");
  for (const spot of root.querySelectorAll(".wenju-spot")) {
    const here = Number(spot.dataset.index) === index;
    spot.classList.toggle("wenju-current", here);
    if (here) {
      frame.scrollTo({ top: spot.offsetTop - frame.clientHeight / 2, left: spot.offsetLeft - 24 });
    }
  }
}

function element(name, className) {
  const node = document.createElement(name);
  node.className = className;
  return node;
}

function placed(node, [x0, y0, x1, y1]) {
  node.style.left = 100 * x0 + "%";
  node.style.top = 100 * y0 + "%";
  node.style.width = 100 * (x1 - x0) + "%";
  node.style.height = 100 * (y1 - y0) + "%";
  return node;
}

function show(page, frame) {
  const mark = page.querySelector(".wenju-highlight");
  if (!mark) return;
  mark.scrollIntoView({ block: "nearest", inline: "nearest" });
  frame.scrollLeft = Math.max(0, mark.offsetLeft - 24);
}
