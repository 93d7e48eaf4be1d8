// The map's search box: a place is opened on the map, everything else on its page.
import { suggestions } from "./suggest.js";

export function search(map, { url }) {
  suggestions({
    form: document.getElementById("search-form"),
    input: document.getElementById("search-input"),
    list: document.getElementById("search-list"),
    url,
    choosePlace({ id }) {
      document.body.classList.remove("layers-open");
      map.fire("atlas:select", { id, zoom: true });
    },
  });
}
