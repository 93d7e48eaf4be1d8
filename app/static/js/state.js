// The map and what all modules share about it: which datum it is drawn in.
import { fromGcj02, toGcj02 } from "./gcj02.js";
import { t } from "./words.js";

const states = new WeakMap();

export function createMap(id, options) {
  const map = L.map(id, { ...options, zoomSnap: 0.5, wheelPxPerZoomLevel: 90, tap: true });
  states.set(map, { datum: "wgs84" });
  stillWhereAsked(map);
  L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 140 }).addTo(map);
  L.control.attribution({ position: "bottomright", prefix: false }).addTo(map);
  L.control.zoom({ position: "bottomright", zoomInTitle: t("放大"), zoomOutTitle: t("缩小") }).addTo(map);
  for (const [name, z] of [["backdrop", 210], ["areas", 410], ["lines", 420], ["highlight", 430], ["names", 640]]) {
    map.createPane(name).style.zIndex = z;
  }
  map.getPane("names").style.pointerEvents = "none";
  map.getPane("highlight").style.pointerEvents = "none";
  return map;
}

const wantsStillness = matchMedia("(prefers-reduced-motion: reduce)");

// Readers who want no motion get none: the map stands at once where it is sent, pushed or zoomed.
function stillWhereAsked(map) {
  const still = (options) => (wantsStillness.matches ? { ...options, animate: false } : options);
  const { setView, panBy } = L.Map.prototype;
  map.setView = (centre, zoom, options) => setView.call(map, centre, zoom, still(options));
  map.panBy = (offset, options) => panBy.call(map, offset, still(options));
  map.options.inertia &&= !wantsStillness.matches;
}

// While something is being drawn or pointed at, a click selects nothing.
export const isBusy = (map) => states.get(map).busy === true;
export const setBusy = (map, busy) => {
  states.get(map).busy = busy;
};

export const datumOf = (map) => states.get(map).datum;

// GeoJSON [lon, lat] in WGS84 to the map's position; Leaflet's coordsToLatLng.
export function toMap(map, [lon, lat]) {
  const [x, y] = datumOf(map) === "gcj02" ? toGcj02(lon, lat) : [lon, lat];
  return L.latLng(y, x);
}

export function fromMap(map, { lat, lng }) {
  return datumOf(map) === "gcj02" ? fromGcj02(lng, lat) : [lng, lat];
}

export function boundsToMap(map, [west, south, east, north]) {
  return L.latLngBounds(toMap(map, [west, south]), toMap(map, [east, north]));
}

// Draw in another datum: the same ground stays in the middle of the view.
export function setDatum(map, datum) {
  const state = states.get(map);
  if (state.datum === datum) return;
  const centre = fromMap(map, map.getCenter());
  state.datum = datum;
  map.setView(toMap(map, centre), map.getZoom(), { animate: false });
  map.fire("atlas:datum", { datum });
}

const pending = new Map();

// Fetch JSON once per address; a failure is not remembered.
export function fetchJson(url) {
  if (!pending.has(url)) {
    const answer = fetch(url).then((response) => {
      if (!response.ok) throw new Error(`${response.status} ${url}`);
      return response.json();
    });
    answer.catch(() => pending.delete(url));
    pending.set(url, answer);
  }
  return pending.get(url);
}

// Several addresses by key, one answer for all of them: an object with those keys. Where it fails, each is asked.
export function fetchTogether(url, addresses) {
  const all = fetchJson(url);
  for (const [key, address] of Object.entries(addresses)) {
    if (pending.has(address)) continue;
    pending.set(
      address,
      all.then((found) => found[key]).catch(() => {
        pending.delete(address);
        return fetchJson(address);
      }),
    );
  }
}

export const fill = (template, id) => template.replace("{id}", encodeURIComponent(id));

// What could not be read stays said, with a way on, until something is read again; "" takes it back.
export function trouble(text, map = null) {
  const place = document.getElementById("trouble") ?? (map && troubleOn(map));
  if (!place) return announce(text);
  place.querySelector("span").textContent = text;
  place.hidden = !text;
  place.querySelector("button").onclick = () => location.reload(); // the address holds what was shown
}

// A small map brings its own place for it.
function troubleOn(map) {
  const box = map.getContainer();
  let place = box.querySelector(".trouble");
  if (!place) {
    place = document.createElement("p");
    place.className = "trouble";
    place.setAttribute("role", "status");
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = t("重试");
    place.append(document.createElement("span"), " ", again);
    box.append(place);
    L.DomEvent.disableClickPropagation(place);
  }
  return place;
}

// Say something to people who see and people who hear.
export function announce(text) {
  const place = document.getElementById("announcer");
  if (place) {
    place.textContent = text;
    place.classList.toggle("is-on", Boolean(text));
    clearTimeout(announce.timer);
    announce.timer = setTimeout(() => place.classList.remove("is-on"), 6000);
  }
}
