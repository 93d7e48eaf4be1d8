// What of the page's state rides in its address besides the view: the chosen feature, layers and filters.
// A parameter that holds its usual value is left out, so that a plain map has a plain address.
export function parameter(name) {
  return new URLSearchParams(location.search).get(name);
}

export function setParameters(values, { push = false } = {}) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString().replaceAll("%2C", ",");
  const address = `${location.pathname}${text ? `?${text}` : ""}${location.hash}`;
  if (address === `${location.pathname}${location.search}${location.hash}`) return;
  history[push ? "pushState" : "replaceState"](null, "", address);
}

// An address with more parameters than it has.
export function withQuery(address, values) {
  return `${address}${address.includes("?") ? "&" : "?"}${new URLSearchParams(values)}`;
}
