// The layer tree and the legend's themes: which layers are on, how dense each is drawn, what lies in it.
import { parameter, setParameters, withQuery } from "./address.js";
import { boundsToMap, fetchJson, fill } from "./state.js";
import { placeName, t } from "./words.js";

const FULL = 100;

export function tree(map, { url, list, large = [] }, { toggled, faded }) {
  const boxes = [...document.querySelectorAll("input[data-layer]")];
  const sliders = [...document.querySelectorAll("input.tree-fade")];
  const whole = document.getElementById("opacity");
  const usual = listed();

  function listed() {
    return boxes.filter((box) => box.checked).map((box) => box.dataset.layer).join(",");
  }

  // The address says which layers are on and how dense; what it does not say is as usual.
  function restore() {
    const chosen = new Set((parameter("layers") ?? usual).split(","));
    for (const box of boxes) box.checked = !box.disabled && (chosen.has("all") || chosen.has(box.dataset.layer));
    const densities = new Map((parameter("opacity") ?? "").split(",").map((pair) => pair.split(":")));
    for (const slider of [...sliders, whole]) {
      slider.value = densities.get(slider.dataset.fade) ?? FULL;
      speak(slider);
    }
    thicken();
    marks();
  }

  function remember() {
    const now = listed();
    const pale = [...sliders, whole].filter(({ value }) => Number(value) < FULL);
    setParameters({
      layers: now === usual ? null : now || "none",
      opacity: pale.map(({ dataset, value }) => `${dataset.fade}:${value}`).join(","),
    });
  }

  const speak = (slider) => slider.setAttribute("aria-valuetext", `${slider.value}%`);

  function thicken() {
    for (const pane of ["areas", "lines", "markerPane"]) map.getPane(pane).style.opacity = whole.value / FULL;
  }

  function marks() {
    for (const button of document.querySelectorAll("[data-toggle-theme]")) {
      const mine = boxes.filter((box) => box.dataset.theme === button.dataset.toggleTheme && !box.disabled);
      const on = mine.filter((box) => box.checked).length;
      button.setAttribute("aria-pressed", on === 0 ? "false" : on === mine.length ? "true" : "mixed");
    }
    for (const plan of document.querySelectorAll(".tree-plan")) {
      const on = plan.querySelectorAll("input[data-layer]:checked").length;
      plan.querySelector(".tree-on").textContent = on ? t("开 {n} 层", { n: on }) : "";
    }
  }

  // Switch some layers, and only then look at what that makes of the whole.
  function turn(some, on) {
    const changed = some.filter((box) => !box.disabled && box.checked !== on);
    for (const box of changed) box.checked = on;
    return changed;
  }

  function after(changed) {
    marks();
    remember();
    toggled(changed);
  }

  function only(id) {
    const mine = (box) => box.dataset.layer === id;
    after([...turn(boxes.filter(mine), true), ...turn(boxes.filter((box) => !mine(box)), false)]);
  }

  for (const box of boxes) box.addEventListener("change", () => after([box]));
  for (const button of document.querySelectorAll("[data-toggle-theme]")) {
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      after(turn(boxes.filter((box) => box.dataset.theme === button.dataset.toggleTheme), on));
    });
  }
  for (const button of document.querySelectorAll("[data-only]")) button.addEventListener("click", () => only(button.dataset.only));
  for (const slider of sliders) {
    slider.addEventListener("input", () => {
      speak(slider);
      faded(slider.dataset.fade);
    });
  }
  whole.addEventListener("input", () => {
    speak(whole);
    thicken();
  });
  for (const slider of [...sliders, whole]) slider.addEventListener("change", remember);
  for (const button of document.querySelectorAll("[data-fit]")) {
    button.addEventListener("click", () => {
      document.body.classList.remove("layers-open");
      map.fitBounds(boundsToMap(map, button.dataset.fit.split(",").map(Number)), clearOfPanels());
    });
  }
  for (const button of document.querySelectorAll("[data-list]")) {
    const { list: id } = button.dataset;
    // too many to be listed here are on the page of all features
    if (large.includes(id)) button.addEventListener("click", () => location.assign(withQuery(list, { layer: id })));
    else button.addEventListener("click", () => listFeatures(map, button, fill(url, id)));
  }
  restore();

  return {
    boxes,
    restore,
    box: (id) => boxes.find((box) => box.dataset.layer === id),
    // drawn at this share of its usual density
    density: (id) => Number(sliders.find((slider) => slider.dataset.fade === id)?.value ?? FULL) / FULL,
    open: (some) => after(turn(some, true)),
    // a layer that could not be read is off, and one that a chosen feature needs is on: neither is the reader's choice
    set(id, on) {
      turn(boxes.filter((box) => box.dataset.layer === id), on);
      marks();
    },
  };
}

// Keep what is zoomed to out from under the side panels (desktop) or the sheet (phone).
export function clearOfPanels() {
  const seen = (id) => {
    const box = document.getElementById(id)?.getBoundingClientRect();
    return box && box.width ? box : null;
  };
  const layers = seen("layer-tree");
  const panel = seen("panel");
  if (matchMedia("(max-width: 760px)").matches) {
    return { paddingTopLeft: [24, 130], paddingBottomRight: [24, panel ? innerHeight - panel.top + 24 : 24] };
  }
  return { paddingTopLeft: [layers ? layers.right + 24 : 40, 80], paddingBottomRight: [panel ? innerWidth - panel.left + 24 : 60, 60] };
}

async function listFeatures(map, button, url) {
  const item = button.closest("li");
  const open = item.querySelector(".tree-features");
  if (open) {
    open.remove();
    button.setAttribute("aria-expanded", "false");
    return;
  }
  button.setAttribute("aria-expanded", "true");
  const list = document.createElement("ul");
  list.className = "tree-features";
  item.append(list);
  const data = await fetchJson(url).catch(() => null);
  for (const feature of data?.features ?? []) {
    const entry = document.createElement("button");
    entry.type = "button";
    entry.append(...placeName(feature.properties.name, feature.properties.pinyin));
    entry.addEventListener("click", () => map.fire("atlas:select", { id: feature.id, zoom: true }));
    const row = document.createElement("li");
    row.append(entry);
    list.append(row);
  }
  if (data) return;
  const row = document.createElement("li");
  row.textContent = t("没有读到，收起后可再试。");
  list.append(row);
}
