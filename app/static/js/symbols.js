// How features look: the certainty decides the line (solid, dashed, dotted) and the filling (tint or hatch).
import { TYPE } from "./labels.js";

const NEUTRAL = { stroke: "#555555", ink: "#555555", fill: "#777777", fill_opacity: 0.2, weight: 2, line_weight: 3, label_zoom: 15, path: "M-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0z" };
const CERTAIN = { dash: [], line_dash: [], point_dash: [], point_opacity: 1, hatch: null, dotted: false };
const PLAIN = { symbol: 18, text: 12.5, bold: false, later: 2 };
const SIDE = 3.4; // of a symbol's drawing, in units of its path

export function styleOf(styles, theme) {
  return styles.themes[theme] ?? NEUTRAL;
}

export function levelOf(styles, level) {
  return styles.levels[level] ?? PLAIN;
}

export function pathStyle(styles, feature) {
  const { theme, certainty } = feature.properties;
  const style = styleOf(styles, theme);
  const sure = styles.certainties[certainty] ?? CERTAIN;
  const line = /LineString/.test(feature.geometry.type);
  const dash = line ? sure.line_dash : sure.dash;
  return {
    pane: line ? "lines" : "areas",
    color: style.stroke,
    weight: line ? style.line_weight : style.weight,
    opacity: 0.95,
    lineCap: dash.length && !(line && sure.dotted) ? "butt" : "round",
    lineJoin: "round",
    dashArray: dash.length ? dash.join(" ") : null,
    fill: !line,
    fillColor: sure.hatch ? `url(#hatch-${theme})` : style.fill,
    fillOpacity: sure.hatch ? 1 : style.fill_opacity,
  };
}

const SVG = "http://www.w3.org/2000/svg";

function svg(name, attributes, parent) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent?.append(element);
  return element;
}

// A point symbol: filled where located, pale with a dashed rim where approximate or indicative.
export function pointIcon(styles, feature, selected = false) {
  const { theme, certainty, level } = feature.properties;
  const style = styleOf(styles, theme);
  const sure = styles.certainties[certainty] ?? CERTAIN;
  const size = levelOf(styles, level).symbol * TYPE;
  const root = svg("svg", { viewBox: "-1.7 -1.7 3.4 3.4", width: size, height: size, "aria-hidden": "true" });
  if (selected) svg("circle", { r: 1.6, fill: "#fff", stroke: "#a8321f", "stroke-width": 0.22 }, root);
  svg("path", { d: style.path, fill: "#fff", stroke: "#fff", "stroke-width": 0.62, "stroke-linejoin": "round" }, root);
  const rim = { d: style.path, fill: style.fill, "fill-opacity": sure.point_opacity, stroke: style.stroke, "stroke-width": 0.24, "stroke-linejoin": "round" };
  if (sure.point_dash.length) rim["stroke-dasharray"] = sure.point_dash.map((length) => (length * SIDE) / PLAIN.symbol).join(" ");
  svg("path", rim, root);
  return L.divIcon({ className: "point", html: root, iconSize: [size, size] });
}
