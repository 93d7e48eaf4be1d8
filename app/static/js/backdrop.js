// The offline backdrop: land and sea, districts, rivers, streets by zoom, stations, names; all from our reference.
import { fetchJson, fill, toMap, trouble } from "./state.js";
import { setLabels } from "./labels.js";

const INK = { district: "#756d5f", street: "#7a7469", river: "#3f7694", station: "#3c4650", landmark: "#4a6650" };

const PARTS = [
  { name: "land", minZoom: 0, style: () => ({ stroke: true, color: "#b9c9ce", weight: 1, fill: true, fillColor: "#f1ede4", fillOpacity: 1 }) },
  { name: "rivers", minZoom: 0, style: (zoom) => ({ color: "#a9cfdf", weight: Math.max(1.5, (zoom - 9) * 1.5), lineCap: "round", lineJoin: "round" }) },
  { name: "streets-all", minZoom: 14, style: (zoom) => ({ color: "#ffffff", weight: zoom >= 16 ? 5 : 2.6, lineCap: "round" }) },
  { name: "streets-major", minZoom: 11, style: (zoom) => ({ color: zoom >= 13 ? "#ffffff" : "#fdfcf9", weight: zoom >= 15 ? 8 : zoom >= 13 ? 5 : 2, lineCap: "round" }) },
  { name: "districts", minZoom: 0, style: (zoom) => ({ color: "#9a8f7d", weight: zoom >= 13 ? 1.6 : 1.1, dashArray: "8 4 2 4", fill: false }) },
  { name: "stations", minZoom: 13, style: null },
  { name: "towns", minZoom: 11, style: null, namesOnly: true },
  { name: "landmarks", minZoom: 13.5, style: null, namesOnly: true },
];

function labelsOf(part, data) {
  const label = {
    districts: (f) => ({ at: f.geometry.coordinates, minZoom: 9, maxZoom: 13.5, colour: INK.district, size: 15, spaced: 4, priority: 1 }),
    rivers: (f) => ({ line: f.geometry.coordinates, minZoom: 11, colour: INK.river, size: 13, spaced: 3, priority: 3 }),
    "streets-major": (f) => ({ line: f.geometry.coordinates, minZoom: 14.5, colour: INK.street, size: 11.5, priority: 2 }),
    "streets-all": (f) => ({ line: f.geometry.coordinates, minZoom: 15.5, colour: INK.street, size: 11, priority: 1 }),
    stations: (f) => ({ at: f.geometry.coordinates, minZoom: 14, colour: INK.station, size: 11, priority: 2.5, below: 12 }),
    towns: (f) => ({ at: f.geometry.coordinates, minZoom: f.properties.zoom, maxZoom: 16, colour: INK.district, size: 12, spaced: 2, priority: 1.5 }),
    landmarks: (f) => ({ at: f.geometry.coordinates, minZoom: f.properties.zoom, colour: INK.landmark, size: 11, priority: 1.8 }),
  }[part];
  if (!label) return [];
  return data.features.flatMap((feature) => {
    const text = feature.properties.name;
    if (!text) return [];
    if (feature.geometry.type === "MultiLineString") {
      return feature.geometry.coordinates.map((coordinates) => ({ text, ...label({ ...feature, geometry: { coordinates } }) }));
    }
    const item = label(feature);
    return item.at || item.line ? [{ text, ...item }] : [];
  });
}

export function backdrop(map, { backdropUrl, credit = "", on = () => true }) {
  if (credit) map.attributionControl.addAttribution(credit);
  const renderer = L.canvas({ pane: "backdrop", padding: 0.4 });
  const drawn = new Map();
  let turn = 0;

  function build(part, data) {
    const zoom = map.getZoom();
    if (part.name === "land") {
      // the extract is a box: what is not land inside of it is sea
      const at = (corner) => toMap(map, [corner.lng, corner.lat]);
      const box = L.geoJSON(data).getBounds();
      const sea = L.rectangle(L.latLngBounds(at(box.getSouthWest()), at(box.getNorthEast())), {
        interactive: false, renderer, stroke: false, fillColor: "#cfe2ea", fillOpacity: 1,
      });
      L.stamp(sea); // layers are raised in the order of their stamps: the sea first
      return L.featureGroup([sea, ...lines(part, data, zoom).getLayers()]);
    }
    if (part.style) return lines(part, data, zoom);
    if (part.namesOnly) return L.layerGroup();
    return L.geoJSON(data, {
      coordsToLatLng: (coords) => toMap(map, coords),
      pointToLayer: (_, at) =>
        L.circleMarker(at, { renderer, interactive: false, radius: 3.2, color: "#5b6670", weight: 1.4, fillColor: "#fff", fillOpacity: 1 }),
    });
  }

  function lines(part, data, zoom) {
    return L.geoJSON(data, {
      interactive: false,
      renderer,
      filter: (feature) => feature.geometry.type !== "Point",
      coordsToLatLng: (coords) => toMap(map, coords),
      style: { ...part.style(zoom), renderer, interactive: false },
    });
  }

  async function refresh() {
    const mine = (turn += 1);
    map.getContainer().classList.toggle("is-offline", on());
    const zoom = map.getZoom();
    const wanted = PARTS.filter((part) => on() && zoom >= part.minZoom);
    const data = new Map();
    await Promise.all(
      wanted.map(async (part) => {
        try {
          data.set(part.name, await fetchJson(fill(backdropUrl, part.name)));
        } catch {
          trouble("底图的一部分没有读到。");
        }
      }),
    );
    if (mine !== turn) return;
    for (const part of PARTS) {
      const have = drawn.get(part.name);
      if (!data.has(part.name)) {
        have?.remove();
        drawn.delete(part.name);
        setLabels(map, `backdrop-${part.name}`, []);
      } else if (have && part.name !== "land" && part.style) {
        have.setStyle(part.style(zoom));
      } else if (!have) {
        drawn.set(part.name, build(part, data.get(part.name)).addTo(map));
        setLabels(map, `backdrop-${part.name}`, labelsOf(part.name, data.get(part.name)));
      }
    }
    // parts may arrive in any order; they are drawn in this one
    for (const part of PARTS) drawn.get(part.name)?.eachLayer((layer) => layer.bringToFront());
    map.getContainer().dataset.backdrop = "true";
  }

  map.on("zoomend atlas:backdrop", refresh);
  refresh();
}
