// Two plans on two maps: what moves one moves the other; a place lights its counterpart, a relation both its ends.
import { parameter, setParameters } from "./address.js";
import { boundsToMap, fetchJson, fill, fromMap, toMap } from "./state.js";
import { isHit, rank } from "./hits.js";
import { draw, highlight, labelItems } from "./shapes.js";
import { lineage } from "./lineagelines.js";
import { setLabels } from "./labels.js";
import { swipe } from "./swipe.js";
import { placeName, quoting, t } from "./words.js";

const sides = [];
let relations = [];

// The earlier plan comes first. `layers` are of these `themes`, `lines` are the relations as GeoJSON, `feature` a place that no layer here has.
export async function comparedPlan(map, { url, styles, layers, themes, bounds, lines, feature }) {
  const side = { map, styles, feature, end: sides.length ? "to" : "from", known: new Map(), held: [] };
  sides.push(side);
  map.fitBounds(boundsToMap(map, bounds), { padding: [16, 16], animate: false });
  for (const other of sides) if (other !== side) follow(other.map, map);
  const found = fetchJson(lines).catch(() => ({ features: [] }));
  const answers = await Promise.all(layers.map((id) => fetchJson(fill(url, id)).catch(() => ({ features: [] }))));
  relations = (await found).features;
  const related = new Set(relations.flatMap(idsOf));
  const shown = ({ id, properties }) => properties.level === "headline" || related.has(id);
  const data = { type: "FeatureCollection", features: answers.flatMap(({ features }) => features.filter(shown)) };
  data.features.sort((a, b) => b.properties.size - a.properties.size); // small areas above large ones
  for (const item of data.features) side.known.set(item.id, item);
  draw(map, styles, data).addTo(map);
  setLabels(map, "compare", labelItems(styles, data));
  side.lines = lineage(map, relations, themes, (mine) => lightRelations(mine));

  map.on("click", (event) => {
    const position = fromMap(map, event.latlng);
    const project = (pair) => map.latLngToLayerPoint(toMap(map, pair));
    const hits = data.features.filter((item) => isHit(item.geometry, position, project, 10));
    hits.sort((a, b) => rank(a) - rank(b));
    if (hits.length) lightFeature(hits[0]);
  });
  map.getContainer().dataset.ready = "true";
  if (sides.length === 2 && sides.every((each) => each.lines)) start(bounds);
}

