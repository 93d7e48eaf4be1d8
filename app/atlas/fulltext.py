"""One question to everything: places, targets, indicators, sections and the words of the plans.

A text is folded once (full width to half width, lower case, no blanks) with a way back to its offsets, and
then simply scanned: five plans are 160,000 characters, which a scan passes in well under a millisecond, so
no index has to be kept, tokenised or trusted. One character, two, or words cut anywhere are found wherever
they stand. A query in traditional characters is read as simplified; one in pinyin or initials, or with a
slip, as the words of the names that sound or look so (``read_as``), unless it stands in the texts itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Any

from opencc import OpenCC

from app.atlas.reading import Reading
from app.atlas.search import Hit, fold, read_as
from app.atlas.store import Atlas

CONTEXT = 32
"""Characters shown before and behind a hit."""

Span = tuple[int, int]
_Spans = dict[
    str, tuple[int, Iterator[Span]]
]  # by plan: how many there are, and they themselves, to be taken once


class Kind(StrEnum):
    """The groups of an answer, in the order in which they are listed."""

    PLACES = "places"
    TARGETS = "targets"
    INDICATORS = "indicators"
    SECTIONS = "sections"
    PASSAGES = "passages"


@dataclass(frozen=True, slots=True)
class Row:
    """One answer.

    Parameters
    ----------
    id
        Of the feature, target, indicator or section; ``<plan>:<start>-<end>`` of a passage.
    title
        What it is called; empty for a passage.
    before, hit, after
        The words in which the query stands, and the part of them that answers.
    start, end
        Where they stand in the plan's clean text: a passage's hit, a target's sentence, an indicator's row,
        a section. None for places.
    path
        Labels of the sections around a passage, and whether they are inferred.
    about
        What else the group knows of it.
    """

    id: str
    plan: str
    title: str
    before: str
    hit: str
    after: str
    start: int | None = None
    end: int | None = None
    path: tuple[tuple[str, bool], ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Answers of one kind: how many there are, and those that are listed."""

    kind: Kind
    matched: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What one question brings; ``read_as`` are the words it was taken for, if not for itself."""

    read_as: tuple[str, ...]
    groups: tuple[Group, ...]

    def __getitem__(self, kind: Kind) -> Group:
        """The group of a kind; KeyError if it was not asked for."""
        return {group.kind: group for group in self.groups}[kind]

    @property
    def matched(self) -> int:
        """How many answers there are in all groups."""
        return sum(group.matched for group in self.groups)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simplified(query: str) -> str:
    """A query in simplified characters."""
    converted: str = _converter().convert(query)
    return converted


class FoldedText:
    """A text as it is compared, with the offset each of its characters came from."""

    __slots__ = ("_offsets", "folded", "text")

    def __init__(self, text: str) -> None:
        characters: list[str] = []
        self.text = text
        self._offsets: list[int] = []
        for offset, character in enumerate(text):
            for plain in unicodedata.normalize("NFKC", character).lower():
                if not plain.isspace():
                    characters.append(plain)
                    self._offsets.append(offset)
        self.folded = "".join(characters)

    def span(self, start: int, end: int) -> Span:
        """The span of the text behind a span of the folded one, which must not be empty."""
        return self._offsets[start], self._offsets[end - 1] + 1

    def spans(self, needle: str) -> Iterator[Span]:
        """Spans of the text at which the folded needle stands, without overlaps."""
        at = self.folded.find(needle)
        while at >= 0:
            last = at + len(needle)
            yield self.span(at, last)
            at = self.folded.find(needle, last)

    def first(self, needles: Iterable[str]) -> Span | None:
        """The span of the first of some needles that the text has."""
        return next((span for needle in needles for span in self.spans(needle)), None)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A target, indicator or section, and the folded words in which it is looked for, the foremost first."""

    values: Mapping[str, Any]
    words: tuple[str, ...]


def _entry(values: Mapping[str, Any], *words: str) -> _Entry:
    return _Entry(values, tuple(map(fold, words)))


def _matching(entries: Iterable[_Entry], needles: Sequence[str]) -> list[_Entry]:
    """The entries that have a needle: by the foremost words that have it, then in their own order."""
    found: list[tuple[int, _Entry]] = []
    for entry in entries:
        for place, words in enumerate(entry.words):
            if any(needle in words for needle in needles):
                found.append((place, entry))
                break
    return [entry for _, entry in sorted(found, key=lambda item: item[0])]


def _split(text: str, needles: Iterable[str], default: Span = (0, 0)) -> tuple[str, str, str]:
    """The text before, at and after the first needle that it has; with none, at a default span."""
    start, end = FoldedText(text).first(needles) or default
    return text[:start], text[start:end], text[end:]


def _target(entry: _Entry, needles: Sequence[str]) -> Row:
    values = entry.values
    sentence = values["sentence"]
    number = (values["number"][0] - sentence["start"], values["number"][1] - sentence["start"])
    before, hit, after = _split(sentence["exact"], needles, number)
    return Row(
        id=values["id"],
        plan=values["plan"],
        title=values["indicator"],
        before=before[-CONTEXT:],
        hit=hit,
        after=after[:CONTEXT],
        start=sentence["start"],
        end=sentence["end"],
        path=tuple((step["label"], step["inferred"]) for step in values["path"]),
        about={
            key: values[key] for key in ("raw", "comparator", "year", "year_stated", "number", "features")
        },
    )


def _indicator(entry: _Entry, needles: Sequence[str]) -> Row:
    values = entry.values
    before, hit, after = _split(values["name"], needles)
    keys = ("number", "group", "unit", "base_raw", "base_year", "target_raw", "target_year", "nature")
    return Row(
        id=values["id"],
        plan=values["plan"],
        title=values["name"],
        before=before,
        hit=hit,
        after=after,
        start=values["start"],
        end=values["end"],
        about={key: values[key] for key in keys},
    )


