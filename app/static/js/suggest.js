// The one search box: an ARIA combobox over /search.json, its answers in groups.
const PER_GROUP = 4;

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
      name.textContent = row.title;
      if (row.name !== row.title) {
        const alias = document.createElement("em");
        alias.textContent = `（${row.name}）`;
        name.append(alias);
      }
    } else if (group === "targets") {
      const amount = document.createElement("b");
      amount.textContent = row.raw;
      name.append(amount, " ", row.title);
    } else name.append(hitWords(row));
    const plan = document.createElement("small");
    plan.textContent = row.plan_title + (group === "places" && !row.bounds ? " · 未落图" : "");
    item.append(name, plan);
    return item;
  }

  const everything = () => `${form.action}?q=${encodeURIComponent(input.value.trim())}`;

  function show(q, { groups, readAs }) {
    options = [];
    const items = [];
    for (const { group, title, rows, numberMatched } of groups) {
      if (!rows.length) continue;
      const head = document.createElement("li");
      head.className = "hit-group";
      head.setAttribute("role", "presentation");
      const count = document.createElement("small");
      count.textContent = numberMatched;
      head.append(title, count);
      items.push(head);
      for (const row of rows) {
        const element = rowElement(group, row, options.length);
        options.push({ row, group, element });
        items.push(element);
      }
    }
    // the way to all results is an option too: a list box holds nothing else that keys could reach
    const words = options.length ? `看“${q}”的全部结果` : `没有找到“${q}”；看查找的办法`;
    const more = optionElement(options.length);
    more.className = "none";
    more.append(readAs.length ? `按“${readAs.join("”“")}”查找。${words}` : words);
    options.push({ row: { url: everything() }, group: "all", element: more });
    list.replaceChildren(...items, more);
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
      const response = await fetch(`${url}?q=${encodeURIComponent(q.slice(0, 100))}&limit=${PER_GROUP}`, { signal: mine.signal });
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
