// The time control: the layers of plans that run in a year; features with a target due in it stand out.
import { parameter, setParameters, withQuery } from "./address.js";
import { t } from "./words.js";

export function timebar(map, { targets, due, off }) {
  const slider = document.getElementById("year");
  const says = document.getElementById("year-says");

  const everyYear = t("全部年份");
  slider.setAttribute("aria-valuetext", everyYear); // the number that stands for it says nothing
  const ends = (year) => (due[year] ? t("{count} 项目标到期", { count: due[year] }) : t("没有目标到期"));

  function apply() {
    const year = Number(slider.value) === off ? null : Number(slider.value);
    slider.setAttribute("aria-valuetext", year === null ? everyYear : t("{year} 年，{due}", { year, due: ends(year) }));
    if (year === null) {
      says.textContent = t("全部");
    } else if (due[year]) {
      const link = document.createElement("a");
      link.href = withQuery(targets, { year });
      link.textContent = ends(year);
      says.replaceChildren(`${year} `, link);
    } else {
      says.textContent = `${year} ${ends(year)}`; // the list of a year without targets would be none
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
