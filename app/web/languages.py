"""Which language a request is answered in, and what the templates need to say it.

The language is part of the address (``lang=en``), as the view and the filters are: a link that is passed on
opens as it was seen, and no cookie is needed. Every address that a page makes carries it on by itself.
Chinese needs no parameter.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, request, url_for
from flask_babel import Babel, Domain, refresh
from markupsafe import Markup, escape

from app.atlas.pinyin import named, sounded, spelled
from app.errors import RequestError
from app.language import (
    CHINESE,
    LANGUAGES,
    current,
    gettext,
    listed,
    script_words,
    speak,
    titled,
    translations,
)

if TYPE_CHECKING:
    from babel.support import NullTranslations

PARAMETER: Final = "lang"
_WORDLESS: Final = frozenset(("assets", "drawn.backdrop", "overview", "static", "operations"))
"""Blueprints and endpoints whose addresses have no language: files, pictures, and the operator's own."""
_HAN: Final = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff01-\uff5e]")
_LOCALES: Final = {"zh": "zh_Hans_CN", "en": "en"}


class _Catalogue(Domain):  # type: ignore[misc]
    """Our one catalogue, as Flask-Babel asks for it."""

    def get_translations(self) -> NullTranslations:
        return translations(current())


class _Babel(Babel):  # type: ignore[misc]
    @cached_property
    def domain_instance(self) -> Domain:
        return _Catalogue()


def register(app: Flask) -> None:
    """Answer requests to ``app`` in the language they ask for; to be called before hooks that say anything.

    The limits come first, and what they refuse is refused in Chinese: they spell out the query that is read.
    """
    _Babel(app, default_locale=_LOCALES[CHINESE], locale_selector=lambda: _LOCALES[current()])
    app.before_request(_choose)
    app.teardown_request(lambda _error: speak(CHINESE))  # what the thread says next is not this reader's
    app.url_defaults(_carry_on)
    app.after_request(_say_which)
    app.jinja_env.globals.update(
        language=current,
        language_tag=lambda: LANGUAGES[current()],
        language_url=_here_in,
        language_field=_field,
        place=place,
        verbatim=verbatim,
        script_words=lambda: script_words(current()),
        titled=titled,
    )
    app.jinja_env.tests["chinese"] = is_chinese
    app.jinja_env.filters.update(
        listed=listed,
        named=named,
        said=gettext,
        spelled=spelled,
        with_language=with_language,
    )


def is_chinese(text: str) -> bool:
    """Whether there is Chinese in a text, or a mark that only Chinese sets."""
    return _HAN.search(text) is not None


def place(name: str) -> Markup:
    """A place's name for a page: in English with its pinyin, the Chinese marked as such."""
    if current() == CHINESE:
        return escape(name)
    written, sound = Markup('<span lang="zh-CN">{}</span>').format(name), sounded(name)
    if not sound:
        return written
    return written + Markup(' <span class="pinyin" lang="zh-Latn">{}</span>').format(sound)


def verbatim(text: str) -> Markup:
    """Words from the data, marked as Chinese where they are and the page is not."""
    if current() == CHINESE or not is_chinese(text):
        return escape(text)
    return Markup('<span lang="zh-CN">{}</span>').format(text)


def with_language(href: str) -> str:
    """An address that was not made by ``url_for``, with the language to carry on."""
    if current() == CHINESE:
        return href
    return f"{href}{'&' if '?' in href else '?'}{PARAMETER}={current()}"


def _choose() -> None:
    speak(CHINESE)
    asked = request.args.get(PARAMETER) or CHINESE
    if asked not in LANGUAGES:
        raise RequestError(
            gettext(
                "lang=%(asked)s 不可用；可用的有：%(known)s。",
                asked=asked[:20],
                known=listed(LANGUAGES),
            )
        )
    speak(asked)
    refresh()  # a request that is answered by another inside it is asked again


def _carry_on(endpoint: str, values: dict[str, Any]) -> None:
    if current() != CHINESE and _WORDLESS.isdisjoint((endpoint, endpoint.partition(".")[0])):
        values.setdefault(PARAMETER, current())


def _say_which(response: Any) -> Any:
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = LANGUAGES[current()]
    return response


def _field() -> Markup:
    """The language as a hidden field, for forms: they drop the query of their address."""
    if current() == CHINESE:
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(PARAMETER, current())


def _here_in(language: str) -> str:
    """The current address in another language; the map where the address has no view."""
    # a misspelt parameter may have the name of one of ``url_for``'s own, of which no address here has any
    given = {
        name: value
        for name, value in request.args.items()
        if value and name not in (PARAMETER, "endpoint") and not name.startswith("_")
    }
    chosen = None if language == CHINESE else language
    endpoint = request.endpoint if request.routing_exception is None and request.endpoint else None
    if endpoint is None or endpoint.partition(".")[0] in _WORDLESS:
        return url_for("map.index", lang=chosen)
    values: dict[str, Any] = {**given, **(request.view_args or {}), PARAMETER: chosen}
    return url_for(endpoint, **values)
