// Plan layers: fetched when first shown, drawn by theme and certainty, found under a click.
import { parameter, setParameters } from "./address.js";
import { boundsToMap, datumOf, fetchJson, fetchTogether, fill, fromMap, isBusy, toMap, trouble } from "./state.js";
import { isHit, rank } from "./hits.js";
import { levelOf, pathStyle, pointIcon, styleOf } from "./symbols.js";
import { setLabels } from "./labels.js";

function nameTag(feature) {
  const tag = document.createElement("span");
  tag.textContent = feature.properties.name; // as text: names may hold anything
  return tag;
}

export function draw(map, styles, data, tooltips = true) {
  const group = L.geoJSON(data, {
    coordsToLatLng: (coords) => toMap(map, coords),
    style: (feature) => pathStyle(styles, feature),
    pointToLayer: (feature, latlng) =>
      L.marker(latlng, { icon: pointIcon(styles, feature), keyboard: false, bubblingMouseEvents: true }),
  });
  outlineLines(group);
  if (tooltips) group.eachLayer((layer) => layer.bindTooltip(() => nameTag(layer.feature), { sticky: true, className: "name-tip", opacity: 1 }));
  return group;
}

// A collection may hold areas and lines under one style; a line is never filled.
function outlineLines(group) {
  group.eachLayer((layer) => {
    if (layer.eachLayer) outlineLines(layer);
    else if (layer instanceof L.Polyline && !(layer instanceof L.Polygon)) layer.setStyle({ fill: false });
  });
}

// What has a target due in the chosen year: a heavier line, a larger symbol.
function standOut(layer) {
  if (layer.eachLayer) layer.eachLayer(standOut);
  else if (layer.setStyle) layer.setStyle({ weight: (layer.options.weight ?? 2) + 3 });
  else layer.getElement?.()?.classList.add("is-due");
}

// Large areas carry their name as soon as it fits into them: side in metres against ground per pixel.
function labelZoom(size, zoom) {
  if (!size) return zoom;
  const side = Math.sqrt(size) * 97000;
  return Math.min(zoom, Math.max(9, Math.log2((64 * 121660) / side)));
}

export function labelItems(styles, data) {
  return data.features.map(({ properties, geometry }) => {
    const style = styleOf(styles, properties.theme);
    const level = levelOf(styles, properties.level);
    return {
      text: properties.name,
      at: properties.label,
      minZoom: labelZoom(properties.size, style.label_zoom + level.later),
      colour: style.ink,
      size: level.text,
      bold: level.bold,
      priority: 10 - level.later * 3,
      below: /Point/.test(geometry.type) ? 14 : 0,
    };
  });
}

export function highlight(map, held, feature) {
  held.highlight?.remove();
  held.highlight = null;
  if (!feature) return;
  const shape = feature.extent ? { ...feature, geometry: feature.extent } : feature;
  const point = /Point/.test(shape.geometry.type);
  const base = { pane: "highlight", interactive: false, fill: false, lineJoin: "round", lineCap: "round" };
  const options = { coordsToLatLng: (coords) => toMap(map, coords), interactive: false };
  held.highlight = point
    ? L.geoJSON(shape, { ...options, pointToLayer: (_, at) => L.marker(at, { icon: pointIcon(held.styles, feature, true), interactive: false, keyboard: false, zIndexOffset: 1000 }) })
    : L.layerGroup([
        L.geoJSON(shape, { ...options, style: { ...base, color: "#ffffff", weight: 9, opacity: 0.85 } }),
        L.geoJSON(shape, { ...options, style: { ...base, color: "#a8321f", weight: 3.4, opacity: 1 } }),
      ]);
  held.highlight.addTo(map);
}

