// Keys on the page of results: "/" to the box, up and down between the results.
const box = document.getElementById("q");
const results = [...document.querySelectorAll("#results a.result")];

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = results.indexOf(document.activeElement);
  const inBox = document.activeElement === box;
  if (event.key === "/" && !inBox) box.select();
  else if (event.key === "ArrowDown" && (inBox || at >= 0) && results.length) results[Math.min(at + 1, results.length - 1)].focus();
  else if (event.key === "ArrowUp" && at === 0) box.focus();
  else if (event.key === "ArrowUp" && at > 0) results[at - 1].focus();
  else return;
  event.preventDefault();
});
if (!location.hash && !results.length) box.focus();
