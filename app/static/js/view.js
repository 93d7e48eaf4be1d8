// The view in the address: #zoom/lat/lon in WGS84, whatever the basemap's datum.
import { downloads } from "./downloads.js";
import { fromMap, toMap } from "./state.js";

function parse(hash) {
  const match = /^#(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/.exec(hash);
  if (!match) return null;
  const [zoom, lat, lon] = match.slice(1).map(Number);
  return Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
}

export function view(map) {
  downloads(map);
  const start = parse(location.hash);
  if (start) map.setView(toMap(map, [start.lon, start.lat]), start.zoom, { animate: false });
  function write() {
    const [lon, lat] = fromMap(map, map.getCenter());
    history.replaceState(history.state, "", `#${map.getZoom()}/${lat.toFixed(5)}/${lon.toFixed(5)}`);
  }
  map.on("moveend", write);
  addEventListener("hashchange", () => {
    const wanted = parse(location.hash);
    if (wanted) map.setView(toMap(map, [wanted.lon, wanted.lat]), wanted.zoom);
  });
  const first = document.body.dataset.feature;
  if (first) map.fire("atlas:select", { id: first, zoom: !start, keep: true });
  // the server does not know what the map shows by now
  const care = document.querySelector("[data-care]");
  care?.addEventListener("click", () => {
    const way = new URL(care.href);
    way.searchParams.set("back", location.pathname + location.search + location.hash);
    care.href = way.href;
  });
  const switched = document.querySelector(".language-switch");
  switched?.addEventListener("click", () => {
    const way = new URL(location.href);
    if (switched.hreflang === "zh") way.searchParams.delete("lang");
    else way.searchParams.set("lang", switched.hreflang);
    switched.href = way.href.replaceAll("%2C", ",");
  });
  for (const button of document.querySelectorAll("[data-toggle-layers]")) {
    button.setAttribute("aria-expanded", String(!matchMedia("(max-width: 760px)").matches));
    button.addEventListener("click", () => {
      const phone = matchMedia("(max-width: 760px)").matches;
      const name = phone ? "layers-open" : "layers-hidden";
      const set = document.body.classList.toggle(name);
      button.setAttribute("aria-expanded", String(phone ? set : !set));
    });
  }
}
