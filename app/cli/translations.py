"""``flask translations``: the list of what the application says, and its English.

The messages are taken from the code, the templates and the page scripts; the English is written by hand in
``app/translations``. Nothing here translates.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po
from flask.cli import AppGroup

from app.language import CHINESE, LANGUAGES, catalogue_path, read_catalogue

group = AppGroup("translations", help="What the application says, and its English.")

_APP: Final = Path(__file__).parents[1]
_METHODS: Final = [("**.py", "python"), ("templates/**.html", "jinja2"), ("static/js/**.js", "javascript")]
_OPTIONS: Final = {"static/js/**.js": {"parse_template_string": True}}  # what is said inside a `${…}` too
_CONTEXT: Final = "\4"  # what parts a context from its message, as catalogues have it
_KEYWORDS: Final[Mapping[str, tuple[int | tuple[int, str], ...] | None]] = {
    "_": None,
    "gettext": None,
    "mark": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "t": None,
}
_NOISE: Final = re.compile(
    rb'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Project-Id-Version|Report-Msgid-Bugs-To'
    rb"|Last-Translator|Language-Team):.*\n",
    re.MULTILINE,
)

English = Mapping[str, str | Sequence[str]]


def extracted() -> Catalog:
    """Every message of the application, with the files it stands in."""
    found = Catalog()
    for file, line, message, comments, context in extract_from_dir(
        str(_APP), _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("note:",)
    ):
        found.add(message, None, [(f"app/{file}", line)], auto_comments=comments, context=context)
    return found


def untranslated(catalogue: Catalog) -> list[Message]:
    """Messages that have no English, or one that nobody has confirmed."""

    def lacks(message: Message) -> bool:
        english = message.string
        forms = [english] if isinstance(english, str) else list(english or ())
        return message.fuzzy or not forms or not all(forms)

    return [message for message in catalogue if message.id and lacks(message)]


def refreshed(language: str, added: English | None = None) -> Catalog:
    """The catalogue brought up to date with the code.

    Parameters
    ----------
    added
        Translations to take in, by their Chinese, with its context before it as catalogues have it (parted
        by the character 4); a list has the form for one and the form for many.
    """
    catalogue = read_catalogue(language)
    # nothing is guessed from messages that look alike, and what the code no longer says goes
    catalogue.update(extracted(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    for chinese, english in (added or {}).items():
        context, _, text = chinese.rpartition(_CONTEXT)
        message = catalogue.get(text, context or None)
        if message is None:
            raise click.BadParameter(f"{chinese!r} is no message of the application; was it misspelt?")
        message.string = english if isinstance(english, str) else tuple(english)
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The catalogue as its file has it: by place, without dates that change at every run and empty names."""
    body = io.BytesIO()
    write_po(body, catalogue, width=110, sort_by_file=True, include_lineno=False)
    return _NOISE.sub(b"", body.getvalue())


@group.command()
def refresh() -> None:
    """Bring the lists of messages up to date with the code and say which lack a translation."""
    for language in LANGUAGES:
        if language == CHINESE:
            continue
        catalogue = refreshed(language)
        catalogue_path(language).write_bytes(written(catalogue))
        missing = untranslated(catalogue)
        click.echo(f"{language}: {len(catalogue)} messages, {len(missing)} without translation")
        for message in missing:
            click.echo(f"  {message.locations[0][0]}: {message.id}")
