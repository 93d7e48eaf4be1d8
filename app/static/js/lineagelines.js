// Lineage on a map: an arrow from the older place to the newer, a ring where both stand on one spot, a cross
// where the later plan no longer names it. Kinds differ in colour and dash (compare.css), never in colour alone.
import { toMap } from "./state.js";

const APART = 24; // pixels between two ends from which an arrow can be seen for one
const SHORT = 7; // the arrow keeps so far off its ends, which carry names
const reach = () => (matchMedia("(pointer: coarse)").matches ? 36 : 20);

// Draws the relations; `pick` is called with the one that is clicked. Returns { light(ids), show(on) }.
export function lineage(map, relations, pick) {
  map.createPane("lineage").style.zIndex = 635; // above symbols, below names
  const group = L.layerGroup().addTo(map);
  let lit = new Set();

  function put(relation, layer, { arrow = false } = {}) {
    const { kind, sentence } = relation.properties;
    const look = { pane: "lineage", interactive: false, fill: false };
    const on = lit.has(relation.id) ? " is-lit" : "";
    const line = layer({ ...look, className: `lineage kind-${kind}${on}` });
    for (const part of [layer({ ...look, className: `lineage-case${on}` }), line]) part.addTo(group);
    if (arrow) line.getElement().setAttribute("marker-end", `url(#end-${kind})`);
    const hold = layer({ ...look, interactive: true, bubblingMouseEvents: false, weight: reach(), opacity: 0, className: "lineage-hold" });
    hold.bindTooltip(() => tag(sentence), { sticky: true, className: "name-tip line-tip", opacity: 1 });
    hold.on("mouseover", () => line.getElement()?.classList.add("is-near"));
    hold.on("mouseout", () => line.getElement()?.classList.remove("is-near"));
    hold.on("click", () => pick(relation));
    hold.addTo(group);
    hold.getElement().dataset.line = relation.id;
  }

  function ring(relation, at) {
    put(relation, (look) => L.circleMarker(at, { radius: map.getZoom() < 14 ? 6 : 9, ...look }));
  }

  function cross(relation, at) {
    const centre = map.latLngToLayerPoint(at);
    const arm = (x, y) => [centre.add([-x, -y]), centre.add([x, y])].map((point) => map.layerPointToLatLng(point));
    const half = map.getZoom() < 14 ? 5 : 7;
    put(relation, (look) => L.polyline([arm(half, half), arm(half, -half)], { ...look, noClip: true }));
  }

  function arrow(relation, from, to) {
    const [start, end] = [from, to].map((at) => map.latLngToLayerPoint(at));
    const length = start.distanceTo(end);
    if (length < APART) return ring(relation, to);
    const step = end.subtract(start).multiplyBy(SHORT / length);
    const ends = [start.add(step), end.subtract(step)].map((point) => map.layerPointToLatLng(point));
    return put(relation, (look) => L.polyline(ends, { ...look, noClip: true }), { arrow: true });
  }

  // in pixels, so again at each zoom; what is lit comes last and lies on top
  function redraw() {
    group.clearLayers();
    for (const relation of [...relations].sort((a, b) => lit.has(a.id) - lit.has(b.id))) {
      const [before, after] = ["from", "to"].map((end) => relation.properties[end].filter(({ at }) => at).map(({ at }) => toMap(map, at)));
      if (relation.properties.kind === "dropped") before.forEach((at) => cross(relation, at));
      for (const from of before) for (const to of after) arrow(relation, from, to);
    }
  }

  map.on("zoomend", redraw);
  redraw();
  return {
    light(ids) {
      lit = new Set(ids);
      redraw();
    },
    show(on) {
      map.getPane("lineage").hidden = !on;
    },
  };
}

function tag(text) {
  const made = document.createElement("span");
  made.textContent = text; // as text: names may hold anything
  return made;
}
