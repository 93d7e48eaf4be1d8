// What the map is narrowed to: certainties, plan, period, district, system and so on. It rides in the address,
// and what it leaves is counted by the server, in layers that are not open too.
import { parameter, setParameters, withQuery } from "./address.js";
import { fetchJson } from "./state.js";
import { t } from "./words.js";

const OF_A_LAYER = ["plan", "period"]; // the others are properties of a feature

const NAMES = ["certainty", "plan", "period", "district", "system", "kind", "status", "level", "method"];

// The conditions in the address, for what leaves the map with them.
export const conditions = () => Object.fromEntries(NAMES.map((name) => [name, parameter(name)]).filter(([, value]) => value));

// Layers that are on and whose plan runs in the chosen year.
export function openLayers() {
  const year = Number(parameter("year"));
  return [...document.querySelectorAll("input[data-layer]:checked")].filter((box) => runsIn(box, year)).map(({ dataset }) => dataset.layer);
}

function runsIn(box, year) {
  const { from, to } = box.closest("[data-plan]").dataset;
  return !year || (Number(from) <= year && year <= Number(to));
}

export function filters({ counts, list }, { boxes, changed, open }) {
  const certainties = [...document.querySelectorAll("input[data-certainty]")];
  const selects = [...document.querySelectorAll("select[data-filter]")];
  const plans = new Map(boxes.map((box) => [box.dataset.layer, box.closest("[data-plan]").dataset]));
  let year = null;

  const sure = () => certainties.filter((box) => box.checked).map((box) => box.dataset.certainty);
  const set = () => selects.filter(({ value }) => value);

  function admits(id) {
    const box = boxes.find(({ dataset }) => dataset.layer === id);
    return runsIn(box, year) && set().every(({ value, dataset }) => !OF_A_LAYER.includes(dataset.filter) || plans.get(id)[dataset.filter] === value);
  }

  // What is left of a layer; its features say what they are in `properties`.
  function left(id, features) {
    if (!admits(id)) return [];
    const kept = new Set(sure());
    const own = set().filter(({ dataset }) => !OF_A_LAYER.includes(dataset.filter));
    return features.filter(
      ({ properties }) => kept.has(properties.certainty) && own.every(({ value, dataset }) => properties[dataset.filter] === value),
    );
  }

  // The conditions as the server reads them; empty where nothing is narrowed.
  function asked() {
    const kept = sure();
    return {
      ...(kept.length < certainties.length && { certainty: kept.join(",") || "none" }),
      ...Object.fromEntries(set().map(({ value, dataset }) => [dataset.filter, value])),
    };
  }

  const all = () => ({ certainty: null, ...Object.fromEntries(selects.map(({ dataset }) => [dataset.filter, null])), ...asked() });

  function restore() {
    const kept = parameter("certainty")?.split(",");
    for (const box of certainties) box.checked = !kept || kept.includes(box.dataset.certainty);
    for (const select of selects) {
      const value = parameter(select.dataset.filter) ?? "";
      select.value = value;
      // what too few have in common to be offered may still be asked for by a link
      if (select.selectedIndex < 0) select.add(new Option(value, value, false, true));
    }
  }

  function narrowed() {
    setParameters(all(), { push: true });
    changed();
    tell();
  }

  function clear() {
    for (const box of certainties) box.checked = true;
    for (const select of selects) select.value = "";
    narrowed();
  }

  // How many places of each layer are left; null where that could not be read.
  async function counted() {
    const query = asked();
    if (query.certainty === "none") return {};
    if (!Object.keys(query).length) return Object.fromEntries(boxes.map(({ dataset }) => [dataset.layer, Number(dataset.located)]));
    const found = await fetchJson(withQuery(counts, query)).catch(() => null);
    return found && found.layers;
  }

  let turn = 0;

  async function tell() {
    const mine = ++turn;
    const places = document.querySelectorAll("[data-left]");
    for (const place of places) place.setAttribute("aria-busy", "true");
    const active = Object.keys(asked()).length;
    const found = await counted();
    if (mine !== turn) return;
    for (const place of places) place.removeAttribute("aria-busy");
    const sum = (some) => some.reduce((total, { dataset }) => total + (found?.[dataset.layer] ?? 0), 0);
    const running = boxes.filter((box) => runsIn(box, year));
    const drawn = sum(running.filter(({ checked }) => checked));
    const closed = running.filter(({ checked, dataset }) => !checked && found?.[dataset.layer]);
    const total = boxes.reduce((number, { dataset }) => number + Number(dataset.located), 0);
    const more = active ? sum(closed) : 0;
    say({ active, drawn, more, total, known: Boolean(found) });
    for (const button of document.querySelectorAll("[data-open-left]")) {
      button.hidden = !more;
      button.onclick = () => open(closed);
    }
    for (const link of document.querySelectorAll("[data-left-list]")) {
      const layers = running.filter(({ checked }) => checked).map(({ dataset }) => dataset.layer);
      link.hidden = !layers.length || !sure().length;
      link.href = withQuery(list, { ...asked(), layers: layers.join(","), registered: "false" }).replaceAll("%2C", ",");
    }
  }

  function say({ active, drawn, more, total, known }) {
    const elsewhere = more ? t("，另有 {more} 处在没有打开的图层里", { more }) : "";
    let words = t("现有 {drawn} 处，共 {total} 处", { drawn, total }) + elsewhere;
    if (!known) words = t("筛选已用上，有多少处没有读到");
    else if (active && !drawn) words = more ? t("打开的图层里没有符合条件的") + elsewhere : t("没有符合条件的要素，共 {total} 处", { total });
    for (const place of document.querySelectorAll("[data-left]")) place.textContent = words;
    for (const button of document.querySelectorAll("[data-clear-filters]")) button.hidden = !active;
    document.getElementById("filters-on").textContent = set().length ? t("{n} 项", { n: set().length }) : "";
    const bar = document.getElementById("filter-bar");
    bar.hidden = !active;
    bar.classList.toggle("is-empty", known && !drawn);
  }

  for (const control of [...certainties, ...selects]) control.addEventListener("change", narrowed);
  for (const button of document.querySelectorAll("[data-clear-filters]")) button.addEventListener("click", clear);
  restore();
  if (set().length) document.getElementById("filters").open = true;

  return {
    left,
    tell,
    restore,
    active: () => Object.keys(asked()).length > 0,
    setYear(chosen) {
      year = chosen;
      tell();
    },
  };
}
