"""How names are spelled for readers of English, and that a built atlas has it ready."""

from __future__ import annotations

import pytest

from app.atlas.pinyin import named, sounded, spelled
from app.atlas.store import Atlas
from app.language import speaking


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("和平路", "Hé píng lù"),
        ("重庆道", "Chóng qìng dào"),
        ("大沽北路", "Dà gū běi lù"),
        ("长江道", "Cháng jiāng dào"),
        ("地铁4号线（一期）", "Dì tiě 4 hào xiàn (yī qī)"),
        ("“六区联动”", "Liù qū lián dòng"),
        ("河东CBD", "Hé dōng CBD"),
        ("SOHO", "SOHO"),
        ("", ""),
    ],
)
def test_names_are_spelled_by_syllables_with_tones(name: str, expected: str):
    assert spelled(name) == expected


def test_only_who_does_not_read_chinese_is_told(atlas: Atlas):
    assert sounded("和平路") == ""
    assert named("和平路") == "和平路"
    with speaking("en"):
        assert named("和平路") == "和平路 (Hé píng lù)"
        assert named("SOHO") == "SOHO", "it sounds as it is written"


def test_an_atlas_has_what_its_places_are_called(atlas: Atlas):
    ready = atlas.document("spellings")
    for feature in atlas:
        p = feature.properties
        for name in filter(None, (p["name"], *p["aliases"], p["district"], p["system"])):
            assert ready[name], feature.id
            assert spelled(name) == ready[name]
    assert ready["五大道"] == "Wǔ dà dào"
