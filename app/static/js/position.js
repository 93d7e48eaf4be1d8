// Where the pointer is (on a phone: the middle of the map), in the system the reader picks.
import { fromMap } from "./state.js";
import { gauss117 } from "./gauss.js";
import { toGcj02 } from "./gcj02.js";
import { t } from "./words.js";

const degrees = ([lon, lat]) => `${lon.toFixed(5)}, ${lat.toFixed(5)}`;
const metres = ([lon, lat]) => {
  const [east, north] = gauss117(lon, lat).map((value) => value.toFixed(0));
  return t("东 {east}, 北 {north}", { east, north });
};
const SYSTEMS = [
  ["WGS84", degrees],
  ["CGCS2000 117°", metres],
  ["GCJ-02", ([lon, lat]) => degrees(toGcj02(lon, lat))],
];

export function position(map) {
  const control = L.control({ position: "bottomleft" });
  let system = 0;
  let at = map.getCenter();
  control.onAdd = () => {
    const button = L.DomUtil.create("button", "position");
    button.type = "button";
    button.title = t("换坐标系");
    const show = () => {
      const [name, words] = SYSTEMS[system];
      button.textContent = t("{name}　{words}", { name, words: words(fromMap(map, at)) });
    };
    L.DomEvent.disableClickPropagation(button);
    button.addEventListener("click", () => {
      system = (system + 1) % SYSTEMS.length;
      show();
    });
    const follow = (latlng) => {
      at = latlng;
      show();
    };
    if (matchMedia("(hover: hover)").matches) map.on("mousemove", ({ latlng }) => follow(latlng));
    map.on("moveend", () => follow(map.getCenter()));
    show();
    return button;
  };
  control.addTo(map);
}
