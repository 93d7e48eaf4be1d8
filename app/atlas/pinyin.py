"""How names sound: pinyin for the search index (when the atlas is built) and for readers of English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from types import ModuleType
from typing import Any

from app.atlas.search import fold
from app.language import CHINESE, current

# Readings that a general dictionary gets wrong or leaves to chance: 重庆道 is chóngqìng, 大沽 dàgū, 和平
# hépíng; what is made longer is 加长 jiācháng.
_READINGS = {
    "重庆": [["chóng"], ["qìng"]],
    "大沽": [["dà"], ["gū"]],
    "塘沽": [["táng"], ["gū"]],
    "直沽": [["zhí"], ["gū"]],
    "汉沽": [["hàn"], ["gū"]],
    "和平": [["hé"], ["píng"]],
    "厦门": [["xià"], ["mén"]],
    "加长": [["jiā"], ["cháng"]],
}
# Chinese marks as pinyin has them, and where they stand close to a word
_MARKS = str.maketrans(
    {"“": "", "”": "", "（": "(", "）": ")", "、": ",", "，": ",", "／": "/", "《": "", "》": ""}
)
_CLOSE = re.compile(r" ([),/])")
_OPEN = re.compile(r"([(/]) ")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@cache
def _pypinyin() -> ModuleType:
    # late: its dictionary takes tens of megabytes, which a server of Chinese pages need not hold
    import pypinyin

    pypinyin.load_phrases_dict(_READINGS)
    return pypinyin


def sounds(name: str) -> list[str]:
    """Pinyin without tones, one for each character as :func:`fold` has it: ``五大道`` → ``wu da dao``.

    What is no Chinese character sounds as it is written.
    """
    pypinyin = _pypinyin()
    # a list of them keeps foreign characters apart
    found: list[str] = pypinyin.lazy_pinyin(fold(name), style=pypinyin.Style.NORMAL, errors=list)
    return found


_known: dict[str, str] = {}


def remember(spellings: Mapping[str, str]) -> None:
    """Take what a build has spelled, so that a server seldom needs the dictionary."""
    _known.update(spellings)


def spelled(name: str) -> str:
    """Pinyin with tones for readers, syllables apart: ``和平路`` → ``Hé píng lù``.

    Syllables stay apart because joining them into words would need the words, which names do not show.
    What is no Chinese character stays as it is written.
    """
    return _known.get(name) or _spelled(name)


@lru_cache(maxsize=4096)
def _spelled(name: str) -> str:
    if not _CHINESE.search(name):
        return name
    pypinyin = _pypinyin()
    parts = pypinyin.lazy_pinyin(name.translate(_MARKS), style=pypinyin.Style.TONE)
    said = _CLOSE.sub(r"\1", " ".join(part.strip() for part in parts if part.strip()))
    return _OPEN.sub(r"\1", said[:1].upper() + said[1:])


def sounded(name: str) -> str:
    """How a name sounds, where the current language's readers need to be told; empty where they do not."""
    sound = "" if current() == CHINESE else spelled(name)
    return "" if sound.casefold() == name.casefold() else sound


def named(name: str) -> str:
    """A name as plain text: ``和平路``, in English ``和平路 (Hé píng lù)``."""
    sound = sounded(name)
    return f"{name} ({sound})" if sound else name


def index_rows(features: Iterable[dict[str, Any]]) -> list[list[str]]:
    """Rows of :class:`app.atlas.search.NameIndex` for features given by their properties."""
    return [
        [values["id"], name, fold(name), " ".join(sounds(name))]
        for values in features
        for name in (values["name"], *values["aliases"])
    ]


def spellings(features: Iterable[dict[str, Any]]) -> dict[str, str]:
    """What places are called in features given by their properties, as readers see it spelled."""
    names = {
        name
        for values in features
        for name in (values["name"], *values["aliases"], values["district"], values["system"])
        if name
    }
    return {name: _spelled(name) for name in sorted(names)}
