// The feature panel: what the plans say about the chosen feature, as served by our own host.
import { parameter, setParameters } from "./address.js";
import { around } from "./around.js";
import { fill, trouble } from "./state.js";
import { placeName, t } from "./words.js";

export function panel(map, { url }) {
  const box = document.getElementById("panel");
  const body = document.getElementById("panel-body");
  let request = null;
  let opener = null;

  function open(fragment, label, { focus = true } = {}) {
    body.replaceChildren(fragment);
    body.scrollTop = 0;
    box.setAttribute("aria-label", label);
    if (box.hidden) {
      opener = document.activeElement;
      box.hidden = false;
    }
    document.body.classList.add("panel-open");
    box.classList.remove("is-tall");
    if (focus) body.querySelector("h2")?.focus({ preventScroll: true });
  }

  function close() {
    if (box.hidden) return;
    request?.abort();
    box.hidden = true;
    document.body.classList.remove("panel-open");
    setParameters({ feature: null });
    map.fire("atlas:closed");
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  }

  async function select({ id, zoom = false, keep = false }) {
    request?.abort();
    const mine = (request = new AbortController());
    try {
      const response = await fetch(fill(url, id), { signal: mine.signal });
      if (!response.ok) throw new Error(String(response.status));
      // our own server's escaped markup; scripts in it would not run
      const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
      const article = parsed.querySelector("[data-feature-id]");
      // a page that opens with a feature leaves the focus at its beginning
      open(document.adoptNode(article), article.dataset.name, { focus: !keep });
      around(body);
      setParameters({ feature: article.dataset.featureId }, { push: !keep });
      const bounds = article.dataset.bounds ? article.dataset.bounds.split(",").map(Number) : null;
      map.fire("atlas:shown", { id: article.dataset.featureId, layer: article.dataset.layer, bounds, zoom });
    } catch (error) {
      if (error.name !== "AbortError") trouble(t("这个要素没有读到。"));
    }
  }

  function several({ hits }) {
    const list = document.createElement("div");
    list.className = "several";
    const head = document.createElement("h2");
    head.tabIndex = -1;
    head.textContent = t("此处有 {n} 个要素", { n: hits.length });
    const rows = document.createElement("ul");
    for (const feature of hits) {
      const button = document.createElement("button");
      button.type = "button";
      const symbol = document.querySelector(`[data-toggle-theme="${feature.properties.theme}"] svg`)?.cloneNode(true);
      const name = document.createElement("span");
      name.append(...placeName(feature.properties.name, feature.properties.pinyin));
      const what = document.createElement("small");
      what.textContent = [planTitle(feature.id), titleOf("kind", feature.properties.kind), titleOf("status", feature.properties.status)].filter(Boolean).join(" · ");
      button.append(...[symbol, name, what].filter(Boolean));
      button.addEventListener("click", () => select({ id: feature.id }));
      // the row that is pointed at or has the focus lights its shape
      for (const begin of ["mouseenter", "focus"]) button.addEventListener(begin, () => map.fire("atlas:lit", { feature }));
      for (const end of ["mouseleave", "blur"]) button.addEventListener(end, () => map.fire("atlas:lit", { feature: null }));
      const row = document.createElement("li");
      row.append(button);
      rows.append(row);
    }
    rows.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const buttons = [...rows.querySelectorAll("button")];
      buttons[buttons.indexOf(document.activeElement) + step]?.focus();
      event.preventDefault();
    });
    list.append(head, rows);
    open(list, head.textContent);
    map.fire("atlas:closed");
  }

  // What the legend's filter calls a value.
  function titleOf(filter, value) {
    return document.querySelector(`select[data-filter="${filter}"] option[value="${CSS.escape(value)}"]`)?.textContent;
  }

  function planTitle(id) {
    for (const plan of document.querySelectorAll("[data-plan]")) {
      if (id.startsWith(`${plan.dataset.plan}-`)) return plan.querySelector(".tree-title").textContent;
    }
    return null;
  }

  // back and forward walk through what was opened
  addEventListener("popstate", () => {
    const id = parameter("feature");
    if (!id) close();
    else if (body.querySelector("[data-feature-id]")?.dataset.featureId !== id || box.hidden) select({ id, keep: true });
  });
  map.on("atlas:select", select);
  map.on("atlas:several", several);
  document.getElementById("panel-close").addEventListener("click", close);
  const grip = document.getElementById("panel-grip");
  grip.addEventListener("click", () => {
    const tall = box.classList.toggle("is-tall");
    grip.setAttribute("aria-expanded", String(tall));
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
  body.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-select]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      select({ id: link.dataset.select, zoom: true });
    }
  });
}
