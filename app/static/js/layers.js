// Plan layers: fetched when first shown, drawn by theme and certainty, found under a click.
import { parameter } from "./address.js";
import { filters } from "./filters.js";
import { isHit, rank } from "./hits.js";
import { setLabels } from "./labels.js";
import { draw, fade, highlight, labelItems, standOut } from "./shapes.js";
import { boundsToMap, datumOf, fetchJson, fetchTogether, fill, fromMap, isBusy, toMap, trouble } from "./state.js";
import { clearOfPanels, tree } from "./tree.js";
import { tiledLayer } from "./tiled.js";
import { t } from "./words.js";

export function planLayers(map, { url, together, counts, list, tiled, styles }) {
  const held = { styles, shown: new Map(), highlight: null, selected: null, year: null };
  const unread = new Set();
  const layers = tree(map, { url, list, large: tiled.ids }, { toggled, faded: (id) => held.shown.has(id) && thin(id) });
  const chosen = filters({ counts, list }, { boxes: layers.boxes, changed: redraw, open: layers.open });
  const nowhere = !location.hash && !parameter("feature"); // the address says what is shown, but not where

  function put(id, all) {
    const data = { ...all, features: chosen.left(id, all.features) };
    held.shown.get(id)?.group.remove();
    const group = draw(map, styles, data).addTo(map);
    held.shown.set(id, { all, data, group });
    if (held.year) group.eachLayer((layer) => layer.feature.properties.due.includes(held.year) && standOut(layer));
    if (layers.density(id) < 1) thin(id);
    setLabels(map, `layer-${id}`, labelItems(styles, data));
  }

  // Tiles stand in WGS84: over a basemap in another datum a large layer is drawn whole, like the others.
  const large = (id) => tiled.ids.includes(id) && datumOf(map) === "wgs84";

  function putTiled(id) {
    held.shown.get(id)?.group.remove();
    const group = tiledLayer(map, { ...tiled, id, styles, left: (features) => chosen.left(id, features), year: () => held.year });
    held.shown.set(id, { data: { features: [] }, group, hits: group.hits });
    if (layers.density(id) < 1) thin(id);
    return group.addTo(map).drawn;
  }

  function thin(id) {
    const { group } = held.shown.get(id);
    if (group.fade) group.fade(layers.density(id));
    else fade(group, styles, layers.density(id));
  }

  function redraw() {
    for (const [id, { all, group }] of [...held.shown]) {
      if (all) put(id, all);
      else {
        group.restyle();
        thin(id); // back and forward walk through densities too
      }
    }
  }

  // A feature as it is lit when it is chosen.
  async function shapeOf(layer, id) {
    if (tiled.ids.includes(layer)) return fetchJson(fill(tiled.feature, id)).catch(() => null);
    const data = await fetchJson(fill(url, layer)).catch(() => null);
    return data?.features.find((feature) => feature.id === id);
  }

  async function show(id) {
    if (large(id)) return putTiled(id);
    let data;
    try {
      data = await fetchJson(fill(url, id));
    } catch {
      unread.add(id);
      trouble(t("有图层没有读到。"));
      layers.set(id, false);
      return null;
    }
    if (unread.delete(id) && !unread.size) trouble("");
    if (layers.box(id)?.checked === false) return data; // switched off again while it was on its way
    put(id, data);
    return data;
  }

  function hide(id) {
    held.shown.get(id)?.group.remove();
    held.shown.delete(id);
    setLabels(map, `layer-${id}`, []);
  }

  function toggled(boxes) {
    for (const { checked, dataset } of boxes) {
      if (checked) show(dataset.layer);
      else hide(dataset.layer);
    }
    chosen.tell();
  }

  map.on("click", (event) => {
    if (isBusy(map)) return;
    const position = fromMap(map, event.latlng);
    const project = (pair) => map.latLngToLayerPoint(toMap(map, pair));
    const reach = matchMedia("(pointer: coarse)").matches ? 18 : 8;
    const hits = [];
    for (const { data, hits: tiledHits } of held.shown.values()) {
      hits.push(...(tiledHits?.(event.latlng, reach) ?? []));
      for (const feature of data.features) if (isHit(feature.geometry, position, project, reach)) hits.push(feature);
    }
    hits.sort((a, b) => rank(a) - rank(b));
    if (hits.length === 1) map.fire("atlas:select", { id: hits[0].id });
    else if (hits.length > 1) map.fire("atlas:several", { hits });
    else if ([...held.shown.values()].some(({ group }) => group.dotted?.(event.latlng, reach))) map.setView(event.latlng, map.getZoom() + 2);
  });

  map.on("atlas:shown", async ({ id, layer, bounds, zoom }) => {
    held.selected = id;
    if (zoom && bounds) map.fitBounds(boundsToMap(map, bounds), { maxZoom: 16, ...clearOfPanels() });
    const box = layers.box(layer);
    if (bounds && box && !box.checked) {
      layers.set(layer, true);
      box.closest("details").open = true;
      await show(layer);
      chosen.tell();
    }
    const shape = bounds ? await shapeOf(layer, id) : null;
    if (held.selected === id) highlight(map, held, shape);
  });
  map.on("atlas:lit", ({ feature }) => {
    if (!held.selected) highlight(map, held, feature);
  });
  map.on("atlas:year", ({ year }) => {
    held.year = year;
    chosen.setYear(year);
    redraw();
  });
  map.on("atlas:closed", () => {
    held.selected = null;
    highlight(map, held, null);
  });
  map.on("atlas:datum", () => {
    const selected = held.selected;
    for (const [id, entry] of [...held.shown]) {
      if (tiled.ids.includes(id)) {
        hide(id);
        show(id);
        continue;
      }
      put(id, entry.all);
      if (selected) {
        const feature = entry.data.features.find((candidate) => candidate.id === selected);
        if (feature) highlight(map, held, feature);
      }
    }
  });
  // back and forward walk through the layers and filters of the address
  addEventListener("popstate", () => {
    const before = new Set(layers.boxes.filter((box) => box.checked));
    layers.restore();
    chosen.restore();
    redraw();
    toggled(layers.boxes.filter((box) => box.checked !== before.has(box)));
  });

  const far = () => map.getContainer().classList.toggle("is-far", map.getZoom() < 12);
  map.on("zoomend", far);
  far();
  const first = layers.boxes.filter((box) => box.checked).map((box) => box.dataset.layer);
  const whole = first.filter((id) => !large(id));
  if (whole.length > 1) fetchTogether(fill(together, whole.join(",")), Object.fromEntries(whole.map((id) => [id, fill(url, id)])));
  Promise.all(first.map(show)).then(() => {
    if (nowhere && chosen.active()) frame();
    map.getContainer().dataset.drawn = "true";
  });
  chosen.tell();
  map.getContainer().dataset.ready = "true";

  function frame() {
    const groups = [...held.shown.values()].map(({ group }) => group.getBounds()).filter((bounds) => bounds.isValid());
    if (groups.length) map.fitBounds(groups.reduce((all, bounds) => all.extend(bounds), L.latLngBounds(groups[0])), { maxZoom: 16, ...clearOfPanels() });
  }
}

// The small map of a feature's page: the feature strong, its layer around it pale.
export async function featureLayer(map, { url, styles, layer, feature: id, bounds }) {
  const [west, south, east, north] = bounds;
  map.fitBounds([[south, west], [north, east]], { padding: [36, 36], maxZoom: 16, animate: false });
  map.scrollWheelZoom.disable();
  const data = await fetchJson(fill(url, layer)).catch(() => null);
  if (!data) trouble(t("这张小图没有读到。"), map);
  const found = data?.features.find((candidate) => candidate.id === id);
  if (!found || datumOf(map) !== "wgs84") return;
  draw(map, styles, found.extent ? { ...found, geometry: found.extent } : found, false).addTo(map);
  highlight(map, { styles }, !found.extent && /Point/.test(found.geometry.type) ? found : null);
  setLabels(map, "feature", [{ ...labelItems(styles, { features: [found] })[0], minZoom: 0, size: 15 }]);
  map.getContainer().dataset.ready = "true";
}
