// The download menu on the map: what the map shows as a condition, in WGS84 whatever the basemap's datum.
import { fromMap } from "./state.js";

export function downloads(map) {
  const menu = document.querySelector(".downloads");
  const seen = menu?.querySelector("[data-needs-script]");
  if (!seen) return;
  seen.hidden = false;
  const box = seen.querySelector("input");
  menu.querySelector("form").addEventListener("submit", () => {
    const bounds = map.getBounds();
    const [west, south] = fromMap(map, bounds.getSouthWest());
    const [east, north] = fromMap(map, bounds.getNorthEast());
    const within = (value, most) => Math.max(-most, Math.min(most, value)).toFixed(6);
    box.value = [within(west, 180), within(south, 90), within(east, 180), within(north, 90)].join(",");
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  });
  map.on("mousedown", () => {
    menu.open = false;
  });
}
