// Search with suggestions: an ARIA combobox over /search.json.
export function search(map, { url, plans }) {
  const form = document.getElementById("search-form");
  const input = document.getElementById("search-input");
  const list = document.getElementById("search-list");
  let hits = [];
  let active = -1;
  let request = null;
  let timer = 0;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = index;
    [...list.querySelectorAll('[role=option]')].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    if (index >= 0) {
      input.setAttribute("aria-activedescendant", `hit-${index}`);
      list.children[index].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    const hit = hits[index];
    if (!hit) return;
    input.value = hit.name;
    close();
    document.body.classList.remove("layers-open");
    map.fire("atlas:select", { id: hit.id, zoom: true });
  }

  function row(hit, index) {
    const item = document.createElement("li");
    item.id = `hit-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.className = "hit-name";
    name.textContent = hit.name;
    if (hit.hit && hit.hit !== hit.name) {
      const alias = document.createElement("em");
      alias.textContent = `（${hit.hit}）`;
      name.append(alias);
    }
    const plan = document.createElement("small");
    plan.textContent = (plans[hit.plan] ?? hit.plan) + (hit.bounds ? "" : " · 未落图");
    item.append(name, plan);
    item.addEventListener("mousedown", (event) => event.preventDefault());
    item.addEventListener("click", () => choose(index));
    return item;
  }

  const fullText = () => `${form.action}?q=${encodeURIComponent(input.value.trim())}`;

  async function ask() {
    const q = input.value.trim();
    request?.abort();
    if (!q) {
      hits = [];
      close();
      return;
    }
    const mine = (request = new AbortController());
    try {
      const response = await fetch(`${url}?q=${encodeURIComponent(q.slice(0, 100))}`, { signal: mine.signal });
      if (!response.ok) return;
      hits = (await response.json()).hits;
    } catch {
      return; // superseded by the next key, or offline: the old list stays
    }
    list.replaceChildren(...hits.map(row));
    const more = document.createElement("li");
    more.className = "none";
    const link = document.createElement("a");
    link.href = fullText();
    link.textContent = hits.length ? `在规划全文中查找“${q}”` : `没有这个名称；在规划全文中查找“${q}”`;
    link.addEventListener("mousedown", (event) => event.preventDefault());
    more.append(link);
    list.append(more);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(-1);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("focus", () => input.value.trim() && ask());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // the input method is still putting the characters together
    if (event.key === "ArrowDown" && hits.length) mark((active + 1) % hits.length);
    else if (event.key === "ArrowUp" && hits.length) mark((active + hits.length - 1) % hits.length);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    if (active < 0) await ask();
    if (hits.length) choose(Math.max(active, 0));
    else if (input.value.trim()) location.assign(fullText());
  });
}