export function planLayers(map, { url, together, styles }) {
  const held = { styles, shown: new Map(), highlight: null, selected: null };
  const boxes = [...document.querySelectorAll("input[data-layer]")];
  const certainties = [...document.querySelectorAll("input[data-certainty]")];
  const filters = [...document.querySelectorAll("select[data-filter]")];
  const usual = listed();
  restore();

  // What the legend's filters leave of a layer.
  function wanted(id, data) {
    if (!runs(id)) return { ...data, features: [] };
    const sure = new Set(certainties.filter((box) => box.checked).map((box) => box.dataset.certainty));
    const features = data.features.filter(
      ({ properties }) =>
        sure.has(properties.certainty) && filters.every(({ value, dataset }) => !value || properties[dataset.filter] === value),
    );
    return { ...data, features };
  }

  // Whether the layer's plan runs in the chosen year.
  function runs(id) {
    if (!held.year) return true;
    const plan = boxes.find((box) => box.dataset.layer === id).closest("[data-plan]").dataset;
    return Number(plan.from) <= held.year && held.year <= Number(plan.to);
  }

  function listed() {
    return boxes.filter((box) => box.checked).map((box) => box.dataset.layer).join(",");
  }

  // The address says which layers and filters; what it does not say is as usual.
  function restore() {
    const layers = parameter("layers");
    const chosen = new Set((layers ?? usual).split(","));
    for (const box of boxes) box.checked = !box.disabled && chosen.has(box.dataset.layer);
    const sure = parameter("certainty");
    for (const box of certainties) box.checked = sure === null || sure.split(",").includes(box.dataset.certainty);
    for (const filter of filters) {
      filter.value = parameter(filter.dataset.filter) ?? "";
      if (filter.selectedIndex < 0) filter.value = "";
    }
  }

  function remember() {
    const now = listed();
    const sure = certainties.filter((box) => box.checked).map((box) => box.dataset.certainty);
    setParameters({
      layers: now === usual ? null : now || "none",
      certainty: sure.length === certainties.length ? null : sure.join(",") || "none",
      ...Object.fromEntries(filters.map(({ value, dataset }) => [dataset.filter, value])),
    });
  }

  function put(id, all) {
    const data = wanted(id, all);
    held.shown.get(id)?.group.remove();
    const group = draw(map, styles, data).addTo(map);
    held.shown.set(id, { all, data, group });
    if (held.year) group.eachLayer((layer) => layer.feature.properties.due.includes(held.year) && standOut(layer));
    setLabels(map, `layer-${id}`, labelItems(styles, data));
  }

  for (const control of [...certainties, ...filters]) {
    control.addEventListener("change", () => {
      remember();
      for (const [id, { all }] of [...held.shown]) put(id, all);
    });
  }

  const unread = new Set();

  async function show(id) {
    let data;
    try {
      data = await fetchJson(fill(url, id));
    } catch {
      unread.add(id);
      trouble("有图层没有读到。");
      const box = boxes.find((candidate) => candidate.dataset.layer === id);
      if (box) box.checked = false;
      return null;
    }
    if (unread.delete(id) && !unread.size) trouble("");
    const box = boxes.find((candidate) => candidate.dataset.layer === id);
    if (box && !box.checked) return data; // switched off again while it was on its way
    put(id, data);
    return data;
  }

  function hide(id) {
    held.shown.get(id)?.group.remove();
    held.shown.delete(id);
    setLabels(map, `layer-${id}`, []);
  }

  function toggle(box) {
    if (box.checked) show(box.dataset.layer);
    else hide(box.dataset.layer);
    themeButtons();
    remember();
  }

  function only(id) {
    for (const box of boxes) {
      if (box.checked !== (box.dataset.layer === id)) {
        box.checked = !box.checked;
        toggle(box);
      }
    }
  }

  function themeButtons() {
    for (const button of document.querySelectorAll("[data-toggle-theme]")) {
      const mine = boxes.filter((box) => box.dataset.theme === button.dataset.toggleTheme && !box.disabled);
      const on = mine.filter((box) => box.checked).length;
      button.setAttribute("aria-pressed", on === 0 ? "false" : on === mine.length ? "true" : "mixed");
    }
    for (const plan of document.querySelectorAll(".tree-plan")) {
      const on = plan.querySelectorAll("input[data-layer]:checked").length;
      plan.querySelector(".tree-on").textContent = on ? `开 ${on} 层` : "";
    }
  }

  for (const box of boxes) box.addEventListener("change", () => toggle(box));
  for (const button of document.querySelectorAll("[data-toggle-theme]")) {
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      for (const box of boxes) {
        if (box.dataset.theme === button.dataset.toggleTheme && !box.disabled && box.checked !== on) {
          box.checked = on;
          toggle(box);
        }
      }
    });
  }
  for (const button of document.querySelectorAll("[data-only]")) {
    button.addEventListener("click", () => only(button.dataset.only));
  }
  document.getElementById("opacity")?.addEventListener("input", ({ target }) => {
    for (const pane of ["areas", "lines", "markerPane"]) map.getPane(pane).style.opacity = target.value / 100;
  });
  for (const button of document.querySelectorAll("[data-fit]")) {
    button.addEventListener("click", () => {
      document.body.classList.remove("layers-open");
      map.fitBounds(boundsToMap(map, button.dataset.fit.split(",").map(Number)), clearOfPanels());
    });
  }
  for (const button of document.querySelectorAll("[data-list]")) {
    button.addEventListener("click", () => listFeatures(map, button, fill(url, button.dataset.list)));
  }

  map.on("click", (event) => {
    if (isBusy(map)) return;
    const position = fromMap(map, event.latlng);
    const project = (pair) => map.latLngToLayerPoint(toMap(map, pair));
    const reach = matchMedia("(pointer: coarse)").matches ? 18 : 8;
    const hits = [];
    for (const { data } of held.shown.values()) {
      for (const feature of data.features) if (isHit(feature.geometry, position, project, reach)) hits.push(feature);
    }
    hits.sort((a, b) => rank(a) - rank(b));
    if (hits.length === 1) map.fire("atlas:select", { id: hits[0].id });
    else if (hits.length > 1) map.fire("atlas:several", { hits });
  });

  map.on("atlas:shown", async ({ id, layer, bounds, zoom }) => {
    held.selected = id;
    if (zoom && bounds) map.fitBounds(boundsToMap(map, bounds), { maxZoom: 16, ...clearOfPanels() });
    const box = boxes.find((candidate) => candidate.dataset.layer === layer);
    if (bounds && box && !box.checked) {
      box.checked = true;
      box.closest("details").open = true;
      themeButtons();
      await show(layer);
    }
    const data = bounds ? await fetchJson(fill(url, layer)).catch(() => null) : null;
    if (held.selected === id) highlight(map, held, data?.features.find((feature) => feature.id === id));
  });
  map.on("atlas:year", ({ year }) => {
    held.year = year;
    for (const [id, { all }] of [...held.shown]) put(id, all);
  });
  map.on("atlas:closed", () => {
    held.selected = null;
    highlight(map, held, null);
  });
  map.on("atlas:datum", () => {
    const selected = held.selected;
    for (const [id, entry] of [...held.shown]) {
      put(id, entry.all);
      if (selected) {
        const feature = entry.data.features.find((candidate) => candidate.id === selected);
        if (feature) highlight(map, held, feature);
      }
    }
  });

  const far = () => map.getContainer().classList.toggle("is-far", map.getZoom() < 12);
  map.on("zoomend", far);
  far();
  const first = boxes.filter((box) => box.checked).map((box) => box.dataset.layer);
  if (first.length > 1) fetchTogether(fill(together, first.join(",")), Object.fromEntries(first.map((id) => [id, fill(url, id)])));
  Promise.all(first.map(show)).then(() => (map.getContainer().dataset.drawn = "true"));
  themeButtons();
  map.getContainer().dataset.ready = "true";
}

