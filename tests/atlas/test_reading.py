"""Reading: nothing of a text is lost or changed by what is laid over it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.atlas.inputs import Inputs
from app.atlas.layers import load_layers
from app.atlas.query import Query
from app.atlas.reading import CELL, Block, Reading
from app.atlas.store import Atlas
from app.plans.document import read_plan

PLANS = ("heping-13", "heping-14", "heping-2021", "hedong-14", "binhai-14")


@pytest.fixture(scope="module")
def readings(atlas: Atlas) -> dict[str, Reading]:
    return {
        plan: Reading(
            atlas.document(f"text/{plan}"), [f.properties for f in atlas if f.properties["plan"] == plan]
        )
        for plan in PLANS
    }


def joined(block: Block) -> str:
    return "".join(piece.text for piece in block.pieces)


@pytest.mark.parametrize("plan", PLANS)
def test_the_page_shows_all_the_text_in_its_order(readings: dict[str, Reading], plan: str) -> None:
    reading = readings[plan]
    shown = "".join("".join(joined(block).split()) for block in reading.blocks())
    assert shown == "".join(reading.clean.split())


@pytest.mark.parametrize("plan", PLANS)
def test_the_atlas_holds_the_text_that_the_file_gives(
    readings: dict[str, Reading], inputs: Inputs, plan: str
) -> None:
    folder = next(f for f in load_layers(inputs.layers, inputs.texts) if f.record.id == plan)
    text = read_plan(folder.record)
    assert readings[plan].clean == text.clean
    assert readings[plan].raw == text.raw == folder.record.text.read_text(encoding="utf-8")


@pytest.mark.parametrize("plan", PLANS)
def test_every_mention_of_every_feature_is_a_link_in_the_text(
    readings: dict[str, Reading], atlas: Atlas, plan: str
) -> None:
    linked: dict[str, str] = {}
    for block in readings[plan].blocks():
        for piece in block.pieces:
            for name in piece.features:
                linked[name] = linked.get(name, "") + piece.text
    for feature in atlas.query(Query(plan=plan)).items:
        mentioned = {
            passage["exact"][start - passage["start"] : end - passage["start"]]
            for passage in feature.properties["passages"]
            for start, end in passage["mentions"]
        }
        for words in mentioned:
            assert "".join(words.split()) in "".join(linked[feature.id].split()), feature.id


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_pieces_joined_are_the_slice_whatever_is_quoted(
    readings: dict[str, Reading], data: st.DataObject
) -> None:
    reading = readings[data.draw(st.sampled_from(PLANS))]
    length = len(reading.clean)
    start = data.draw(st.integers(0, length - 1))
    end = data.draw(st.integers(start + 1, min(length, start + 400)))
    a = data.draw(st.integers(0, length - 1))
    quoted = (a, data.draw(st.integers(a + 1, length)))
    pieces = list(reading.pieces(start, end, quoted))
    assert "".join(piece.text for piece in pieces) == reading.clean[start:end]
    marked = "".join(piece.text for piece in pieces if piece.quoted)
    assert marked == reading.clean[max(start, a) : max(start, a, min(end, quoted[1]))]


def test_lost_headings_are_shown_as_inferred_and_cells_as_cells(readings: dict[str, Reading]) -> None:
    blocks = list(readings["binhai-14"].blocks())
    inferred = [block for block in blocks if block.inferred]
    assert len(inferred) >= 47
    assert all(not block.pieces for block in inferred)  # never the plan's words
    assert sum(block.level == CELL for block in blocks) > 100


def test_short_ids_are_unique_and_lead_back(readings: dict[str, Reading]) -> None:
    for reading in readings.values():
        shorts = {reading.short_of(span): span for span in reading.passages}
        assert len(shorts) == len(reading.passages)
        for short, span in shorts.items():
            assert reading.passage_of(short) == span
    assert readings["heping-13"].passage_of("0000000000") is None


def test_target_numbers_are_marked(readings: dict[str, Reading]) -> None:
    numbers = {
        piece.text for block in readings["heping-13"].blocks() for piece in block.pieces if piece.target
    }
    assert any("12栋" in number for number in numbers)
    assert not any("1.49平方公里" in number for number in numbers)  # a size, no aim
