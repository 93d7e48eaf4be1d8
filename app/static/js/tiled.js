// A layer too large to be sent whole: drawn from vector tiles, with the styles, filters and clicks of the others.
import { inRing, isHit, rank } from "./hits.js";
import { setLabels } from "./labels.js";
import { labelItems, nameTag } from "./shapes.js";
import { boundsToMap, fill, isBusy, trouble } from "./state.js";
import { pathStyle, pointIcon } from "./symbols.js";
import { lonLat, TILE, VectorTiles } from "./vectortiles.js";
import { t } from "./words.js";

const TYPES = { areas: "Polygon", lines: "LineString", points: "Point", dots: "Point" };
const FAR = 12; // below it symbols are small, as the style sheet has those of other layers
const DOT = 2.2; // radius in pixels of what is too small for its shape

const patterns = new Map();

// Hatching as an area's filling: the patterns of the page are SVG, which a canvas cannot use.
function hatching(theme, colour, { spacing, angle, width, opacity, ground }) {
  if (!patterns.has(theme)) {
    const dense = 2;
    const cell = document.createElement("canvas");
    cell.width = cell.height = spacing * dense;
    const pen = cell.getContext("2d");
    pen.fillStyle = colour;
    pen.globalAlpha = ground;
    pen.fillRect(0, 0, cell.width, cell.height);
    pen.globalAlpha = opacity;
    pen.fillRect(0, 0, width * dense, cell.height);
    const pattern = pen.createPattern(cell, "repeat");
    pattern.setTransform(new DOMMatrix().rotate(angle).scale(1 / dense));
    patterns.set(theme, pattern);
  }
  return patterns.get(theme);
}

const icons = new Map();

// A symbol as a picture that a canvas can draw.
function picture(styles, feature, share) {
  const { theme, certainty, level } = feature.properties;
  const key = `${theme} ${certainty} ${level} ${share}`;
  if (!icons.has(key)) {
    const { html, iconSize } = pointIcon(styles, feature).options;
    const size = iconSize.map((side) => side * share);
    const source = new XMLSerializer().serializeToString(html);
    icons.set(key, L.icon({ iconUrl: `data:image/svg+xml,${encodeURIComponent(source)}`, iconSize: size }));
  }
  return icons.get(key);
}

// How a feature of a tile is drawn: as its like is elsewhere, heavier where it has a target due in `year`.
function styleFor(styles, layer, year) {
  return (properties, zoom) => {
    const feature = { properties, geometry: { type: TYPES[layer] } };
    const due = year && properties.due.split(",").includes(String(year));
    if (layer === "points") return { icon: picture(styles, feature, (zoom < FAR ? 0.6 : 1) * (due ? 1.4 : 1)) };
    const style = pathStyle(styles, { ...feature, geometry: { type: layer === "lines" ? "LineString" : "Polygon" } });
    if (layer === "dots") return { radius: due ? DOT * 1.6 : DOT, stroke: false, fill: true, fillColor: style.color, fillOpacity: 0.8 };
    const sure = styles.certainties[properties.certainty];
    return {
      ...style,
      dashArray: style.dashArray ?? undefined,
      weight: style.weight + (due ? 3 : 0),
      ...(sure?.hatch && layer === "areas" && { fillColor: hatching(properties.theme, styles.themes[properties.theme].fill, sure.hatch) }),
    };
  };
}

const boxes = new WeakMap();

// Whether a feature's box, in its tile's coordinates, comes as near as `reach`.
function isNear(feature, { x, y }, reach) {
  if (!boxes.has(feature)) boxes.set(feature, L.bounds(feature.geometry.flat().map((at) => L.point(at.x, at.y))));
  const { min, max } = boxes.get(feature);
  return x >= min.x - reach && x <= max.x + reach && y >= min.y - reach && y <= max.y + reach;
}

function isUnder(name, { geometry }, at, project, reach) {
  const lines = geometry.map((line) => line.map(({ x, y }) => [x, y]));
  const position = [at.x, at.y];
  if (name === "areas") return lines.filter((ring) => inRing(position, ring)).length % 2 === 1;
  return isHit(name === "lines" ? { type: "MultiLineString", coordinates: lines } : { type: "MultiPoint", coordinates: lines.flat() }, position, project, reach);
}

