// The offline backdrop: land and sea, districts, rivers, streets by zoom, stations, names; all from our reference.
import { setLabels } from "./labels.js";
import { boundsToMap, trouble } from "./state.js";
import { lonLat, VectorTiles } from "./vectortiles.js";
import { language, t } from "./words.js";

const INK = { district: "#756d5f", street: "#7a7469", river: "#3f7694", station: "#3c4650", landmark: "#4a6650" };

// By layer of the tiles, in the order they are drawn; `zoom` is the map's.
const STYLES = {
  sea: { stroke: false, fill: true, fillColor: "#cfe2ea", fillOpacity: 1 },
  land: { color: "#b9c9ce", weight: 1, opacity: 1, fill: true, fillColor: "#f1ede4", fillOpacity: 1 },
  rivers: (_, zoom) => ({ color: "#a9cfdf", weight: Math.max(1.5, (zoom - 9) * 1.5), opacity: 1, lineCap: "round", lineJoin: "round" }),
  streets: (_, zoom) => ({ color: "#ffffff", weight: zoom >= 16 ? 5 : 2.6, opacity: 1, lineCap: "round" }),
  main: (_, zoom) => ({ color: zoom >= 13 ? "#ffffff" : "#fdfcf9", weight: zoom >= 15 ? 8 : zoom >= 13 ? 5 : zoom >= 11 ? 2 : 1, opacity: 1, lineCap: "round" }),
  borders: (_, zoom) => ({ color: "#9a8f7d", weight: zoom >= 13 ? 1.6 : 1.1, opacity: 1, dashArray: "8 4 2 4" }),
  stations: (_, zoom) => (zoom < 13 ? [] : { radius: 3.2, color: "#5b6670", weight: 1.4, opacity: 1, fill: true, fillColor: "#fff", fillOpacity: 1 }),
};

const POINTS = {
  districts: () => ({ minZoom: 9, maxZoom: 13.5, colour: INK.district, size: 15, spaced: 4, priority: 1 }),
  stations: () => ({ minZoom: 14, colour: INK.station, size: 11, priority: 2.5, below: 12 }),
  towns: ({ zoom }) => ({ minZoom: zoom, maxZoom: 16, colour: INK.district, size: 12, spaced: 2, priority: 1.5 }),
  waters: ({ zoom }) => ({ minZoom: zoom, colour: INK.river, size: 12, spaced: 1, priority: 1.7 }),
  landmarks: ({ zoom }) => ({ minZoom: zoom, colour: INK.landmark, size: 11, priority: 1.8 }),
};
const LINES = {
  rivers: { minZoom: 11, colour: INK.river, size: 13, spaced: 3, priority: 3 },
  main: { minZoom: 14.5, colour: INK.street, size: 11.5, priority: 2 },
  streets: { minZoom: 15.5, colour: INK.street, size: 11, priority: 1 },
};

// What is named in a tile, as the names' canvas takes it. Of a street cut by tiles each piece is offered; the
// canvas leaves out a name that stands close by already.
function named(map, tile) {
  const items = [];
  for (const [name, layer] of Object.entries(tile.layers)) {
    const at = lonLat(map, tile, layer.extent);
    for (const { properties, geometry } of layer.features) {
      if (!properties.name) continue;
      const text = { text: properties.name, spelled: language === "en" ? properties.pinyin : "" };
      if (POINTS[name]) items.push({ ...text, ...POINTS[name](properties), at: at(geometry[0][0]) });
      else if (LINES[name]) for (const line of geometry) items.push({ ...text, ...LINES[name], line: line.map(at) });
    }
  }
  return items;
}

export function backdrop(map, { tiles: { url, zooms, box }, credit = "", on = () => true }) {
  if (credit) map.attributionControl.addAttribution(credit);
  const container = map.getContainer();
  const names = new WeakMap();
  const layer = new VectorTiles(url, {
    pane: "backdrop",
    overlap: 1,
    zooms,
    bounds: boundsToMap(map, box),
    styles: STYLES,
    changed(tiles) {
      for (const tile of tiles) if (!names.has(tile)) names.set(tile, named(map, tile));
      setLabels(map, "backdrop", tiles.flatMap((tile) => names.get(tile)));
    },
    failed: () => trouble(t("底图的一部分没有读到。"), map),
  });
  const drawn = () => (container.dataset.backdrop = "true");
  layer.on("load", drawn);

  function refresh() {
    container.classList.toggle("is-offline", on());
    if (on()) layer.addTo(map);
    else {
      layer.remove();
      drawn();
    }
  }

  map.on("atlas:backdrop", refresh);
  refresh();
}
