// The one search box: an ARIA combobox over /search.json, its answers in groups.
import { withQuery } from "./address.js";
import { language, placeName, quoting, t } from "./words.js";

const PER_GROUP = 4;
const inEnglish = language === "en";

// `choosePlace` may open a place without leaving the page; everything else is an address.
export function suggestions({ form, input, list, url, choosePlace }) {
  let options = []; // { row, group, element }, in the order in which they stand
  let active = -1;
  let request = null;
  let timer = 0;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = index;
    options.forEach(({ element }, at) => element.setAttribute("aria-selected", String(at === index)));
    if (index >= 0) {
      input.setAttribute("aria-activedescendant", options[index].element.id);
      options[index].element.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    const option = options[index];
    if (!option) return;
    if (option.group === "places" && choosePlace) {
      input.value = option.row.title;
      close();
      choosePlace(option.row);
    } else location.assign(option.row.map_url ?? option.row.url);
  }

  function hitWords(row) {
    const words = document.createElement("span");
    words.className = "hit-words";
    words.lang = "zh-CN";
    const hit = document.createElement("mark");
    hit.textContent = row.hit;
    words.append(row.before.slice(-14), hit, row.after.slice(0, 24));
    return words;
  }

  function optionElement(index) {
    const item = document.createElement("li");
    item.id = `${list.id}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.addEventListener("mousedown", (event) => event.preventDefault());
    item.addEventListener("click", () => choose(index));
    return item;
  }

  function rowElement(group, row, index) {
    const item = optionElement(index);
    const name = document.createElement("span");
    name.className = "hit-name";
    if (group === "places") {
      name.append(...placeName(row.title, row.pinyin));
      if (row.name !== row.title) {
        const alias = document.createElement("em");
        alias.append(...quoting(t("（{name}）", { name: row.name })));
        name.append(alias);
      }
    } else if (group === "targets") {
      const amount = document.createElement("b");
      amount.textContent = row.raw;
      name.lang = "zh-CN";
      name.append(amount, " ", row.title);
    } else name.append(hitWords(row));
    const plan = document.createElement("small");
    const title = inEnglish ? row.plan_title_en : row.plan_title;
    const missing = group === "places" && !row.bounds ? t("未落图") : "";
    plan.textContent = missing ? `${title} · ${missing}` : title;
    item.append(name, plan);
    return item;
  }

  // A last option that leads to an address: a list box holds nothing else that keys could reach.
  function way(words, url) {
    const element = optionElement(options.length);
    element.className = "none";
    element.append(...quoting(words));
    options.push({ row: { url }, group: "all", element });
    return element;
  }

  const everything = () => withQuery(form.action, { q: input.value.trim() });

  function show(q, { groups, readAs }) {
    options = [];
    const items = [];
    for (const { group, title, title_en: english, rows, numberMatched } of groups) {
      if (!rows.length) continue;
      const head = document.createElement("li");
      head.className = "hit-group";
      head.setAttribute("role", "presentation");
      const count = document.createElement("small");
      count.textContent = numberMatched;
      head.append(inEnglish ? english : title, count);
      items.push(head);
      for (const row of rows) {
        const element = rowElement(group, row, options.length);
        options.push({ row, group, element });
        items.push(element);
      }
    }
    const ways = [];
    // no feature has this name, but a street, a crossing or a spot of the reference may
    if (!groups.some(({ group, rows }) => group === "places" && rows.length)) {
      ways.push(way(t("按地名或路口问：“{q}”这里有什么规划", { q }), withQuery(form.dataset.here, { place: q.slice(0, 60) })));
    }
    const words = options.length > ways.length ? t("看“{q}”的全部结果", { q }) : t("没有找到“{q}”；看查找的办法", { q });
    const readings = readAs.map((word) => t("“{word}”", { word })).join("");
    ways.push(way(readAs.length ? t("按{readings}查找。", { readings }) + words : words, everything()));
    list.replaceChildren(...items, ...ways);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(-1);
  }

  async function ask() {
    const q = input.value.trim();
    request?.abort();
    if (!q) {
      options = [];
      close();
      return;
    }
    const mine = (request = new AbortController());
    try {
      const response = await fetch(withQuery(url, { q: q.slice(0, 100), limit: PER_GROUP }), { signal: mine.signal });
      if (response.ok) show(q, await response.json());
    } catch {
      // superseded by the next key, or offline: the old list stays
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  // not on focus: a panel that closes gives it back here, and the list would cover the map
  input.addEventListener("click", () => list.hidden && input.value.trim() && ask());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // the input method is still putting the characters together
    if (event.key === "ArrowDown" && list.hidden && input.value.trim()) ask();
    else if (event.key === "ArrowDown" && options.length) mark((active + 1) % options.length);
    else if (event.key === "ArrowUp" && options.length) mark((active + options.length - 1) % options.length);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  // Enter opens what is marked; on the map a place is opened at once, all else has its page of results.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    if (active < 0 && choosePlace) await ask();
    if (active >= 0) choose(active);
    else if (choosePlace && options[0]?.group === "places") choose(0);
    else if (input.value.trim()) location.assign(everything());
  });
}
