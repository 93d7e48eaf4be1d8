"""The five real texts, read once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from app.atlas.layers import load_layers
from app.atlas.model import PlanFolder
from app.atlas.placewords import load_place_words
from app.plans.document import PlanText, parse_plan, read_plan
from app.plans.model import NameRule, Passage, PlanRecord
from app.plans.passages import link_text
from app.settings import load_settings

TEXTS = Path(__file__).resolve().parents[2] / "geodata" / "plans"
PERIODS = {
    "heping-13": (2016, 2020),
    "heping-14": (2021, 2025),
    "heping-2021": (2021, 2021),
    "hedong-14": (2021, 2025),
    "binhai-14": (2021, 2025),
}


def record(plan_id: str, *, text: Path | None = None) -> PlanRecord:
    path = text or TEXTS / f"{plan_id}.txt"
    start, end = PERIODS[plan_id]
    return PlanRecord(
        id=plan_id,
        title=plan_id,
        short_title=plan_id,
        title_en=plan_id,
        short_title_en=plan_id,
        district="",
        district_code="",
        period=f"{start}-{end}",
        start_year=start,
        end_year=end,
        outlook_year=None,
        issuer="",
        document_number=None,
        issued=None,
        text=path,
        sha256=hashlib.sha256((TEXTS / f"{plan_id}.txt").read_bytes()).hexdigest(),
    )


def raw_lines(plan_id: str, first: int, last: int) -> str:
    """Cut lines of a real file, 1-based, line feeds as they stand."""
    lines = (TEXTS / f"{plan_id}.txt").read_bytes().decode().split("\n")
    return "\n".join(lines[first - 1 : last])


def excerpt(plan_id: str, first: int, last: int) -> PlanText:
    """Read an excerpt of a real text as if it were the whole."""
    return parse_plan(record(plan_id), raw_lines(plan_id, first, last))


def named(*names: str) -> list[NameRule]:
    """Rules whose owner is called as the name."""
    return [NameRule(name, name) for name in names]


@pytest.fixture(scope="session")
def plan() -> Callable[[str], PlanText]:
    read: dict[str, PlanText] = {}

    def get(plan_id: str) -> PlanText:
        if plan_id not in read:
            read[plan_id] = read_plan(record(plan_id))
        return read[plan_id]

    return get


@pytest.fixture(params=sorted(PERIODS))
def any_plan(request: pytest.FixtureRequest, plan: Callable[[str], PlanText]) -> PlanText:
    return plan(request.param)


@pytest.fixture(scope="session")
def folders() -> dict[str, PlanFolder]:
    """The layer files of each plan."""
    config = load_settings({})
    return {folder.record.id: folder for folder in load_layers(config["LAYERS_DIR"], config["TEXTS_DIR"])}


@pytest.fixture(scope="session")
def names(folders: dict[str, PlanFolder]) -> frozenset[str]:
    """Names of all features, and what looks like a place in the texts, as the command passes them."""
    net = load_place_words(load_settings({})["LAYERS_DIR"])
    texts = [read_plan(folder.record).clean for folder in folders.values()]
    found = {text[a:b] for text in texts for a, b in net.find(text, 0, len(text))}
    return frozenset(found | {r.text for f in folders.values() for e in f.entries for r in e.names})


@pytest.fixture(scope="session")
def quoted(folders: dict[str, PlanFolder]) -> Callable[[str], list[Passage]]:
    """All passages of a plan, one for each feature."""
    linked: dict[str, list[Passage]] = {}

    def get(plan_id: str) -> list[Passage]:
        if plan_id not in linked:
            folder = folders[plan_id]
            rules = [rule for entry in folder.entries for rule in entry.names]
            rules += [NameRule(decoy, None) for decoy in folder.decoys]
            by_owner = link_text(read_plan(folder.record), rules).values()
            linked[plan_id] = [passage for text in by_owner for passage in text.passages]
        return linked[plan_id]

    return get
