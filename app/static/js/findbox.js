// The search box of the pages without a map of all plans.
import { suggestions } from "./suggest.js";

const form = document.getElementById("search-form");
suggestions({
  form,
  input: document.getElementById("search-input"),
  list: document.getElementById("search-list"),
  url: form.dataset.url,
});
