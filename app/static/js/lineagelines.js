// Lineage on a map: an arrow from the older place to the newer, a ring where both stand on one spot, a cross
// where the later plan no longer names it. Kinds differ in colour and dash (compare.css), never in colour alone.
import { TYPE } from "./labels.js";
import { toMap } from "./state.js";
import { quoting } from "./words.js";

const APART = 24; // pixels between two ends from which an arrow can be seen for one
const SHORT = 7; // the arrow keeps so far off its ends, which carry names
const ABOVE = 21 * TYPE; // pixels: signs stand above the names that areas carry
const TOGETHER = 16; // pixels within which signs would hide one another: they become rings around one another
const wide = () => (matchMedia("(pointer: coarse)").matches ? 40 : 20);

// Draws the relations; `named` are the themes whose areas carry names here, `pick` is called with the relations that
// are clicked. Returns { light(ids), show(on) }.
export function lineage(map, relations, named, pick) {
  map.createPane("lineage").style.zIndex = 635; // above symbols, below names
  const group = L.layerGroup().addTo(map);
  const look = { pane: "lineage", interactive: false, fill: false, noClip: true };
  let lit = new Set();

  function stroke(relation, shape) {
    const on = lit.has(relation.id) ? " is-lit" : "";
    shape({ ...look, className: `lineage-case${on}` }).addTo(group);
    const line = shape({ ...look, className: `lineage kind-${relation.properties.kind}${on}` }).addTo(group);
    line.getElement().dataset.line = relation.id;
    return line;
  }

  // What takes the pointer for some lines: wider than they are, and not seen.
  function hold(mine, lines, shape) {
    const taken = shape({ ...look, interactive: true, bubblingMouseEvents: false, opacity: 0, fillOpacity: 0, className: "lineage-hold" });
    const near = (on) => lines.forEach((line) => line.getElement()?.classList.toggle("is-near", on));
    taken.bindTooltip(() => sentences(mine), { sticky: true, className: "name-tip line-tip", opacity: 1 });
    taken.on("mouseover", () => near(true)).on("mouseout", () => near(false)).on("click", () => pick(mine));
    taken.addTo(group);
  }

  function arrow(relation, start, end) {
    const step = end.subtract(start).multiplyBy(SHORT / start.distanceTo(end));
    const ends = [start.add(step), end.subtract(step)].map((point) => map.layerPointToLatLng(point));
    const line = stroke(relation, (options) => L.polyline(ends, options));
    line.getElement().setAttribute("marker-end", `url(#end-${relation.properties.kind})`);
    hold([relation], [line], (options) => L.polyline(ends, { ...options, weight: wide() }));
  }

  function spot(signs) {
    const far = map.getZoom() < 14;
    const [{ at }] = signs;
    const [centre, arm] = [map.layerPointToLatLng(at), far ? 5 : 7];
    const corner = (x, y) => map.layerPointToLatLng(at.add([x * arm, y * arm]));
    let radius = far ? 6 : 9;
    const lines = signs.map(({ relation }) => {
      if (relation.properties.kind === "dropped") {
        return stroke(relation, (options) => L.polyline([[corner(-1, -1), corner(1, 1)], [corner(-1, 1), corner(1, -1)]], options));
      }
      const ring = stroke(relation, (options) => L.circleMarker(centre, { ...options, radius }));
      radius += 5;
      return ring;
    });
    hold(signs.map(({ relation }) => relation), lines, (options) => L.circleMarker(centre, { ...options, fill: true, radius: Math.max(radius, wide() / 2) }));
  }

  // in pixels, so again at each zoom; what is lit comes last and lies on top
  function redraw() {
    group.clearLayers();
    const spots = [];
    const sign = (relation, place) => {
      const { from, to } = relation.properties;
      const at = [...from, ...to].some(({ theme }) => named.includes(theme)) ? place.subtract([0, ABOVE]) : place;
      const near = spots.find(([first]) => first.at.distanceTo(at) < TOGETHER);
      if (!near) spots.push([{ relation, at }]);
      else if (near.every((other) => other.relation !== relation)) near.push({ relation, at });
    };
    for (const relation of [...relations].sort((a, b) => lit.has(a.id) - lit.has(b.id))) {
      const { kind, from, to } = relation.properties;
      const [before, after] = [from, to].map((ends) => ends.filter(({ at }) => at).map(({ at }) => map.latLngToLayerPoint(toMap(map, at))));
      for (const start of before) {
        if (kind === "dropped") sign(relation, start);
        for (const end of after) {
          if (start.distanceTo(end) < APART) sign(relation, end);
          else arrow(relation, start, end);
        }
      }
    }
    spots.forEach(spot);
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

function sentences(relations) {
  const list = document.createElement("div");
  for (const { properties } of relations) {
    const line = document.createElement("p");
    line.append(...quoting(properties.sentence));
    list.append(line);
  }
  return list;
}
