"""Numbers of the plans that multiply out: a year's target against a total, a growth against a level.

Which numbers belong together is an editor's judgement kept in ``layers/sums.yaml``, quoted word for word;
the arithmetic is done here and nowhere else. Nothing is added up that the plans do not add up themselves:
a product says what a pace amounts to, it is no total of the plans.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.atlas.quotes import check_keys, place_of_quote
from app.atlas.yamlfile import Lined, read_yaml
from app.errors import InputFileError
from app.plans.document import PlanText
from app.plans.model import Quantity, Target
from app.plans.quantities import find_quantities

FILE = "sums.yaml"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A number of a plan, with the words that state it."""

    plan: str
    quote: str
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Pace:
    """A year's target, and the total that as many years are to reach."""

    annual: Quoted
    total: Quoted
    years: int
    note: str

    @property
    def product(self) -> float:
        """What the year's number amounts to if every year brings as much, in its unit."""
        return self.annual.quantity.value * self.years


@dataclass(frozen=True, slots=True)
class Growth:
    """A level of a past year, a yearly growth in percent, and the level that it is to reach."""

    base: Quoted
    growth: Quoted
    level: Quoted
    years: int
    note: str

    @property
    def product(self) -> float:
        """The level that the growth leads to, in the unit of the base."""
        return float(self.base.quantity.value * (1 + self.growth.quantity.value / 100) ** self.years)


@dataclass(frozen=True, slots=True)
class Sums:
    """What the editor's file puts together."""

    paces: tuple[Pace, ...]
    growths: tuple[Growth, ...]


def read_sums(layers: Path, texts: Mapping[str, PlanText], targets: Mapping[str, Sequence[Target]]) -> Sums:
    """Read the editor's file.

    Raises
    ------
    InputFileError
        If a quotation does not stand once in the prose of its plan, does not hold exactly one number, or
        one that should be a target is none; if units differ; if the number of years is no whole number.
    """
    path = layers / FILE
    data = read_yaml(path)
    reader = _Reader(path, texts, targets)
    return Sums(
        tuple(reader.pace(entry) for entry in data.get("paces") or ()),
        tuple(reader.growth(entry) for entry in data.get("growths") or ()),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    texts: Mapping[str, PlanText]
    targets: Mapping[str, Sequence[Target]]

    def pace(self, entry: Lined) -> Pace:
        check_keys(entry, self.path, needed=("annual", "total", "years"), optional=("note",))
        annual, total = self.target(entry["annual"]), self.target(entry["total"])
        self.alike(annual, total, entry)
        return Pace(annual, total, self.years(entry), entry.get("note", ""))

    def growth(self, entry: Lined) -> Growth:
        check_keys(entry, self.path, needed=("base", "growth", "level", "years"), optional=("note",))
        base, level = self.number(entry["base"]), self.target(entry["level"])
        self.alike(base, level, entry)
        return Growth(base, self.target(entry["growth"]), level, self.years(entry), entry.get("note", ""))

    def years(self, entry: Lined) -> int:
        years = entry["years"]
        if not isinstance(years, int) or not 0 < years <= 15:
            raise InputFileError(self.path, f"years: {years!r} is no number from 1 to 15", line=entry.line)
        return years

    def alike(self, one: Quoted, other: Quoted, entry: Lined) -> None:
        if one.quantity.unit != other.quantity.unit:
            reason = f"{one.quantity.raw} and {other.quantity.raw} have different units"
            raise InputFileError(self.path, reason, line=entry.line)

    def number(self, entry: Any) -> Quoted:
        """Read the one number of a quotation."""
        check_keys(entry, self.path, needed=("plan", "quote"))
        plan, quote = entry["plan"], entry["quote"]
        if plan not in self.texts:
            raise InputFileError(self.path, f"there is no plan {plan!r}", line=entry.line)
        text = self.texts[plan]
        start, end = place_of_quote(quote, text, self.path, entry.line)
        return Quoted(plan, quote, self.only(find_quantities(text.clean, start, end), entry))

    def target(self, entry: Any) -> Quoted:
        """Read the one target of a quotation, bound as its whole clause binds it."""
        quoted = self.number(entry)
        aims = {target.quantity.start: target.quantity for target in self.targets[quoted.plan]}
        if quoted.quantity.start not in aims:
            raise InputFileError(self.path, f"{quoted.quote!r} holds no target", line=entry.line)
        return replace(quoted, quantity=aims[quoted.quantity.start])

    def only(self, found: Sequence[Quantity], entry: Lined) -> Quantity:
        if len(found) != 1:
            reason = f"{entry['quote']!r} holds {len(found)} numbers, not one"
            raise InputFileError(self.path, reason, line=entry.line)
        return found[0]
