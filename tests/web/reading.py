"""A page as a reader gets it: its texts with the language they are marked with, its links and forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
UNSEEN = frozenset(("script", "style"))
SAID = ("title", "aria-label", "aria-description", "aria-roledescription", "alt", "placeholder", "label")


@dataclass(frozen=True, slots=True)
class Said:
    """A text or an attribute; ``where`` are the elements it stands in."""

    text: str
    lang: str
    where: str


@dataclass(slots=True)
class Form:
    """A form by its method, where it goes, and the fields that it sends unseen."""

    method: str
    action: str
    hidden: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """What a page says and where it leads; ``texts`` without those nobody sees."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.lang = ""
        self.texts: list[Said] = []
        self.attributes: list[Said] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self._open: list[tuple[str, str]] = [("", "")]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        lang = values.get("lang", self._open[-1][1])
        if tag == "html":
            self.lang = lang
        self._read(tag, values, lang)
        if tag not in VOID:
            self._open.append((tag, lang))

    def _read(self, tag: str, values: dict[str, str], lang: str) -> None:
        where = f"{self._path()} {tag}"
        said = [values[name] for name in SAID if name in values]
        if tag == "input" and values.get("type") in ("submit", "button", "reset"):
            said.append(values.get("value", ""))
        if tag == "meta" and values.get("name") == "description":
            said.append(values.get("content", ""))
        self.attributes += [Said(text, lang, where) for text in said]
        if tag == "a" and values.get("href"):
            self.links.append((values["href"], values.get("hreflang", "")))
        if tag == "form":
            self.forms.append(Form(values.get("method", "get").lower(), values.get("action", "")))
        if tag == "input" and values.get("type") == "hidden" and self.forms:
            self.forms[-1].hidden[values.get("name", "")] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        tag, lang = self._open[-1]
        if data.strip() and tag not in UNSEEN:
            self.texts.append(Said(" ".join(data.split()), lang, self._path()))

    def _path(self) -> str:
        return " ".join(tag for tag, _ in self._open[-3:] if tag)

    def everything(self) -> Iterator[Said]:
        yield from self.texts
        yield from self.attributes
