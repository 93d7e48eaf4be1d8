// Tools: ask what the plans say at a place, measure, find oneself. What is drawn becomes an address.
import { withQuery } from "./address.js";
import { conditions, openLayers } from "./filters.js";
import { share } from "./share.js";
import { announce, fromMap, setBusy } from "./state.js";
import { t } from "./words.js";

// above what the plans draw, and in no colour of theirs
const LINE = { color: "#20272e", weight: 3, opacity: 1, fill: false, dashArray: "8 5", pane: "highlight" };
const AREA = { ...LINE, fill: true, fillColor: "#20272e", fillOpacity: 0.12 };

let loading = null;

// Leaflet.draw, from our own host, when first needed.
function drawing(script) {
  loading ??= new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    tag.src = script;
    tag.onload = () => {
      speakOurLanguage();
      resolve();
    };
    tag.onerror = () => {
      loading = null;
      reject(new Error(script));
    };
    document.head.append(tag);
  });
  return loading;
}

function speakOurLanguage() {
  const { handlers } = L.drawLocal.draw;
  handlers.polyline.tooltip = { start: t("点第一个点"), cont: t("接着点下一个点"), end: t("点最后一个点结束") };
  handlers.polyline.error = t("线不能自己相交");
  handlers.polygon.tooltip = { start: t("点第一个点"), cont: t("接着点下一个点"), end: t("点第一个点闭合") };
  handlers.rectangle.tooltip = { start: t("按住拖出矩形") };
  handlers.simpleshape.tooltip = { end: t("松开完成") };
}

export function tools(map, { here, prints, embed, code, script }) {
  const box = document.getElementById("tools");
  let handler = null;
  let drawn = null;

  const pair = (latlng) => fromMap(map, latlng).map((value) => value.toFixed(6));
  const open = (query) => location.assign(withQuery(here, query));
  const askAt = (latlng) => open({ at: pair(latlng).join(",") });

  function stop() {
    handler?.disable();
    handler = null;
    map.getContainer().classList.remove("is-pointing");
    setBusy(map, false);
  }

  // The click that ends a drawing must not select: the map is free again only after it.
  function done() {
    stop();
    setBusy(map, true);
    setTimeout(() => setBusy(map, false), 0);
  }

  function clear() {
    drawn?.remove();
    drawn = null;
  }

  async function draw(kind, options, use) {
    try {
      await drawing(script);
    } catch {
      announce(t("绘图工具没有读到，请检查网络后再试。"));
      return;
    }
    setBusy(map, true);
    handler = new L.Draw[kind](map, options);
    map.once("draw:created", ({ layer }) => {
      done();
      use(layer);
    });
    handler.enable();
  }

  function wkt(layer) {
    const at = (latlng) => pair(latlng).join(" ");
    if (!(layer instanceof L.Polygon)) return `LINESTRING(${layer.getLatLngs().map(at).join(",")})`;
    const ring = layer.getLatLngs()[0];
    return `POLYGON((${[...ring, ring[0]].map(at).join(",")}))`;
  }

  const ask = (layer) => open({ wkt: wkt(layer) });

  function measured(layer, words) {
    drawn = layer.addTo(map);
    drawn.bindPopup(words, { closeButton: true, className: "measure" }).openPopup();
    drawn.on("popupclose", clear);
    announce(words);
  }

  function length(layer) {
    const points = layer.getLatLngs();
    const metres = points.slice(1).reduce((sum, point, i) => sum + map.distance(points[i], point), 0);
    measured(layer, metres < 1000 ? t("{metres} 米", { metres: metres.toFixed(0) }) : t("{kilometres} 公里", { kilometres: (metres / 1000).toFixed(2) }));
  }

  function size(layer) {
    const metres = L.GeometryUtil.geodesicArea(layer.getLatLngs()[0]);
    measured(layer, metres < 1e6 ? t("{hectares} 公顷", { hectares: (metres / 1e4).toFixed(2) }) : t("{area} 平方公里", { area: (metres / 1e6).toFixed(2) }));
  }

  const line = { shapeOptions: LINE, metric: true, showLength: true };
  const area = { shapeOptions: AREA, showArea: false, allowIntersection: false };
  const actions = {
    point() {
      setBusy(map, true);
      map.getContainer().classList.add("is-pointing");
      announce(t("在地图上点一处"));
      const pick = ({ latlng }) => {
        done();
        askAt(latlng);
      };
      map.once("click", pick);
      handler = { disable: () => map.off("click", pick) };
    },
    centre: () => askAt(map.getCenter()),
    line: () => draw("Polyline", line, ask),
    box: () => draw("Rectangle", { shapeOptions: AREA, showArea: false }, ask),
    area: () => draw("Polygon", area, ask),
    distance: () => draw("Polyline", line, length),
    size: () => draw("Polygon", area, size),
    locate() {
      if (!navigator.geolocation) return announce(t("这个浏览器不提供位置。"));
      announce(t("正在取得位置…"));
      return navigator.geolocation.getCurrentPosition(
        ({ coords }) => open({ at: `${coords.longitude.toFixed(6)},${coords.latitude.toFixed(6)}` }),
        () => announce(t("没有取得位置；请允许本页使用位置，或在地图上点一处。")),
        { enableHighAccuracy: true, timeout: 15000 },
      );
    },
    print() {
      const bounds = map.getBounds();
      const bbox = [bounds.getSouthWest(), bounds.getNorthEast()].map((corner) => pair(corner).join(",")).join(",");
      const orientation = innerWidth > innerHeight ? "landscape" : "portrait";
      location.assign(withQuery(prints, { bbox, layers: openLayers().join(","), orientation, ...conditions() }));
    },
    share: () => share({ embed, code }),
    full: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  };
  for (const button of box.querySelectorAll("[data-tool]")) {
    button.addEventListener("click", () => {
      box.open = false;
      stop();
      clear();
      actions[button.dataset.tool]();
    });
  }
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (handler) {
      stop();
      event.preventDefault();
    } else if (box.open) {
      box.open = false;
      box.querySelector("summary").focus();
      event.preventDefault();
    }
  });
}
