// The time control: the layers of plans that run in a year; features with a target due in it stand out.
import { parameter, setParameters, withQuery } from "./address.js";
import { t } from "./words.js";

export function timebar(map, { targets, off }) {
  const slider = document.getElementById("year");
  const says = document.getElementById("year-says");

  function apply() {
    const year = Number(slider.value) === off ? null : Number(slider.value);
    slider.setAttribute("aria-valuetext", year === null ? t("全部年份") : t("{year} 年", { year }));
    if (year === null) {
      says.textContent = t("全部");
    } else {
      const link = document.createElement("a");
      link.href = withQuery(targets, { year });
      link.textContent = t("到期目标");
      says.replaceChildren(`${year} `, link);
    }
    map.fire("atlas:year", { year });
  }

  slider.addEventListener("input", () => {
    apply();
    setParameters({ year: Number(slider.value) === off ? null : slider.value });
  });
  const first = Number(parameter("year"));
  if (first > off && first <= Number(slider.max)) {
    slider.value = first;
    apply();
  }
}
