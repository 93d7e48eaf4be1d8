// What the page's scripts say: Chinese as they write it, or what the page brought for it in its language.
const place = document.getElementById("script-words");
const words = place ? JSON.parse(place.textContent) : {};

// "{name}" in the message is filled from the values, as text.
export function t(message, values = {}) {
  return (words[message] ?? message).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const language = document.documentElement.lang;

// A sentence as nodes: the Chinese in it is marked as such where the page is not Chinese.
export function quoting(sentence) {
  if (language.startsWith("zh")) return [sentence];
  return sentence.split(/([\u3001-\u303f\u3400-\u9fff\uff01-\uff5e]+)/).map((part, at) => {
    if (at % 2 === 0) return part;
    const quoted = document.createElement("span");
    quoted.lang = "zh-CN";
    quoted.textContent = part; // as text: names may hold anything
    return quoted;
  });
}

// A place's name as nodes for the page: elsewhere than in Chinese with its pinyin, each marked as what it is.
export function placeName(name, pinyin) {
  if (language.startsWith("zh")) return [name];
  const marked = [[name, "zh-CN", ""], ...(pinyin && pinyin !== name ? [[pinyin, "zh-Latn", "pinyin"]] : [])].map(([text, lang, kind]) => {
    const part = document.createElement("span");
    part.lang = lang;
    part.className = kind;
    part.textContent = text; // as text: names may hold anything
    return part;
  });
  return marked.flatMap((part, at) => (at ? [" ", part] : [part]));
}