def _section(entry: _Entry, needles: Sequence[str]) -> Row:
    values = entry.values
    before, hit, after = _split(values["label"], needles)
    return Row(
        id=values["id"],
        plan=values["plan"],
        title=values["label"],
        before=before,
        hit=hit,
        after=after,
        start=values["start"],
        end=values["end"],
        about={"inferred": values["inferred"], "level": values["level"]},
    )


_ROWS = {Kind.TARGETS: _target, Kind.INDICATORS: _indicator, Kind.SECTIONS: _section}


class FullText:
    """All plans, folded and ready to be scanned.

    Parameters
    ----------
    atlas
        For places, targets and indicators.
    readings
        The texts by plan id, in the order in which hits are listed.
    """

    def __init__(self, atlas: Atlas, readings: Mapping[str, Reading]) -> None:
        self._atlas = atlas
        self._readings = readings
        self._texts = {plan: FoldedText(reading.clean) for plan, reading in readings.items()}
        self._entries: dict[Kind, list[_Entry]] = {
            Kind.TARGETS: [
                _entry(row, row["indicator"], row["text"], *(place["name"] for place in row["features"]))
                for row in atlas.targets
            ],
            Kind.INDICATORS: [
                _entry(row, row["name"], row["name_raw"], row["note"]) for row in atlas.indicators
            ],
            Kind.SECTIONS: [
                _entry({"plan": plan, **section}, section["label"])
                for plan, reading in readings.items()
                for section in reading.outline()
            ],
        }

    def search(self, query: str, *, only: Kind | None = None, limit: int = 20, offset: int = 0) -> Found:
        """Everything that answers a query.

        Parameters
        ----------
        only
            One group alone.
        limit, offset
            The rows of each group. The first rows of several groups take passages as evenly from all plans
            as there are, so that no plan drowns the others.
        """
        wanted = simplified(query)
        needle = fold(wanted)
        needles = [needle] if needle else []
        places = self._atlas.names.search(wanted, slips=False)
        spans = self._spans(needles)
        if needle and not _total(spans):
            if not places and not any(_matching(entries, needles) for entries in self._entries.values()):
                places = self._atlas.names.search(wanted)
            needles = read_as(places) or needles
            spans = self._spans(needles)
        window = slice(offset, offset + limit)
        groups = []
        for kind in (only,) if only else Kind:
            if kind is Kind.PLACES:
                group = Group(kind, len(places), tuple(map(self._place, places[window])))
            elif kind is Kind.PASSAGES:
                listed = _in_turn(spans, offset, limit) if only or offset else _spread(spans, limit)
                group = Group(kind, _total(spans), tuple(self._passage(*span) for span in listed))
            else:
                found = _matching(self._entries[kind], needles)
                rows = tuple(_ROWS[kind](entry, needles) for entry in found[window])
                group = Group(kind, len(found), rows)
            groups.append(group)
        return Found(() if needles in ([], [needle]) else tuple(needles), tuple(groups))

    def _spans(self, needles: Sequence[str]) -> _Spans:
        """Where the needles stand; a comma stands in thousands of places, so they are counted first."""
        found: _Spans = {}
        for plan, text in self._texts.items():
            if len(needles) == 1:
                found[plan] = text.folded.count(needles[0]), text.spans(needles[0])
            else:
                spans = sorted({span for needle in needles for span in text.spans(needle)})
                found[plan] = len(spans), iter(spans)
        return found

    def _place(self, hit: Hit) -> Row:
        feature = self._atlas.feature(hit.id)
        if feature is None:  # the index and the features are of one build
            raise LookupError(hit.id)
        start, end = FoldedText(hit.name).span(hit.start, hit.end)
        values = feature.properties
        return Row(
            id=hit.id,
            plan=values["plan"],
            title=values["name"],
            before=hit.name[:start],
            hit=hit.name[start:end],
            after=hit.name[end:],
            about={key: values[key] for key in ("kind", "theme", "layer", "certainty")}
            | {"name": hit.name, "bounds": feature.bounds},
        )

    def _passage(self, plan: str, span: Span) -> Row:
        start, end = span
        reading = self._readings[plan]
        clean = reading.clean
        return Row(
            id=f"{plan}:{start}-{end}",
            plan=plan,
            title="",
            before=clean[max(0, start - CONTEXT) : start].rpartition("\n")[2],
            hit=clean[start:end],
            after=clean[end : end + CONTEXT].partition("\n")[0],
            start=start,
            end=end,
            path=tuple((section["label"], section["inferred"]) for section in reading.path_at(start)),
        )


def _total(spans: _Spans) -> int:
    return sum(count for count, _ in spans.values())


def _in_turn(spans: _Spans, offset: int, limit: int) -> Iterator[tuple[str, Span]]:
    """The spans of a page, plan by plan in the order of the texts."""
    everything = ((plan, span) for plan, (_, own) in spans.items() for span in own)
    return islice(everything, offset, offset + limit)


def _spread(spans: _Spans, limit: int) -> Iterator[tuple[str, Span]]:
    """At most ``limit`` spans, as evenly from all plans as there are, in the order given."""
    quota, left = {}, limit
    for place, plan in enumerate(sorted(spans, key=lambda plan: spans[plan][0])):
        quota[plan] = min(spans[plan][0], left // (len(spans) - place))
        left -= quota[plan]
    for plan, (_, own) in spans.items():
        for span in islice(own, quota[plan]):
            yield plan, span
