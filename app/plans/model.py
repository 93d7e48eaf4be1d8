"""The values of the plan room: records, sections, passages, quantities, targets.

All offsets are half-open spans ``[start, end)`` counted in Unicode code points of the *clean* text
of a plan (see :mod:`app.plans.document`), as the W3C TextPositionSelector counts them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """What ``layers/<plan>/plan.yaml`` says about a plan text."""

    id: str
    title: str
    short_title: str
    title_en: str
    short_title_en: str
    district: str
    district_code: str
    period: str
    start_year: int
    end_year: int
    outlook_year: int | None
    issuer: str | None
    document_number: str | None
    issued: str | None
    text: Path
    sha256: str


class SectionKind(StrEnum):
    """How a section is marked in the text."""

    FRONT = "front"  # what stands before the first heading
    CHAPTER = "chapter"  # 第一章, or 一、 in a report without chapters
    SECTION = "section"  # 第一节, or 一、
    SUBSECTION = "subsection"  # （一）
    BOX = "box"  # 专栏
    RUN_IN = "run-in"  # "南京路商务商贸带。沿线总长…": a title that opens its paragraph
    BLOCK = "block"  # an un-numbered line ending in ":" that names what follows
    NOTES = "notes"  # 注释 / 附注
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Section:
    """A node of a plan's outline; ``start`` is where its heading starts, ``body_start`` its body."""

    id: str
    kind: SectionKind
    level: int
    number: str
    title: str
    inferred: bool
    start: int
    body_start: int
    end: int
    parent: str | None

    @property
    def label(self) -> str:
        """Number and title as one line for people."""
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the clean text and the innermost section that holds it."""

    start: int
    end: int
    section: str


@dataclass(frozen=True, slots=True)
class NameRule:
    """One name under which a feature is looked for in its plan's text.

    ``owner`` is the feature id, or ``None`` for a decoy: a longer name that must swallow the shorter
    one inside it (``河东`` in ``海河东岸``) without being linked to anything. The conditions decide
    between homonyms: ``near``/``not_near`` look at the sentence, ``sections`` at the labels of the
    sections that hold the mention (any label that contains the string).
    """

    text: str
    owner: str | None
    near: tuple[str, ...] = ()
    not_near: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    not_sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a name stands in the clean text."""

    start: int
    end: int
    text: str
    owner: str


class PassageRole(StrEnum):
    """Why a passage belongs to a feature."""

    BLOCK = "block"  # the section or paragraph is headed by the feature's name
    SENTENCE = "sentence"  # the sentence names the feature


@dataclass(frozen=True, slots=True)
class Passage:
    """A quoted span of a plan: TextPosition and TextQuote selectors, and where it stands.

    ``path`` is the outline from chapter to innermost section as ``(section id, label, inferred)``.
    ``mentions`` are the spans (absolute offsets) at which the feature's names stand inside it.
    """

    plan: str
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    role: PassageRole
    path: tuple[tuple[str, str, bool], ...]
    mentions: tuple[tuple[int, int], ...] = ()

    @property
    def id(self) -> str:
        """``<plan>:<start>-<end>``."""
        return f"{self.plan}:{self.start}-{self.end}"


class Comparator(StrEnum):
    """How a quantity is bound, as the text words it."""

    EQUAL = "="
    AT_LEAST = "≥"
    AT_MOST = "≤"
    MORE = ">"
    LESS = "<"
    ABOUT = "≈"
    STRIVE = "力争"
    RANGE = "range"


class Basis(StrEnum):
    """What span of time a value covers."""

    AT_END = "at-end"  # the state at the end of a year
    ANNUAL = "annual"  # in each year
    ANNUAL_MEAN = "annual-mean"  # 年均
    CUMULATIVE = "cumulative"  # 累计, 五年累计


class Change(StrEnum):
    """How a quantity relates to an earlier one, where it is no level of its own."""

    INCREASE = "increase"  # 增长8.5%
    DECREASE = "decrease"  # 下降25%
    MULTIPLE = "multiple"  # 翻一番


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit as found in the clean text.

    ``value`` and ``upper`` are in ``unit`` with 万/亿 resolved (``1.5万人`` is 15000 人), ``scale`` is what
    ``value`` was multiplied by; ``raw`` is the text as it stands, ``doubt`` says why the reading may be wrong
    (a lost character).
    """

    start: int
    end: int
    raw: str
    value: float
    upper: float | None
    unit: str
    comparator: Comparator
    doubt: str = ""
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Target:
    """A quantity that a plan aims at, with the clause that states it.

    ``year`` is the target year; ``year_stated`` is False where it is inherited from the plan period.
    ``basis`` is the span of time that the words give the value, ``change`` says that it is a growth, a fall
    or a multiple, ``base`` are the words for what it is measured from, ``base_year`` the year they name and
    ``base_value`` the number they give, in the target's unit. ``strive`` says that the clause words it as
    力争 (the comparator may then still be a bound), ``each`` are the words that say of what each one it
    holds (每所中小学校, 人均), ``body`` is the span of the body that the clause says does the work. All are
    empty where the words say nothing.
    """

    plan: str
    start: int
    end: int
    text: str
    indicator: str
    quantity: Quantity
    year: int | None
    year_stated: bool
    basis: Basis | None = None
    change: Change | None = None
    base: str = ""
    base_year: int | None = None
    base_value: float | None = None
    strive: bool = False
    each: str = ""
    body: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class StatedSize:
    """An area (km²) or length (km) that a plan states for a feature."""

    kind: str  # "area" or "length"
    value: float
    raw: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LinkedText:
    """Everything a plan says about one feature."""

    passages: tuple[Passage, ...] = ()
    targets: tuple[Target, ...] = ()
    sizes: tuple[StatedSize, ...] = field(default=())
