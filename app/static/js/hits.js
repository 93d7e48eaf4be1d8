// Which features lie under a click: points and lines within reach of the finger, areas that hold it.
function rings(geometry) {
  if (geometry.type === "Polygon") return [geometry.coordinates];
  if (geometry.type === "MultiPolygon") return geometry.coordinates;
  return [];
}

function lines(geometry) {
  if (geometry.type === "LineString") return [geometry.coordinates];
  if (geometry.type === "MultiLineString") return geometry.coordinates;
  return [];
}

function points(geometry) {
  if (geometry.type === "Point") return [geometry.coordinates];
  if (geometry.type === "MultiPoint") return geometry.coordinates;
  return [];
}

// `ring` in the coordinates of the position.
export function inRing([x, y], ring) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [xi, yi] = ring[i];
    const [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < (xj - xi) * (y - yi) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

function nearLine(position, line, project, reach) {
  const target = project(position);
  let before = null;
  for (const vertex of line) {
    const here = project(vertex);
    if (before && L.LineUtil.pointToSegmentDistance(target, before, here) <= reach) return true;
    before = here;
  }
  return false;
}

// `position` is [lon, lat]; `project` turns such a pair into pixels; `reach` is in pixels.
export function isHit(geometry, position, project, reach) {
  if (geometry.type === "GeometryCollection") {
    return geometry.geometries.some((part) => isHit(part, position, project, reach));
  }
  if (rings(geometry).some((rs) => inRing(position, rs[0]) && !rs.slice(1).some((hole) => inRing(position, hole)))) return true;
  if (lines(geometry).some((line) => nearLine(position, line, project, reach))) return true;
  const target = project(position);
  return points(geometry).some((point) => project(point).distanceTo(target) <= reach + 5);
}

// Points before lines before areas, small areas before large ones.
export function rank(feature) {
  const type = feature.geometry.type;
  if (/Point/.test(type)) return -2;
  if (/Line/.test(type)) return -1;
  return feature.properties.size;
}
