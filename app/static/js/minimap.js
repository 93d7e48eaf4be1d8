// The overview: a picture of the whole area with the rectangle of the current view. Clicked or dragged in, it moves
// the map. All in WGS84, so that the rectangle is right under any basemap. Keys move the map itself, as ever.
import { fromMap, toMap } from "./state.js";

const FOLDED = "minimap-folded"; // for the visit, in this tab alone
const LEAST = 9; // pixels of the rectangle: a street's view is still seen
const PAUSE = 300; // between two moves of the map while dragging: each becomes part of the address

const mercator = (lat) => Math.atanh(Math.sin((lat * Math.PI) / 180));
const latitude = (y) => (Math.asin(Math.tanh(y)) * 180) / Math.PI;

export function minimap(map, { picture, bounds }) {
  const box = document.getElementById("minimap");
  const area = document.getElementById("minimap-area");
  const [image, view, fold] = ["img", ".minimap-view", ".minimap-fold"].map((name) => box.querySelector(name));
  const [west, south, east, north] = bounds;
  const [top, bottom] = [mercator(north), mercator(south)];
  const narrow = matchMedia("(max-width: 1000px)");

  const share = ([lon, lat]) => [(lon - west) / (east - west), (top - mercator(lat)) / (top - bottom)];
  const place = (x, y) => [west + x * (east - west), latitude(top - y * (top - bottom))];

  function frame(centre) {
    const seen = map.getBounds();
    const [x0, y0] = share(fromMap(map, seen.getNorthWest()));
    const [x1, y1] = share(fromMap(map, seen.getSouthEast()));
    const [x, y] = centre ?? [(x0 + x1) / 2, (y0 + y1) / 2];
    const size = [(x1 - x0) * image.width, (y1 - y0) * image.height].map((length) => Math.max(LEAST, length));
    view.style.width = `${size[0]}px`;
    view.style.height = `${size[1]}px`;
    view.style.left = `${x * image.width - size[0] / 2}px`;
    view.style.top = `${y * image.height - size[1] / 2}px`;
  }

  function open(on) {
    area.hidden = !on;
    fold.setAttribute("aria-expanded", String(on));
    if (!on || !area.offsetWidth) return; // phones and frames of other pages never show it
    if (!image.src) image.src = picture;
    frame();
  }

  const go = ([x, y]) => map.setView(toMap(map, place(x, y)), map.getZoom(), { animate: false });
  const pointed = ({ clientX, clientY }) => {
    const { left, top: above, width, height } = image.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - above) / height].map((value) => Math.min(1, Math.max(0, value)));
  };
  let last = 0;
  area.addEventListener("pointerdown", (event) => {
    area.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  area.addEventListener("pointermove", (event) => {
    if (!area.hasPointerCapture(event.pointerId)) return;
    frame(pointed(event));
    if (event.timeStamp - last < PAUSE) return;
    last = event.timeStamp;
    go(pointed(event));
  });
  area.addEventListener("pointerup", (event) => go(pointed(event)));

  fold.addEventListener("click", () => {
    open(area.hidden);
    keep(area.hidden);
  });

  const control = L.control({ position: "bottomright" });
  control.onAdd = () => {
    box.hidden = false;
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    return box;
  };
  control.addTo(map);
  map.on("move zoomend resize atlas:datum", () => area.hidden || frame());
  const usual = () => open(!(kept() ?? narrow.matches));
  narrow.addEventListener("change", usual);
  usual();
}

// A browser may forbid pages to keep anything: then the overview opens as usual.
function kept() {
  try {
    const value = sessionStorage.getItem(FOLDED);
    return value === null ? null : value === "true";
  } catch {
    return null;
  }
}

function keep(folded) {
  try {
    sessionStorage.setItem(FOLDED, String(folded));
  } catch {
    // it is folded all the same
  }
}
