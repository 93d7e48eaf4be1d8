// The reader: the map lights the places of the paragraphs in view; a click on the map turns to the text.
import { boundsToMap, fetchJson, fill, fromMap, toMap } from "./state.js";
import { isHit, rank } from "./hits.js";
import { draw, highlight, labelItems } from "./shapes.js";
import { setLabels } from "./labels.js";
import { placeName, t } from "./words.js";

export async function reader(map, { url, styles, layers, bounds }) {
  map.fitBounds(boundsToMap(map, bounds), { padding: [20, 20], animate: false });
  const text = document.getElementById("plan-text");
  const held = { styles, highlight: null };
  const known = new Map();
  const answers = await Promise.all(layers.map((id) => fetchJson(fill(url, id)).catch(() => ({ features: [] }))));
  for (const { features } of answers) for (const feature of features) known.set(feature.id, feature);

  const visible = new Set();
  let group = null;
  let shown = "";

  function light() {
    const ids = [...new Set([...visible].flatMap((block) => block.dataset.features.split(" ")))].filter((id) => known.has(id));
    const key = ids.sort().join(" ");
    if (key === shown) return;
    shown = key;
    group?.remove();
    const data = { type: "FeatureCollection", features: ids.map((id) => known.get(id)) };
    // large areas below small ones, so that each can be reached
    data.features.sort((a, b) => b.properties.size - a.properties.size);
    group = data.features.length ? draw(map, styles, data).addTo(map) : null;
    setLabels(map, "reader", labelItems(styles, data).map((item) => ({ ...item, minZoom: 0 })));
  }

  function frame() {
    const lit = group?.getLayers().length ? group.getBounds() : null;
    if (lit?.isValid()) map.fitBounds(lit, { padding: [40, 40], maxZoom: 15 });
  }

  let settled = 0;
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) visible[isIntersecting ? "add" : "delete"](target);
      light();
      clearTimeout(settled);
      settled = setTimeout(frame, 350); // the map moves when reading pauses, not while scrolling
    },
    { rootMargin: "-18% 0px -38% 0px" },
  );
  for (const block of text.querySelectorAll("[data-features]")) watcher.observe(block);

  function select(id, { zoom = true } = {}) {
    const feature = known.get(id);
    for (const mention of text.querySelectorAll(".mention.is-on")) mention.classList.remove("is-on");
    for (const mention of text.querySelectorAll(`.mention[data-ids~="${CSS.escape(id)}"]`)) mention.classList.add("is-on");
    highlight(map, held, feature);
    if (feature && zoom) {
      const lit = L.geoJSON(feature.extent ?? feature.geometry, { coordsToLatLng: (pair) => toMap(map, pair) }).getBounds();
      clearTimeout(settled);
      map.fitBounds(lit, { padding: [50, 50], maxZoom: 16 });
    }
    card(id, feature);
  }

  function card(id, feature) {
    const box = document.getElementById("reader-card");
    const mention = text.querySelector(`.mention[data-ids~="${CSS.escape(id)}"]`);
    const link = document.createElement("a");
    link.href = box.dataset.url.replace("{id}", encodeURIComponent(id));
    link.append(...placeName(feature?.properties.name ?? mention?.textContent ?? id, feature?.properties.pinyin));
    const note = document.createElement("span");
    note.textContent = feature ? "" : t("未落图");
    box.replaceChildren(link, note);
    box.hidden = false;
  }

  // The next sentence that names the place, from where the reader is; after the last, the first again.
  function turnTo(id) {
    const places = [...text.querySelectorAll(`.mention[data-ids~="${CSS.escape(id)}"]`)];
    if (!places.length) return;
    const here = innerHeight * 0.45;
    const next = places.find((place) => place.getBoundingClientRect().top > here + 4) ?? places[0];
    next.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    next.focus({ preventScroll: true });
  }

  map.on("click", (event) => {
    const position = fromMap(map, event.latlng);
    const project = (pair) => map.latLngToLayerPoint(toMap(map, pair));
    const hits = [...known.values()].filter((feature) => isHit(feature.geometry, position, project, 10)).sort((a, b) => rank(a) - rank(b));
    if (!hits.length) return;
    select(hits[0].id, { zoom: false });
    turnTo(hits[0].id);
  });

  text.addEventListener("click", (event) => {
    const mention = event.target.closest("a.mention");
    if (!mention || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    select(mention.dataset.ids.split(" ")[0]);
  });

  document.getElementById("toggle-lines").addEventListener("click", (event) => {
    const on = text.classList.toggle("with-lines");
    event.currentTarget.setAttribute("aria-pressed", String(on));
  });

  const quoted = text.querySelector(".is-quoted");
  if (quoted) {
    quoted.scrollIntoView({ block: "center" });
    const first = text.querySelector(".mention.is-quoted") ?? quoted.closest("[data-features]")?.querySelector(".mention");
    if (first) select(first.dataset.ids.split(" ")[0]);
  }
  map.getContainer().dataset.ready = "true";
}
