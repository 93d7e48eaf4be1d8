// Names on the map: one canvas, no two names over each other, the important ones first.
import { toMap } from "./state.js";

const FONT = '"Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei","微软雅黑",sans-serif';
// names grow with the reader's type: browser setting or the large-type version
export const TYPE = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
const SPELLED = 0.85; // of a name's own type: its pinyin, which stands below it
const LEADING = 0.2; // of a name's own type: between the two, where tone marks stand
const groups = new WeakMap();

function overlaps(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

// Along a street: the middle of its longest straight run that is on screen and longer than the name.
function alongLine(map, line, width, size) {
  let best = null;
  let before = null;
  for (const pair of line) {
    const here = map.latLngToContainerPoint(toMap(map, pair));
    if (before) {
      const length = before.distanceTo(here);
      const middle = before.add(here).divideBy(2);
      if (length > width + 8 && middle.x > 0 && middle.y > 0 && middle.x < size.x && middle.y < size.y && (!best || length > best.length)) {
        let angle = Math.atan2(here.y - before.y, here.x - before.x);
        if (angle > Math.PI / 2) angle -= Math.PI;
        if (angle < -Math.PI / 2) angle += Math.PI;
        best = { length, middle, angle };
      }
    }
    before = here;
  }
  return best;
}

const Names = L.Layer.extend({
  onAdd(map) {
    this._canvas = L.DomUtil.create("canvas", "names leaflet-zoom-hide", map.getPane("names"));
    this._canvas.setAttribute("aria-hidden", "true");
    map.on("moveend zoomend resize", this._draw, this);
    this._draw();
  },
  onRemove(map) {
    map.off("moveend zoomend resize", this._draw, this);
    this._canvas.remove();
  },
  refresh() {
    cancelAnimationFrame(this._frame);
    this._frame = requestAnimationFrame(() => this._map && this._draw());
  },
  _draw() {
    const map = this._map;
    const size = map.getSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const canvas = this._canvas;
    canvas.width = size.x * ratio;
    canvas.height = size.y * ratio;
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    const zoom = map.getZoom();
    const items = [];
    for (const list of groups.get(map).values()) {
      for (const item of list) if (zoom >= item.minZoom && zoom <= (item.maxZoom ?? 30)) items.push(item);
    }
    items.sort((a, b) => b.priority - a.priority);
    const taken = [];
    const seen = new Map();
    for (const item of items) this._one(pen, map, item, size, taken, seen);
  },
  _one(pen, map, item, size, taken, seen) {
    const em = item.size * TYPE;
    pen.font = `${item.bold ? 600 : 400} ${em}px ${FONT}`;
    if (item.spaced && "letterSpacing" in pen) pen.letterSpacing = `${item.spaced * TYPE}px`;
    else if ("letterSpacing" in pen) pen.letterSpacing = "0px";
    const said = pen.measureText(item.text).width;
    const width = item.spelled ? Math.max(said, this._spelled(pen, item, em)) : said;
    const high = item.spelled ? em * (1 + LEADING + SPELLED) : em;
    let at;
    let angle = 0;
    if (item.line) {
      const place = alongLine(map, item.line, width, size);
      if (!place) return;
      at = place.middle;
      angle = place.angle;
    } else {
      at = map.latLngToContainerPoint(toMap(map, item.at));
      at.y += item.below ?? 0;
      if (at.x < -width || at.y < -20 || at.x > size.x + width || at.y > size.y + 20) return;
    }
    const twin = seen.get(item.text); // the same name again is worth nothing close by
    if (twin && twin.distanceTo(at) < 260) return;
    const c = Math.abs(Math.cos(angle));
    const s = Math.abs(Math.sin(angle));
    const air = map.getZoom() < 14 ? 12 : 4; // a crowded overview wants more air between names
    const halfX = (width * c + high * s) / 2 + air;
    const halfY = (width * s + high * c) / 2 + air / 2 + 1;
    const box = [at.x - halfX, at.y - halfY, at.x + halfX, at.y + halfY];
    if (taken.some((other) => overlaps(other, box))) return;
    taken.push(box);
    seen.set(item.text, at);
    pen.save();
    pen.translate(at.x, at.y);
    pen.rotate(angle);
    pen.strokeStyle = "rgba(255,255,255,.92)";
    pen.lineWidth = (item.bold ? 4 : 3.2) * TYPE;
    pen.fillStyle = item.colour;
    this._write(pen, item.text, item.spelled ? (em - high) / 2 : 0);
    if (item.spelled) {
      this._plain(pen, em);
      this._write(pen, item.spelled, (high - em * SPELLED) / 2);
    }
    pen.restore();
  },
  _write(pen, text, y) {
    pen.strokeText(text, 0, y);
    pen.fillText(text, 0, y);
  },
  _plain(pen, em) {
    pen.font = `400 ${em * SPELLED}px ${FONT}`;
    if ("letterSpacing" in pen) pen.letterSpacing = "0px";
  },
  _spelled(pen, item, em) {
    pen.save();
    this._plain(pen, em);
    const { width } = pen.measureText(item.spelled);
    pen.restore();
    return width;
  },
});

// Replace one group of names. Items: text, at [lon, lat] or line, minZoom, maxZoom, colour, size, bold, priority;
// spelled: its pinyin, for readers of English.
export function setLabels(map, group, items) {
  if (!groups.has(map)) {
    groups.set(map, new Map());
    map.atlasNames = new Names().addTo(map);
    map.on("atlas:datum", () => map.atlasNames.refresh());
  }
  if (items.length) groups.get(map).set(group, items);
  else groups.get(map).delete(group);
  map.atlasNames.refresh();
}