// Keep what is zoomed to out from under the side panels (desktop) or the sheet (phone).
export function clearOfPanels() {
  const seen = (id) => {
    const box = document.getElementById(id)?.getBoundingClientRect();
    return box && box.width ? box : null;
  };
  const tree = seen("layer-tree");
  const panel = seen("panel");
  if (matchMedia("(max-width: 760px)").matches) {
    return { paddingTopLeft: [24, 130], paddingBottomRight: [24, panel ? innerHeight - panel.top + 24 : 24] };
  }
  return { paddingTopLeft: [tree ? tree.right + 24 : 40, 80], paddingBottomRight: [panel ? innerWidth - panel.left + 24 : 60, 60] };
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
  const data = await fetchJson(url).catch(() => ({ features: [] }));
  for (const feature of data.features) {
    const entry = document.createElement("button");
    entry.type = "button";
    entry.textContent = feature.properties.name;
    entry.addEventListener("click", () => map.fire("atlas:select", { id: feature.id, zoom: true }));
    const row = document.createElement("li");
    row.append(entry);
    list.append(row);
  }
}

// The small map of a feature's page: the feature strong, its layer around it pale.
export async function featureLayer(map, { url, styles, layer, feature: id, bounds }) {
  const [west, south, east, north] = bounds;
  map.fitBounds([[south, west], [north, east]], { padding: [36, 36], maxZoom: 16, animate: false });
  map.scrollWheelZoom.disable();
  const data = await fetchJson(fill(url, layer)).catch(() => null);
  const found = data?.features.find((candidate) => candidate.id === id);
  if (!found || datumOf(map) !== "wgs84") return;
  draw(map, styles, found.extent ? { ...found, geometry: found.extent } : found, false).addTo(map);
  highlight(map, { styles }, !found.extent && /Point/.test(found.geometry.type) ? found : null);
  setLabels(map, "feature", [{ ...labelItems(styles, { features: [found] })[0], minZoom: 0, size: 15 }]);
  map.getContainer().dataset.ready = "true";
}
