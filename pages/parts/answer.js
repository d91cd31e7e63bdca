// Shows an answer whose HTML was escaped in answers.py, and reports what was clicked.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".wenju-root");
  if (root.dataset.html !== data.html) {
    root.dataset.html = data.html;
    root.innerHTML = data.html;
  }
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
