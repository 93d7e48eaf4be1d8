// Two plans on two maps: what moves one moves the other; a place lights its counterpart as well.
import { boundsToMap, fetchJson, fill, fromMap, toMap } from "./state.js";
import { isHit, rank } from "./hits.js";
import { draw, highlight, labelItems } from "./layers.js";
import { setLabels } from "./labels.js";

const sides = [];

// `relations` hold the ids of both sides, so a place finds its counterpart wherever it is drawn.
export async function comparedPlan(map, { url, styles, layers, bounds, relations }) {
  const side = { map, known: new Map(), held: [] };
  sides.push(side);
  map.fitBounds(boundsToMap(map, bounds), { padding: [16, 16], animate: false });
  for (const other of sides) if (other !== side) follow(other.map, map);
  const answers = await Promise.all(layers.map((id) => fetchJson(fill(url, id)).catch(() => ({ features: [] }))));
  const related = new Set(relations.flatMap(({ features }) => features));
  const shown = ({ id, properties }) => properties.level === "headline" || related.has(id);
  const data = { type: "FeatureCollection", features: answers.flatMap(({ features }) => features.filter(shown)) };
  data.features.sort((a, b) => b.properties.size - a.properties.size); // small areas above large ones
  for (const feature of data.features) side.known.set(feature.id, feature);
  draw(map, styles, data).addTo(map);
  setLabels(map, "compare", labelItems(styles, data));

  map.on("click", (event) => {
    const position = fromMap(map, event.latlng);
    const project = (pair) => map.latLngToLayerPoint(toMap(map, pair));
    const hits = data.features.filter((feature) => isHit(feature.geometry, position, project, 10));
    hits.sort((a, b) => rank(a) - rank(b));
    if (hits.length) light(hits[0], styles, relations);
  });
  for (const control of document.querySelectorAll("[data-light]")) {
    if (side.known.has(control.dataset.light)) {
      control.addEventListener("click", () => {
        light(side.known.get(control.dataset.light), styles, relations, { zoom: true });
        map.getContainer().scrollIntoView({ block: "center" });
      });
    }
  }
  map.getContainer().dataset.ready = "true";
}

function follow(one, other) {
  let moving = false;
  for (const [leader, follower] of [[one, other], [other, one]]) {
    leader.on("move zoomend", () => {
      if (moving) return;
      moving = true; // the follower's own move must not come back
      follower.setView(leader.getCenter(), leader.getZoom(), { animate: false });
      moving = false;
    });
  }
}

function light(feature, styles, relations, { zoom = false } = {}) {
  const mine = relations.filter(({ features }) => features.includes(feature.id));
  const ids = new Set([feature.id, ...mine.flatMap(({ features }) => features)]);
  const lit = [];
  for (const { map, known, held } of sides) {
    for (const item of held.splice(0)) highlight(map, item, null);
    for (const id of ids) {
      if (!known.has(id)) continue;
      const item = { styles, highlight: null };
      highlight(map, item, known.get(id));
      held.push(item);
      lit.push(known.get(id));
    }
  }
  if (zoom) {
    const { map } = sides[0];
    map.fitBounds(L.geoJSON(lit, { coordsToLatLng: (pair) => toMap(map, pair) }).getBounds(), { padding: [40, 40], maxZoom: 16, animate: false });
  }
  card(feature, mine);
}

function card(feature, relations) {
  const box = document.getElementById("compare-card");
  const name = document.createElement("a");
  name.href = box.dataset.url.replace("{id}", encodeURIComponent(feature.id));
  name.textContent = feature.properties.name;
  const rows = relations.map(({ id, kind }) => {
    const link = document.createElement("a");
    link.className = "button";
    link.href = `#r-${id}`;
    link.textContent = `${kind}：看对照`;
    return link;
  });
  if (!rows.length) {
    const none = document.createElement("span");
    none.textContent = "与另一份规划没有建立沿革";
    rows.push(none);
  }
  box.replaceChildren(name, ...rows);
}