// What of a feature its tile holds, as other modules know features.
function asGeoJson(name, { properties, geometry }, at) {
  const { id } = properties;
  const lines = geometry.map((line) => line.map(at));
  const coordinates = { areas: lines, lines: lines[0], points: lines[0][0], dots: lines[0][0] }[name];
  const parts = name === "lines" && lines.length > 1;
  return { type: "Feature", id, properties, geometry: { type: parts ? "MultiLineString" : TYPES[name], coordinates: parts ? lines : coordinates } };
}

// `left(features)` are those that the filters leave. What it gives can be added to the map and removed like a group
// of shapes, drawn again when filters or year change, faded, and asked what lies at a place.
export function tiledLayer(map, { id, url, zooms, box, styles, left, year }) {
  const named = `layer-${id}`;
  const bounds = boundsToMap(map, box);
  const layer = new VectorTiles(fill(url, id), {
    pane: "areas",
    zooms,
    bounds,
    styles: {},
    left: (part) => ({ extent: part.extent, features: left(part.features) }),
    changed: names,
    failed: () => trouble(t("有图层没有读到。"), map),
  });

  function names(tiles) {
    const shown = [];
    for (const tile of tiles) {
      for (const [name, part] of Object.entries(tile.layers)) {
        const at = lonLat(map, tile, part.extent);
        for (const { properties } of left(part.features)) {
          if ("x" in properties) shown.push({ geometry: { type: TYPES[name] }, properties: { ...properties, label: at(properties) } });
        }
      }
    }
    setLabels(map, named, labelItems(styles, { features: shown }));
  }

  function restyle() {
    layer.options.vectorTileLayerStyles = Object.fromEntries(Object.keys(TYPES).map((name) => [name, styleFor(styles, name, year())]));
    layer.restyle();
    names(layer.tilesInView());
  }

  // Features at a place of the map, as GeoJSON, each once; `reach` in pixels.
  const hits = (latlng, reach) => under(latlng, reach, ({ id }) => id);

  // Whether a dot stands there, of which a closer view knows what it is.
  const dotted = (latlng, reach) => under(latlng, reach, ({ id }) => !id).length > 0;

  function under(latlng, reach, wanted) {
    const zoom = Math.round(map.getZoom());
    const world = map.project(latlng, zoom);
    const source = layer.sourceAt(world, zoom);
    const times = 2 ** (zoom - 1 - source.z);
    const found = new Map();
    for (const tile of layer.tilesInView()) {
      if (tile.x !== source.x || tile.y !== source.y || tile.z !== source.z) continue;
      for (const [name, { extent, features }] of Object.entries(tile.layers)) {
        const unit = (TILE / extent) * times; // pixels of the map
        const at = { x: (world.x - source.x * TILE * times) / unit, y: (world.y - source.y * TILE * times) / unit };
        const project = ([x, y]) => L.point(x * unit, y * unit);
        const there = features.filter(
          (feature) => wanted(feature.properties) && isNear(feature, at, reach / unit) && isUnder(name, feature, at, project, reach),
        );
        for (const feature of left(there)) found.set(feature.properties.id, asGeoJson(name, feature, lonLat(map, tile, extent)));
      }
    }
    return [...found.values()];
  }

  // The name of what lies under the pointer.
  const tip = L.tooltip({ className: "name-tip", opacity: 1, direction: "right", offset: [12, 0] });
  let frame = 0;
  function hover({ latlng }) {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const [first] = isBusy(map) ? [] : hits(latlng, 4).sort((a, b) => rank(a) - rank(b));
      if (first) tip.setLatLng(latlng).setContent(nameTag(first)).addTo(map);
      else tip.remove();
    });
  }
  function leave() {
    cancelAnimationFrame(frame);
    tip.remove();
  }

  restyle();
  return {
    addTo(to) {
      const loaded = new Promise((resolve) => layer.once("load", resolve));
      layer.addTo(to);
      map.on("mousemove", hover).on("mouseout", leave);
      this.drawn = layer.isLoading() ? loaded : Promise.resolve();
      return this;
    },
    remove() {
      map.off("mousemove", hover).off("mouseout", leave);
      leave();
      layer.remove();
      setLabels(map, named, []);
    },
    restyle,
    hits,
    dotted,
    fade: (density) => layer.setOpacity(density),
    getBounds: () => L.latLngBounds([]),
  };
}
