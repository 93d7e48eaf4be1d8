// The basemap switch. No tile is asked for before a reader picks an online basemap.
import { backdrop } from "./backdrop.js";
import { setDatum, trouble } from "./state.js";
import { t } from "./words.js";

export function basemaps(map, { choices, tiles: vector }) {
  const radios = [...document.querySelectorAll('input[name="basemap"]')];
  const notice = document.getElementById("datum-notice");
  let chosen = choices[0];
  let tiles = [];
  let unread = false;

  // A ground without its tiles is blank: that is said, and taken back as soon as a tile comes or another is chosen.
  function reading(failed) {
    if (failed === unread) return;
    unread = failed;
    trouble(failed ? t("这个底图没有读到。请检查网络，或改用离线底图。") : "", map);
  }

  function choose(id) {
    const next = choices.find((choice) => choice.id === id && !choice.missing) ?? choices[0];
    for (const layer of tiles) layer.off().remove();
    reading(false);
    map.attributionControl.removeAttribution(chosen.credit);
    chosen = next;
    map.attributionControl.addAttribution(chosen.credit);
    setDatum(map, chosen.datum);
    tiles = chosen.tiles.map((url) =>
      L.tileLayer(url, { subdomains: chosen.subdomains || "abc", maxNativeZoom: chosen.max_zoom, maxZoom: 19, className: "tiles" })
        .on({ tileerror: () => reading(true), tileload: () => reading(false) })
        .addTo(map),
    );
    notice.textContent = chosen.notice;
    notice.hidden = !chosen.notice;
    map.fire("atlas:backdrop");
  }

  for (const radio of radios) radio.addEventListener("change", () => radio.checked && choose(radio.value));
  const kept = radios.find((radio) => radio.checked && !radio.disabled)?.value ?? choices[0].id;
  map.attributionControl.addAttribution(chosen.credit);
  if (kept !== chosen.id) choose(kept);
  backdrop(map, { tiles: vector, on: () => chosen.tiles.length === 0 });
}
