// What the page's scripts say: Chinese as they write it, or what the page brought for it in its language.
const place = document.getElementById("words");
const words = place ? JSON.parse(place.textContent) : {};

// "{name}" in the message is filled from the values, as text.
export function t(message, values = {}) {
  return (words[message] ?? message).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const language = document.documentElement.lang;
