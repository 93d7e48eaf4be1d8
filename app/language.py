"""The language in which a reader is answered: Chinese as the code has it, English from the catalogue.

Every room may say its words through :func:`gettext`; which language they come out in is set by whoever
answers a reader (the web room for a request). Chinese text is its own key, so what the catalogue lacks is
said in Chinese rather than not at all. The plans' words, names and units are data and never pass through
here; titles that data files give in both languages are chosen by :func:`titled`.
"""

from __future__ import annotations

import contextvars
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES: Final[Mapping[str, str]] = {"zh": "zh-CN", "en": "en"}
"""What may be asked for, and how pages name it (BCP 47); the first is what nobody need ask for."""
CHINESE: Final = "zh"
SCRIPTS: Final = "static/js/"
_TRANSLATIONS: Final = Path(__file__).with_name("translations")

_current: contextvars.ContextVar[str] = contextvars.ContextVar("language", default=CHINESE)


def current() -> str:
    """The language that is spoken now, a key of :data:`LANGUAGES`."""
    return _current.get()


def speak(language: str) -> None:
    """Speak this language from now on in the current context.

    Raises
    ------
    KeyError
        It is not one of :data:`LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    _current.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak this language inside the block."""
    before = _current.get()
    speak(language)
    try:
        yield
    finally:
        _current.set(before)


def mark(message: str) -> str:
    """The message itself: it is only marked to be translated where it is said, by :func:`gettext`."""
    return message


def gettext(message: str, **values: object) -> str:
    """The message in the current language, ``%(name)s`` filled in where values are given."""
    said = translations(current()).gettext(message) if message else ""  # "" is a catalogue's own header
    return said % values if values else said


def pgettext(context: str, message: str) -> str:
    """A message that has another translation elsewhere, as it is said in this context."""
    return str(translations(current()).pgettext(context, message))


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """The form for that number, in the current language; ``%(num)s`` is the number.

    Chinese has one form: ``singular`` and ``plural`` are the same text there.
    """
    return translations(current()).ngettext(singular, plural, number) % {"num": number, **values}


def listed(items: Iterable[object]) -> str:
    """Things in a row, with the mark that parts them in the current language."""
    return gettext("、").join(map(str, items))


def titled(row: object, key: str = "title") -> str:
    """What a row of the data calls itself in the current language: ``title`` or, in English, ``title_en``.

    A row is a mapping, or a value with attributes of these names.
    """
    name = key if current() == CHINESE else f"{key}_{current()}"
    return str(row[name] if isinstance(row, Mapping) else getattr(row, name))


def translations(language: str) -> NullTranslations:
    """The catalogue of a language; of Chinese, one that says everything as it is."""
    return NullTranslations() if language == CHINESE else _read(language)[0]


@cache
def _read(language: str) -> tuple[Translations, Mapping[str, str]]:
    """What is said, compiled, and what of it the pages' scripts say."""
    # compiled when first needed: a compiled file beside the readable one could be older than it
    catalogue, body = read_catalogue(language), io.BytesIO()
    write_mo(body, catalogue)
    body.seek(0)
    words = {
        str(message.id): str(message.string)
        for message in catalogue
        if any(SCRIPTS in place for place, _ in message.locations)
    }
    return Translations(body), words


def catalogue_path(language: str) -> Path:
    """Where the translations into a language stand."""
    return _TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def read_catalogue(language: str) -> Catalog:
    """The catalogue with its comments and places."""
    with catalogue_path(language).open("rb") as source:
        return read_po(source, locale=language)


def script_words(language: str) -> Mapping[str, str]:
    """What the pages' scripts say, by the Chinese they say it from; empty for Chinese."""
    return {} if language == CHINESE else _read(language)[1]
