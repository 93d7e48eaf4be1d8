// WGS84 to GCJ-02 and back, for drawing under basemaps that are in GCJ-02. The constants are those of
// the published reverse-engineered formula (Krasovsky 1940 ellipsoid), as in app/places/datum.py.
const A = 6378245.0;
const EE = 0.00669342162296594323;

function offset(lon, lat) {
  const x = lon - 105;
  const y = lat - 35;
  const { PI, sin, cos, sqrt, abs } = Math;
  const common = (20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2 / 3;
  let dLat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + common;
  dLat += (20 * sin(y * PI) + 40 * sin(y / 3 * PI)) * 2 / 3;
  dLat += (160 * sin(y / 12 * PI) + 320 * sin(y * PI / 30)) * 2 / 3;
  let dLon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + common;
  dLon += (20 * sin(x * PI) + 40 * sin(x / 3 * PI)) * 2 / 3;
  dLon += (150 * sin(x / 12 * PI) + 300 * sin(x / 30 * PI)) * 2 / 3;
  const radLat = lat / 180 * PI;
  const magic = 1 - EE * sin(radLat) ** 2;
  const root = sqrt(magic);
  return [
    dLon * 180 / (A / root * cos(radLat) * PI),
    dLat * 180 / (A * (1 - EE) / (magic * root) * PI),
  ];
}

export function toGcj02(lon, lat) {
  const [dLon, dLat] = offset(lon, lat);
  return [lon + dLon, lat + dLat];
}

// The shift has no closed inverse; three rounds of correction bring it below a millimetre.
export function fromGcj02(lon, lat) {
  let [x, y] = [lon, lat];
  for (let round = 0; round < 3; round += 1) {
    const [gx, gy] = toGcj02(x, y);
    x += lon - gx;
    y += lat - gy;
  }
  return [x, y];
}
