"""A feature's targets as its panel and page show them: with the base they start from and what became of them.

A base is drawn beside a target only where a plan gives both as numbers of the same kind: in the target's own
clause, or in the row of the indicator table that states the same target. What became of a target is what
``layers/results.yaml`` holds of it; nothing is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from app.web.access import by_id
from app.web.indicators import Chart, chart, top_value

if TYPE_CHECKING:
    from app.atlas.store import Atlas


@dataclass(frozen=True, slots=True)
class Comparison:
    """Base and target as they are written, with their years, and the bars that compare them."""

    base: str
    base_year: int
    target: str
    target_year: int
    bars: Chart
    row: Mapping[str, Any] | None
    """The row of the indicator table that gives both; None where the target's own clause does."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A target; what it is compared with, and the results reported of it, as far as there are any."""

    target: Mapping[str, Any]
    comparison: Comparison | None
    results: tuple[Mapping[str, Any], ...]


def aims(store: Atlas, properties: Mapping[str, Any]) -> list[Aim]:
    """The targets of a feature, in the order of its properties."""
    ledger, results = _known(store)
    return [
        Aim(
            target,
            _of_itself(target) or _of_the_table(store, ledger.get(target["id"])),
            results.get(target["id"], ()),
        )
        for target in properties["targets"]
    ]


@lru_cache(maxsize=2)
def _known(
    store: Atlas,
) -> tuple[dict[str, Mapping[str, Any]], dict[str, tuple[Mapping[str, Any], ...]]]:
    results: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for row in store.results:
        results[row["target"]] = (*results.get(row["target"], ()), row)
    return by_id(store.targets), results


def _of_itself(target: Mapping[str, Any]) -> Comparison | None:
    base, value, unit = target["base_value"], target["value"], target["unit"] or ""
    if base is None or value is None or target["change"] or not target["base_year"]:
        return None
    row = {
        "base_value": base,
        "target_value": value,
        # the clause says how the target is counted, and the base in it is counted alike
        "base_basis": target["basis"],
        "target_basis": target["basis"],
    }
    bars = chart(row, top_value([row]))
    if bars is None:
        return None
    return Comparison(f"{base:g}{unit}", target["base_year"], target["raw"], target["year"], bars, None)


def _of_the_table(store: Atlas, ledger_row: Mapping[str, Any] | None) -> Comparison | None:
    if ledger_row is None or not ledger_row["indicator_row"]:
        return None
    row = by_id(store.indicators)[ledger_row["indicator_row"]]
    bars = chart(row, top_value([row]))
    if bars is None:
        return None
    return Comparison(
        f"{row['base_raw']} {row['unit']}",
        row["base_year"],
        f"{row['target_raw']} {row['unit']}",
        row["target_year"],
        bars,
        row,
    )