// Both plans are drawn.
function start(bounds) {
  const [{ map }] = sides;
  swipe(sides.map((side) => side.map));
  map.fitBounds(boundsToMap(map, bounds), { padding: [16, 16], animate: false }); // the maps may be larger now
  const feature = (id) => sides.map(({ known }) => known.get(id)).find(Boolean);
  const relation = (id) => relations.find((each) => each.id === id);
  const toMaps = () => document.getElementById("twin").scrollIntoView({ block: "center" });
  for (const control of document.querySelectorAll("[data-light]")) {
    control.addEventListener("click", () => {
      lightFeature(feature(control.dataset.light), { zoom: true });
      toMaps();
    });
  }
  for (const control of document.querySelectorAll("[data-relation]")) {
    control.addEventListener("click", () => {
      lightRelations([relation(control.dataset.relation)], { zoom: true });
      toMaps();
    });
  }
  const switched = document.getElementById("lines");
  const showLines = () => {
    for (const { lines } of sides) lines.show(switched.checked);
    document.getElementById("line-key").hidden = !switched.checked;
  };
  switched.checked = parameter("lines") !== "off";
  switched.addEventListener("change", () => {
    setParameters({ lines: switched.checked ? null : "off" });
    showLines();
  });
  showLines();
  const named = () => relation(decodeURIComponent(location.hash).replace(/^#r-/, ""));
  const follow = () => named() && lightRelations([named()], { zoom: true });
  addEventListener("hashchange", follow);
  follow();
}

function follow(one, other) {
  let moving = false;
  for (const [leader, follower] of [[one, other], [other, one]]) {
    leader.on("move zoomend", () => {
      if (moving) return;
      moving = true; // the follower's own move must not come back
      if (leader.getZoom() === follower.getZoom()) {
        // whole pixels: over one another, both maps must meet along the divider
        const shift = follower.project(leader.getCenter()).subtract(follower.project(follower.getCenter())).round();
        if (shift.x || shift.y) follower.panBy(shift, { animate: false });
      } else {
        follower.setView(leader.getCenter(), leader.getZoom(), { animate: false });
      }
      moving = false;
    });
  }
}

const endsOf = ({ properties }) => [...properties.from, ...properties.to];
const idsOf = (relation) => endsOf(relation).map(({ id }) => id);

function lightFeature(feature, options) {
  const mine = relations.filter((relation) => idsOf(relation).includes(feature.id));
  light(mine, [feature.id], options);
  featureCard(feature, mine);
}

function lightRelations(mine, options) {
  light(mine, [], options);
  put(...mine.flatMap(relationCard));
  const [{ id }, ...others] = mine;
  if (!others.length && location.hash !== `#r-${id}`) history.replaceState(history.state, "", `#r-${id}`);
}

let turn = 0;

// Outline what the relations join, each end on the map of its plan; a place of no layer here is asked for.
async function light(mine, more, { zoom = false } = {}) {
  const now = (turn += 1);
  for (const side of sides) {
    for (const item of side.held.splice(0)) highlight(side.map, item, null);
    side.lines.light(mine.map(({ id }) => id));
  }
  if (zoom) show(mine, more);
  for (const side of sides) {
    const ids = new Set([...more.filter((id) => side.known.has(id)), ...mine.flatMap(({ properties }) => properties[side.end].filter(({ at }) => at).map(({ id }) => id))]);
    for (const id of ids) {
      const shape = side.known.get(id) ?? (await fetchJson(fill(side.feature, id)).catch(() => null));
      if (now !== turn) return; // something else was lit meanwhile
      if (!shape) continue;
      side.known.set(id, shape);
      const item = { styles: side.styles, highlight: null };
      highlight(side.map, item, shape);
      side.held.push(item);
    }
  }
}

function show(mine, more) {
  const [{ map }] = sides;
  const bounds = L.latLngBounds([]);
  for (const { at } of mine.flatMap(endsOf)) if (at) bounds.extend(toMap(map, at));
  for (const { known } of sides) {
    for (const id of [...more, ...mine.flatMap(idsOf)]) {
      if (known.has(id)) bounds.extend(L.geoJSON(known.get(id), { coordsToLatLng: (pair) => toMap(map, pair) }).getBounds());
    }
  }
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [40, 40], maxZoom: 16, animate: false });
}

function put(...children) {
  document.getElementById("compare-card").replaceChildren(...children.filter(Boolean));
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text; // as text: names may hold anything
  return made;
}

function more(relation, words) {
  const link = element("a", "button", words);
  link.href = `#r-${relation.id}`;
  // the address may name it already: then the page would not turn to it
  link.addEventListener("click", () => document.getElementById(`r-${relation.id}`)?.scrollIntoView());
  return link;
}

function featureCard(feature, mine) {
  const name = element("a", "", "");
  name.append(...placeName(feature.properties.name, feature.properties.pinyin));
  name.href = fill(document.getElementById("compare-card").dataset.url, feature.id);
  const links = mine.map((relation) => more(relation, t("{kind}：看对照", { kind: relation.properties.kind_title })));
  put(name, ...(links.length ? links : [element("span", "", t("与另一份规划没有建立沿革"))]));
}

function relationCard(relation) {
  const { kind_title: kind, basis, basis_title: title, sentence, note } = relation.properties;
  const said = element("strong", "", "");
  said.append(...quoting(sentence));
  const reason = element("span", "", note);
  reason.lang = "zh-CN"; // the editor's own words
  const away = endsOf(relation).some(({ at }) => !at);
  return [
    element("b", "kind", kind),
    said,
    element("i", `basis basis-${basis}`, title),
    reason,
    away && element("span", "", t("有一侧没有落图，图上画不出全部。")),
    more(relation, t("看对照")),
  ];
}
