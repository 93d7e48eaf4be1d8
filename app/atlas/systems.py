"""The systems (体系) that features belong to, such as 一区三片, counted for choosing among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.atlas.store import Atlas

MOST_FEATURES: Final = 50_000
"""In a larger atlas nothing is counted: the list to choose from would be too long to read as well."""


@dataclass(frozen=True, slots=True)
class System:
    """A name that features give as their system, in one plan or several.

    Parameters
    ----------
    plans
        Ids of the plans that have it, in the order of the atlas.
    count, located
        Its features, and those of them that are on the map.
    """

    name: str
    plans: tuple[str, ...]
    count: int
    located: int


SEVERAL: Final = ""
"""Stands for a plan where several plans use a name."""


@lru_cache(maxsize=4)
def systems(store: Atlas) -> tuple[System, ...]:
    """All systems of an atlas in the order of its features; none of an atlas that is too large."""
    if len(store) > MOST_FEATURES:
        return ()
    plans: dict[str, dict[str, None]] = defaultdict(dict)
    count: dict[str, int] = defaultdict(int)
    located: dict[str, int] = defaultdict(int)
    for feature in store:
        name = feature.properties["system"]
        if not name:
            continue
        plans[name][feature.properties["plan"]] = None
        count[name] += 1
        located[name] += feature.geometry is not None
    return tuple(System(name, tuple(plans[name]), count[name], located[name]) for name in plans)


def by_plan(found: Iterable[System]) -> dict[str, list[System]]:
    """Systems by the id of their plan, those of several plans last under :data:`SEVERAL`."""
    groups: dict[str, list[System]] = {}
    for system in sorted(found, key=lambda system: len(system.plans) > 1):
        groups.setdefault(system.plans[0] if len(system.plans) == 1 else SEVERAL, []).append(system)
    return groups
