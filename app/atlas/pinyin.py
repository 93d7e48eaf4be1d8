"""How names sound: pinyin and initials for the search index (used when the atlas is built)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from pypinyin import Style, lazy_pinyin, load_phrases_dict

from app.atlas.search import fold

# Readings of place names that a general dictionary gets wrong: 重庆道 is chóngqìng, 大沽 dàgū, 和平 hépíng.
_READINGS = {
    "重庆": [["chóng"], ["qìng"]],
    "大沽": [["dà"], ["gū"]],
    "塘沽": [["táng"], ["gū"]],
    "直沽": [["zhí"], ["gū"]],
    "汉沽": [["hàn"], ["gū"]],
    "和平": [["hé"], ["píng"]],
    "厦门": [["xià"], ["mén"]],
}


@cache
def _load_readings() -> None:
    load_phrases_dict(_READINGS)


def sounds(name: str) -> list[str]:
    """Pinyin and initials of a name, without tones: ``五大道`` → ``wudadao``, ``wdd``."""
    _load_readings()
    syllables = lazy_pinyin(fold(name), style=Style.NORMAL)
    return ["".join(syllables), "".join(syllable[0] for syllable in syllables)]


def index_rows(features: Iterable[dict[str, Any]]) -> list[list[str]]:
    """Rows of :class:`app.atlas.search.NameIndex` for features given by their properties."""
    return [
        [values["id"], name, fold(name), *sounds(name)]
        for values in features
        for name in (values["name"], *values["aliases"])
    ]
