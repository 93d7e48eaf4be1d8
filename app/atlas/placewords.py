"""Where a text seems to name a place: a net for reviewers, tuned on the plan texts.

A *place-like name* ends in a place word (路, 公园, 大厦 …) and has a stem before it. The stem reaches back
to a mark of punctuation or a breaking word (a verb, a particle, a number with its measure word), ten
characters at most; when general words are taken out of it, two characters in one piece must be left.
So 大沽北路 and 嘉里商务中心 are found, 道路, 城市道路 and 综合服务中心 are not. Names with a number
(地铁5号线, Z4线, 23号地) and the short names of the vocabulary (海河) need no stem.

The net is meant to be coarse: it rather shows a general phrase than misses a place, and people judge
what it shows. The vocabulary is data, ``layers/placewords.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.atlas.yamlfile import read_yaml
from app.errors import InputFileError

_KEYS = ("short_names", "proper", "not_places", "breaks", "general")
_RUN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")
_STEM_REACH = 10  # characters; the longest stem of a linked name that the net caught has nine
_STEM_LEAST = 2
_NUMBERED = re.compile(r"(?:地铁|轨道交通)?[A-Z]?\d{1,3}(?:号线|号地块?)|[A-Z]\d{1,2}线")
_MEASURED = (
    r"\d+(?:千伏|万?平方(?:米|公里)|万吨级?|小时|分钟|[A-Z]级|余?[个条座家片所处栋名级])?|\d*[A-Z]+级?"
)
# A place word that goes on as another word: 道德, 路径, 湾长制, 河湖.
_GOES_ON = re.compile(
    r"道(?=[德理路])|路(?=[径由线况网段灯])|河(?=[湖长]|[东西北]区)|湾(?=长)|街(?=[道区镇])|站(?=[式点])"
    r"|里(?=巷)|街(?=巷)|镇(?=化)|港(?=口)|村(?=支)"
)


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """The vocabulary, by group, and the patterns made from it."""

    groups: dict[str, tuple[str, ...]]
    suffixes: re.Pattern[str]
    not_places: re.Pattern[str]
    tokens: re.Pattern[str]
    breaks: frozenset[str]
    proper: frozenset[str]
    short_names: tuple[str, ...]  # the longest first

    def find(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Return the spans of place-like names in ``text[start:end]``, by their ends; they may nest."""
        for run in _RUN.finditer(text, start, end):
            for name in _NUMBERED.finditer(text, run.start(), run.end()):
                yield name.span()
            for suffix in self.suffixes.finditer(text, run.start(), run.end()):
                goes_on = _GOES_ON.match(text, suffix.start())
                if goes_on is not None and goes_on.end() == suffix.end():
                    continue
                first = max(run.start(), suffix.start() - _STEM_REACH)
                begin = self._name_start(text, first, suffix.start(), suffix.end())
                if begin is not None:
                    yield begin, suffix.end()

    def _name_start(self, text: str, first: int, stem_end: int, end: int) -> int | None:
        """Where the name that ends at ``end`` begins; None when its stem is too general."""
        if self.not_places.search(text, first, end):
            return None
        for name in self.short_names:
            if text.endswith(name, first, end):
                return end - len(name)
        pieces: list[int] = []  # starts of the pieces that are left, each long enough
        at = first  # where the piece under way begins
        for token in self.tokens.finditer(text, first, end):
            word = token.group()
            if token.start() >= stem_end:
                break
            if word in self.proper or word in self.short_names:
                continue
            if token.start() - at >= _STEM_LEAST:
                pieces.append(at)
            at = token.end()
            if word in self.breaks or not "\u4e00" <= word[-1] <= "\u9fff" or word[0].isdigit():
                pieces.clear()
        if stem_end - at >= _STEM_LEAST:
            pieces.append(at)
        return pieces[0] if pieces else None


def load_place_words(root: Path) -> PlaceWords:
    """Read ``placewords.yaml`` in the folder of the layer files.

    Raises
    ------
    InputFileError
        When a list is missing, or a word stands in two lists that contradict each other.
    """
    path = root / "placewords.yaml"
    data = read_yaml(path)
    groups = data.get("place_words")
    if not isinstance(groups, dict) or not all(isinstance(words, list) for words in groups.values()):
        raise InputFileError(path, "'place_words' must be groups of words", cure="Compare with the history.")
    lists: dict[str, list[str]] = {}
    home: dict[str, str] = {}
    for key in _KEYS:
        words = data.get(key)
        if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
            raise InputFileError(path, f"{key!r} must be a list of words", line=data.key_lines.get(key))
        lists[key] = words
        for word in words if key != "not_places" else ():
            if word in home:
                raise InputFileError(
                    path,
                    f"{word!r} stands in {home[word]!r} and in {key!r}",
                    line=data.key_lines[key],
                    cure="Leave it in one of them.",
                )
            home[word] = key
    return PlaceWords(
        groups={group: tuple(words) for group, words in groups.items()},
        suffixes=_any_of([word for words in groups.values() for word in words]),
        not_places=re.compile(f"(?:{_any_of(lists['not_places']).pattern})$"),
        tokens=re.compile(f"{_any_of(list(home)).pattern}|{_MEASURED}"),
        breaks=frozenset(lists["breaks"]),
        proper=frozenset(lists["proper"]),
        short_names=tuple(sorted(lists["short_names"], key=lambda word: (-len(word), word))),
    )


def _any_of(words: list[str]) -> re.Pattern[str]:
    """A pattern for any of the words, the longest first."""
    return re.compile("|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w))))
