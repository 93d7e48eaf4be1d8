"""What ground fits on what paper, at which round scale."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.exports.print.frame import (
    LARGEST_SCALE,
    Orientation,
    Paper,
    bar_metres,
    frame_for,
    paper_mm,
    round_scale,
)
from app.places.measure import to_metric


@given(
    lon=st.floats(116.8, 117.9),
    lat=st.floats(38.6, 40.0),
    width=st.floats(0, 0.4),
    height=st.floats(0, 0.4),
    paper=st.sampled_from(Paper),
    orientation=st.sampled_from(Orientation),
)
def test_the_window_holds_the_ground_at_the_stated_scale(
    *, lon: float, lat: float, width: float, height: float, paper: Paper, orientation: Orientation
) -> None:
    bounds = (lon, lat, lon + width, lat + height)
    frame = frame_for(bounds, paper=paper, orientation=orientation)
    west, south, east, north = frame.window
    window = shapely.box(*frame.window)
    assert window.covers(to_metric(shapely.Point(lon, lat)))
    assert window.covers(to_metric(shapely.Point(lon + width, lat + height)))
    _, _, map_width, map_height = frame.map_mm
    assert (east - west) / map_width * 1000 == pytest.approx(frame.scale)
    assert (north - south) / map_height * 1000 == pytest.approx(frame.scale)
    assert shapely.box(*frame.bounds).covers(shapely.box(*bounds))


@given(st.floats(1, 5e6))
def test_scales_are_round_and_no_larger_than_needed(denominator: float) -> None:
    scale = round_scale(denominator)
    assert scale >= denominator
    assert scale >= LARGEST_SCALE
    digits = str(scale).rstrip("0")
    assert digits in {"1", "15", "2", "25", "3", "4", "5", "6", "75"}
    assert scale <= max(LARGEST_SCALE, denominator * 1.5 + 1)


@given(st.integers(1_000, 5_000_000))
def test_the_scale_bar_is_one_two_or_five_and_fits(scale: int) -> None:
    metres = bar_metres(scale)
    assert str(metres).rstrip("0") in {"1", "2", "5"}
    assert 45 / 2.5 - 0.1 <= metres / scale * 1000 <= 45


def test_paper_is_iso_216() -> None:
    assert paper_mm(Paper.A4, Orientation.PORTRAIT) == (210.0, 297.0)
    assert paper_mm(Paper.A3, Orientation.LANDSCAPE) == (420.0, 297.0)
