// Features as shapes on a map: drawn, named, highlighted, faded. Which of them is for others to say.
import { toMap } from "./state.js";
import { levelOf, pathStyle, pointIcon, styleOf } from "./symbols.js";
import { placeName } from "./words.js";

export function nameTag(feature) {
  const tag = document.createElement("span");
  tag.append(...placeName(feature.properties.name, feature.properties.pinyin));
  return tag;
}

export function draw(map, styles, data, tooltips = true) {
  const group = L.geoJSON(data, {
    coordsToLatLng: (coords) => toMap(map, coords),
    style: (feature) => pathStyle(styles, feature),
    pointToLayer: (feature, latlng) =>
      L.marker(latlng, { icon: pointIcon(styles, feature), keyboard: false, bubblingMouseEvents: true }),
  });
  outlineLines(group);
  if (tooltips) group.eachLayer((layer) => layer.bindTooltip(() => nameTag(layer.feature), { sticky: true, className: "name-tip", opacity: 1 }));
  return group;
}

// A collection may hold areas and lines under one style; a line is never filled.
function outlineLines(group) {
  group.eachLayer((layer) => {
    if (layer.eachLayer) outlineLines(layer);
    else if (layer instanceof L.Polyline && !(layer instanceof L.Polygon)) layer.setStyle({ fill: false });
  });
}

// What has a target due in the chosen year: a heavier line, a larger symbol.
export function standOut(layer) {
  if (layer.eachLayer) layer.eachLayer(standOut);
  else if (layer.setStyle) layer.setStyle({ weight: (layer.options.weight ?? 2) + 3 });
  else layer.getElement?.()?.classList.add("is-due");
}

// A layer less dense than its style has it: 1 is as drawn.
export function fade(group, styles, density, whole = null) {
  group.eachLayer((layer) => {
    const feature = layer.feature ?? whole; // parts of a collection have none of their own
    if (layer.eachLayer) fade(layer, styles, density, feature);
    else if (layer.setOpacity) layer.setOpacity(density);
    else {
      const { opacity, fillOpacity } = pathStyle(styles, feature);
      layer.setStyle({ opacity: opacity * density, fillOpacity: fillOpacity * density });
    }
  });
}

// Large areas carry their name as soon as it fits into them: side in metres against ground per pixel.
function labelZoom(size, zoom) {
  if (!size) return zoom;
  const side = Math.sqrt(size) * 97000;
  return Math.min(zoom, Math.max(9, Math.log2((64 * 121660) / side)));
}

export function labelItems(styles, data) {
  return data.features.map(({ properties, geometry }) => {
    const style = styleOf(styles, properties.theme);
    const level = levelOf(styles, properties.level);
    return {
      text: properties.name,
      spelled: level.bold && properties.pinyin !== properties.name ? properties.pinyin : "",
      at: properties.label,
      minZoom: labelZoom(properties.size, style.label_zoom + level.later),
      colour: style.ink,
      size: level.text,
      bold: level.bold,
      priority: 10 - level.later * 3,
      below: /Point/.test(geometry.type) ? 14 : 0,
    };
  });
}

export function highlight(map, held, feature) {
  held.highlight?.remove();
  held.highlight = null;
  if (!feature) return;
  const shape = feature.extent ? { ...feature, geometry: feature.extent } : feature;
  const point = /Point/.test(shape.geometry.type);
  const base = { pane: "highlight", interactive: false, fill: false, lineJoin: "round", lineCap: "round" };
  const options = { coordsToLatLng: (coords) => toMap(map, coords), interactive: false };
  held.highlight = point
    ? L.geoJSON(shape, { ...options, pointToLayer: (_, at) => L.marker(at, { icon: pointIcon(held.styles, feature, true), interactive: false, keyboard: false, zIndexOffset: 1000 }) })
    : L.layerGroup([
        L.geoJSON(shape, { ...options, style: { ...base, color: "#ffffff", weight: 9, opacity: 0.85 } }),
        L.geoJSON(shape, { ...options, style: { ...base, color: "#a8321f", weight: 3.4, opacity: 1 } }),
      ]);
  held.highlight.addTo(map);
}
