"""How names sound: pinyin for the search index (used when the atlas is built)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from pypinyin import Style, lazy_pinyin, load_phrases_dict

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


@cache
def _load_readings() -> None:
    load_phrases_dict(_READINGS)


def sounds(name: str) -> list[str]:
    """Pinyin without tones, one for each character as :func:`fold` has it: ``五大道`` → ``wu da dao``.

    What is no Chinese character sounds as it is written.
    """
    _load_readings()
    # a list of them keeps foreign characters apart, which pypinyin documents and its types forget
    return lazy_pinyin(fold(name), style=Style.NORMAL, errors=list)  # type: ignore[arg-type]


def index_rows(features: Iterable[dict[str, Any]]) -> list[list[str]]:
    """Rows of :class:`app.atlas.search.NameIndex` for features given by their properties."""
    return [
        [values["id"], name, fold(name), " ".join(sounds(name))]
        for values in features
        for name in (values["name"], *values["aliases"])
    ]
