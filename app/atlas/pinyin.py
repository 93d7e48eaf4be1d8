"""How names sound: pinyin for the search index (when the atlas is built) and for readers of English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from types import ModuleType
from typing import Any

from app.atlas.search import fold

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


@lru_cache(maxsize=4096)
def spelled(name: str) -> str:
    """Pinyin with tones for readers, syllables apart: ``和平路`` → ``Hé píng lù``.

    Syllables stay apart because joining them into words would need the words, which names do not show.
    What is no Chinese character stays as it is written.
    """
    pypinyin = _pypinyin()
    parts = pypinyin.lazy_pinyin(name.translate(_MARKS), style=pypinyin.Style.TONE)
    said = _CLOSE.sub(r"\1", " ".join(part.strip() for part in parts if part.strip()))
    return _OPEN.sub(r"\1", said[:1].upper() + said[1:])


def index_rows(features: Iterable[dict[str, Any]]) -> list[list[str]]:
    """Rows of :class:`app.atlas.search.NameIndex` for features given by their properties."""
    return [
        [values["id"], name, fold(name), " ".join(sounds(name))]
        for values in features
        for name in (values["name"], *values["aliases"])
    ]
