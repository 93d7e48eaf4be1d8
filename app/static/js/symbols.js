// How features look: the certainty decides the line (solid, dashed, dotted) and the filling (tint or hatch).
const NEUTRAL = { stroke: "#555555", fill: "#777777", fill_opacity: 0.2, weight: 2, label_zoom: 15, path: "M-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0z" };

export function styleOf(styles, theme) {
  return styles.themes[theme] ?? NEUTRAL;
}

export function pathStyle(styles, feature) {
  const { theme, certainty } = feature.properties;
  const style = styleOf(styles, theme);
  const sure = styles.certainties[certainty] ?? { dash: "", hatch: false };
  const line = /LineString/.test(feature.geometry.type);
  return {
    pane: line ? "lines" : "areas",
    color: style.stroke,
    weight: line ? style.weight + 1 : style.weight,
    opacity: 0.95,
    lineCap: sure.dash && !(line && sure.hatch) ? "butt" : "round",
    lineJoin: "round",
    dashArray: line && sure.hatch ? "0.1 9" : line && sure.dash ? "12 7" : sure.dash || null,
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
  const sure = certainty === "located";
  const size = level === "headline" ? 26 : level === "project" ? 22 : 18;
  const root = svg("svg", { viewBox: "-1.7 -1.7 3.4 3.4", width: size, height: size, "aria-hidden": "true" });
  if (selected) svg("circle", { r: 1.6, fill: "#fff", stroke: "#a8321f", "stroke-width": 0.22 }, root);
  svg("path", { d: style.path, fill: "#fff", stroke: "#fff", "stroke-width": 0.62, "stroke-linejoin": "round" }, root);
  const rim = { d: style.path, fill: style.fill, "fill-opacity": sure ? 1 : 0.28, stroke: style.stroke, "stroke-width": 0.24, "stroke-linejoin": "round" };
  if (!sure) rim["stroke-dasharray"] = certainty === "approximate" ? ".5 .3" : ".18 .3";
  svg("path", rim, root);
  return L.divIcon({ className: "point", html: root, iconSize: [size, size] });
}
