// Passing the map on: its address, a QR code of it, and a frame for another page.
import { withQuery } from "./address.js";
import { announce } from "./state.js";
import { t } from "./words.js";

const byId = (id) => document.getElementById(id);

export function share({ embed, code }) {
  const box = byId("share");
  const path = `${location.pathname}${location.search}${location.hash}`;
  const framed = `${location.origin}${embed}${location.search}${location.hash}`;
  const title = t("津图");
  byId("share-link").value = location.href;
  byId("share-embed").value = `<iframe src="${framed.replaceAll('"', "%22")}" title="${title}" width="800" height="600" loading="lazy"></iframe>`;
  byId("share-code").src = withQuery(code, { path });
  for (const button of box.querySelectorAll("[data-copy]")) button.onclick = () => copy(byId(button.dataset.copy));
  byId("share-close").onclick = () => box.close();
  box.showModal();
}

async function copy(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    announce(t("已复制。"));
  } catch {
    announce(t("浏览器不允许自动复制；文字已选中，请按 Ctrl+C。"));
  }
}
