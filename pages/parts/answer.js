// Shows an answer whose HTML was escaped in answers.py, leads from citation to citation, and reports what was clicked.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".wenju-root");
  if (root.dataset.html !== data.html) {
    root.dataset.html = data.html;
    root.innerHTML = data.html;
  }
  root.onkeydown = (event) => move(event, root);
  root.onclick = async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.open) {
      setTriggerValue("opened", button.dataset.open);
    } else if (button.classList.contains("wenju-tag")) {
      const why = button.nextElementSibling;
      why.hidden = !why.hidden;
      button.setAttribute("aria-expanded", String(!why.hidden));
    } else if (button.dataset.copy !== undefined) {
      await copy(data.copy);
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = button.dataset.copy; }, 1600);
    }
  };
}

// The arrows lead from one citation of the answer to the next; Tab still leads to each of them.
function move(event, root) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const citations = [...root.querySelectorAll("button.wenju-cite")];
  const here = citations.indexOf(event.target.closest("button.wenju-cite"));
  if (here < 0) return;
  event.preventDefault();
  citations[here + step]?.focus();
}

async function copy(text) {
  try {
    return await navigator.clipboard.writeText(text);
  } catch {
    // No clipboard without permission, or beyond the loopback without https: the old way.
  }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
