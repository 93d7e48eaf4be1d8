// What lies over a feature and near it: asked for when its panel or page stands, so that neither waits for it.
import { t } from "./words.js";

export function around(root) {
  for (const place of root.querySelectorAll("[data-around]")) load(place);
}

async function load(place) {
  place.setAttribute("aria-busy", "true");
  place.textContent = t("正在量算交叠与距离…");
  try {
    const response = await fetch(place.dataset.around);
    if (!response.ok) throw new Error(String(response.status));
    // our own server's escaped markup; scripts in it would not run
    const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
    place.replaceChildren(...[...parsed.body.childNodes].map((node) => document.adoptNode(node)));
  } catch {
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button";
    again.textContent = t("重试");
    again.addEventListener("click", () => load(place));
    place.replaceChildren(t("交叠与邻近没有读到。"), " ", again);
  }
  place.removeAttribute("aria-busy");
}
