// Vector tiles on a map: fetched once, drawn for every closer zoom too, sharp on dense screens, without seams.

export const TILE = 512; // pixels on the map; a tile of zoom z is shown at map zoom z + 1
const KEPT = 64; // decoded tiles that stay at hand
const RIM = 1 / 16; // of a tile's width: what is drawn beyond its edge, for lines and dots that cross it

// A canvas as dense as the screen, and larger than its tile by an `overlap`: at zooms between whole ones a browser
// leaves a gap between tiles that only just touch. What is translucent must not overlap.
function canvas(coords, size, options) {
  const renderer = L.canvas.tile(coords, size, options);
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const element = renderer.getContainer();
  element.width = (size.x + options.overlap) * ratio;
  element.height = (size.y + options.overlap) * ratio;
  element.getContext("2d").scale(ratio, ratio);
  return renderer;
}

// The library draws the first of several points only.
function single(feature) {
  const { type, id, properties, geometry } = feature;
  return type === 1 && geometry.length > 1 ? geometry.map((point) => ({ type, id, properties, geometry: [point] })) : [feature];
}

// The part of a tile that a tile of a closer zoom shows, in its coordinates.
function part(layer, { x, y }, times) {
  const { extent } = layer;
  const [left, top] = [(x % times) * extent, (y % times) * extent];
  const [least, most] = [-extent * RIM, extent * (1 + RIM)];
  const features = [];
  for (const { type, id, properties, geometry } of layer.features) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    const moved = geometry.map((line) =>
      line.map((point) => {
        const at = { x: point.x * times - left, y: point.y * times - top };
        box[0] = Math.min(box[0], at.x);
        box[1] = Math.min(box[1], at.y);
        box[2] = Math.max(box[2], at.x);
        box[3] = Math.max(box[3], at.y);
        return at;
      }),
    );
    if (box[0] <= most && box[1] <= most && box[2] >= least && box[3] >= least) features.push({ type, id, properties, geometry: moved });
  }
  return { extent, features };
}

// Options: `zooms` of the tiles, `styles` by layer in drawing order, `left(layer)` what of a layer is drawn,
// `changed(tiles)` hears which decoded tiles are in view, `failed()` that one could not be read.
export const VectorTiles = L.VectorGrid.Protobuf.extend({
  initialize(url, { styles, ...options }) {
    L.VectorGrid.Protobuf.prototype.initialize.call(this, url, {
      tileSize: TILE,
      overlap: 0,
      keepBuffer: 1, // each canvas is a megabyte or four
      rendererFactory: canvas,
      vectorTileLayerStyles: styles,
      ...options,
    });
    this._fetched = new Map();
    this._inView = new Map();
    this.on("tileunload", ({ coords }) => this._leave(this._source(coords).key));
  },
  onRemove(map) {
    L.VectorGrid.Protobuf.prototype.onRemove.call(this, map);
    this._inView.clear();
    this.options.changed?.([]);
  },
  // Draw the tiles in view again, from what is fetched already.
  restyle() {
    if (!this._map) return;
    this._removeAllTiles(); // the library's redraw() takes a map between two zooms at its word: tiles of zoom 14.5
    this._update();
  },
  tilesInView() {
    return [...this._inView.values()].map(({ tile }) => tile).filter(Boolean);
  },
  _initTile(tile) {
    L.VectorGrid.Protobuf.prototype._initTile.call(this, tile);
    tile.style.width = tile.style.height = `${TILE + this.options.overlap}px`;
  },
  // Address of the fetched tile at a place in pixels of the world at a map zoom.
  sourceAt(world, zoom) {
    return this._source({ x: Math.floor(world.x / TILE), y: Math.floor(world.y / TILE), z: zoom }).at;
  },
  // The tile that holds what a tile of the map shows.
  _source({ x, y, z }) {
    const most = this.options.zooms[1];
    const zoom = Math.min(z - 1, most);
    const times = 2 ** (z - 1 - zoom);
    const at = { x: Math.floor(x / times), y: Math.floor(y / times), z: zoom };
    return { at, times, key: `${at.z}/${at.x}/${at.y}` };
  },
  _isValidTile(coords) {
    return coords.z - 1 >= this.options.zooms[0] && L.VectorGrid.Protobuf.prototype._isValidTile.call(this, coords);
  },
  _getVectorTilePromise(coords) {
    const { at, times, key } = this._source(coords);
    this._inView.set(key, { ...this._inView.get(key), uses: (this._inView.get(key)?.uses ?? 0) + 1 });
    if (!this._fetched.has(key)) this._fetch(at, key);
    return this._fetched.get(key).then((tile) => {
      const entry = this._inView.get(key);
      if (entry && !entry.tile) {
        entry.tile = tile;
        this._tell();
      }
      const layers = {};
      for (const name of Object.keys(this.options.vectorTileLayerStyles)) {
        if (!tile.layers[name]) continue;
        const left = this.options.left?.(tile.layers[name]) ?? tile.layers[name];
        layers[name] = times > 1 ? part(left, coords, times) : left;
      }
      return { layers };
    });
  },
  _fetch(at, key) {
    const tile = L.VectorGrid.Protobuf.prototype._getVectorTilePromise.call(this, at).then((read) => {
      if (Array.isArray(read.layers)) throw new Error(key); // so the library says that the answer was no tile
      for (const layer of Object.values(read.layers)) layer.features = layer.features.flatMap(single);
      return { ...at, layers: read.layers };
    });
    this._fetched.set(
      key,
      tile.catch(() => {
        this._fetched.delete(key);
        this.options.failed?.();
        return { ...at, layers: {} };
      }),
    );
    const [oldest] = this._fetched.keys();
    if (this._fetched.size > KEPT && !this._inView.has(oldest)) this._fetched.delete(oldest);
  },
  _leave(key) {
    const entry = this._inView.get(key);
    if (!entry) return;
    entry.uses -= 1;
    if (entry.uses > 0) return;
    this._inView.delete(key);
    this._tell();
  },
  _tell() {
    cancelAnimationFrame(this._telling);
    this._telling = requestAnimationFrame(() => this._map && this.options.changed?.(this.tilesInView()));
  },
});

// From a tile's own coordinates to [lon, lat].
export function lonLat(map, tile, extent) {
  const unit = TILE / extent;
  return ({ x, y }) => {
    const { lng, lat } = map.unproject([tile.x * TILE + x * unit, tile.y * TILE + y * unit], tile.z + 1);
    return [lng, lat];
  };
}
