"""The picture of the overview: small, true to the Mercator sheet, and the same each time."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from pytest import approx

from app.atlas.store import Atlas
from app.maps.overview import WIDTH, Frame, overview_svg
from app.maps.page import WHOLE

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def picture(atlas: Atlas) -> bytes:
    return overview_svg(WHOLE, land=atlas.backdrop("land"), borders=atlas.backdrop("districts"))


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


def test_a_degree_is_as_high_as_mercator_has_it():
    frame = Frame(117, 39, 118, 40)
    # sec of the middle latitude, nearly: 1 / cos 39.5°
    assert frame.height / WIDTH == approx(1.2960, abs=0.001)


def test_the_picture_holds_the_whole_area_and_little_else(picture: bytes):
    assert len(picture) < 16_000
    root = ET.fromstring(picture)
    assert root.get("viewBox") == f"0 0 {WIDTH:g} {WHOLE.height:g}"
    land, borders = (points(str(path.get("d"))) for path in root.iter(f"{SVG}path"))
    for line in (land, borders):
        assert min(x for x, _ in line) >= 0
        assert max(x for x, _ in line) <= WIDTH
        assert min(y for _, y in line) >= 0
        assert max(y for _, y in line) <= WHOLE.height
    # the city's own ends: 116.705 in the west, 40.252 in the north
    assert min(x for x, _ in borders) == approx((116.70464 - 116.7) / 1.4 * WIDTH, abs=0.4)
    assert min(y for _, y in borders) / WHOLE.height == approx(0.0275, abs=0.004)
    # the sea lies in the south-east: no land in that corner
    assert not [1 for x, y in land if x > 0.9 * WIDTH and y > 0.8 * WHOLE.height]


def test_the_same_reference_gives_the_same_picture(atlas: Atlas, picture: bytes):
    parts = {"land": atlas.backdrop("land"), "borders": atlas.backdrop("districts")}
    assert overview_svg(WHOLE, **parts) == picture
    assert b"style" not in picture
    assert b"<script" not in picture
