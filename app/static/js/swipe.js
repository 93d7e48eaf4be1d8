// Beside or over one another: the page's two maps, which move as one, and the divider between them. Over one
// another each map is cut at the divider, so that the same ground shows the one plan or the other.
import { parameter, setParameters } from "./address.js";
import { t } from "./words.js";

const STEP = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10 };

export function swipe(maps) {
  const twin = document.getElementById("twin");
  const divider = document.getElementById("divider");
  const [earlier, later] = [...twin.querySelectorAll("figcaption")].map((caption) => caption.textContent);
  const narrow = matchMedia("(max-width: 760px)");
  const usual = () => (narrow.matches ? "swipe" : "side");
  const choices = [...document.querySelectorAll('input[name="view"]')];
  const kept = document.getElementById("pair-view");

  function turnTo(view) {
    twin.dataset.view = view;
    divider.hidden = view !== "swipe";
    kept.value = view;
    kept.disabled = view === usual();
    for (const choice of choices) choice.checked = choice.value === view;
    for (const map of maps) map.invalidateSize({ animate: false });
  }

  function place(share) {
    const at = Math.round(Math.min(100, Math.max(0, share)));
    twin.style.setProperty("--at", `${at}%`);
    divider.setAttribute("aria-valuenow", at);
    divider.setAttribute("aria-valuetext", t("左 {left}% 为{earlier}，右 {right}% 为{later}", { left: at, right: 100 - at, earlier, later }));
  }

  divider.addEventListener("keydown", (event) => {
    const now = Number(divider.getAttribute("aria-valuenow"));
    const next = { Home: 0, End: 100 }[event.key] ?? (event.key in STEP ? now + STEP[event.key] : null);
    if (next === null) return;
    event.preventDefault();
    place(next);
  });
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    divider.focus();
    event.preventDefault();
  });
  divider.addEventListener("pointermove", (event) => {
    if (!divider.hasPointerCapture(event.pointerId)) return;
    const { left, width } = twin.getBoundingClientRect();
    place((100 * (event.clientX - left)) / width);
  });

  const asked = () => {
    const view = parameter("view");
    turnTo(["side", "swipe"].includes(view) ? view : usual());
  };
  for (const choice of choices) {
    choice.addEventListener("change", () => {
      setParameters({ view: choice.value === usual() ? null : choice.value }, { push: true });
      turnTo(choice.value);
    });
  }
  addEventListener("popstate", asked);
  narrow.addEventListener("change", asked);
  place(50);
  asked();
}
