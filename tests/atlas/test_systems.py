"""The systems of the atlas, as they are offered for choosing."""

from __future__ import annotations

from collections import Counter

from app.atlas.store import Atlas
from app.atlas.systems import SEVERAL, System, by_plan, systems


def test_every_system_is_counted_in_all_and_on_the_map(atlas: Atlas) -> None:
    named = [f for f in atlas if f.properties["system"]]
    assert {s.name: s.count for s in systems(atlas)} == Counter(f.properties["system"] for f in named)
    on_the_map = Counter(f.properties["system"] for f in named if f.geometry is not None)
    assert {s.name: s.located for s in systems(atlas) if s.located} == on_the_map


def test_a_name_of_two_plans_stands_apart_and_last(atlas: Atlas) -> None:
    groups = by_plan(systems(atlas))
    assert list(groups)[-1] == SEVERAL
    assert "三点开花、中间结果" in {system.name for system in groups[SEVERAL]}
    for plan, found in groups.items():
        for system in found:
            assert system.plans == (plan,) or (plan == SEVERAL and len(system.plans) > 1)


def test_groups_are_only_of_what_there_is() -> None:
    assert by_plan(()) == {}
    assert list(by_plan([System("a", ("p", "q"), 2, 2), System("b", ("q",), 3, 0)])) == ["q", SEVERAL]
