// The map of an answer: the ground that was asked about, and the features that apply to it.
import { fetchJson, toMap, trouble } from "./state.js";
import { t } from "./words.js";
import { draw } from "./shapes.js";
import { setLabels } from "./labels.js";
import { styleOf } from "./symbols.js";

const ASKED = { color: "#a8321f", weight: 3, fill: false, dashArray: "8 5", interactive: false, pane: "highlight" };

export async function groundMap(map, { url, styles, ground, bounds: [west, south, east, north] }) {
  const frame = L.latLngBounds([south, west], [north, east]);
  map.fitBounds(frame, { padding: [60, 60], maxZoom: 16, animate: false });
  map.scrollWheelZoom.disable();
  L.geoJSON(ground, {
    coordsToLatLng: (pair) => toMap(map, pair),
    style: ASKED,
    pointToLayer: (_, at) => L.circleMarker(at, { ...ASKED, radius: 9, dashArray: null }),
  }).addTo(map);
  const data = await fetchJson(url).catch(() => {
    trouble(t("这张小图没有读到；下面的表不受影响。"), map);
    return { features: [] };
  });
  const sure = data.features.filter(({ properties }) => properties.relation !== "possible");
  // what covers the whole ground would hide the rest: large ones go below
  const group = draw(map, styles, { type: "FeatureCollection", features: sure.reverse() });
  group.addTo(map);
  // large shapes that only pass through the ground are outlines: filled, they would cover what lies in it
  group.eachLayer((layer) => {
    if ((layer.feature.properties.share_of_feature ?? 1) < 0.5) layer.setStyle?.({ fill: false });
  });
  group.eachLayer((layer) => layer.on("click", () => document.getElementById(`hit-${layer.feature.id}`)?.scrollIntoView({ block: "center" })));
  setLabels(map, "ground", sure.map(({ properties }) => ({ properties, layer: find(group, properties.id) })).filter(({ layer }) => layer).map(({ properties, layer }) => ({
    text: properties.name,
    at: centre(layer),
    minZoom: 0,
    colour: styleOf(styles, properties.theme).ink,
    size: 12.5,
    bold: false,
    priority: properties.relation === "within" ? 5 : 2,
    below: 0,
  })));
  map.getContainer().dataset.ready = "true";
}

function find(group, id) {
  return group.getLayers().find((layer) => layer.feature.id === id);
}

function centre(layer) {
  const at = layer.getLatLng?.() ?? layer.getBounds().getCenter();
  return [at.lng, at.lat];
}
