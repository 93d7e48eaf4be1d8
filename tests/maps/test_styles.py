"""What the map's script gets of the styles."""

from __future__ import annotations

import json

from app.atlas.styles import Marker, read_styles
from app.maps.styles import MARKER_PATHS, style_options
from app.settings import ROOT


def test_every_marker_has_a_path():
    assert set(MARKER_PATHS) == set(Marker)


def test_the_script_gets_every_theme_certainty_and_level_as_json():
    book = read_styles(ROOT / "styles")
    options = json.loads(json.dumps(style_options(book)))
    assert {key: set(options[key]) for key in options} == {
        "themes": set(book.themes),
        "certainties": set(book.certainties),
        "levels": set(book.levels),
    }
    zones = options["themes"]["zones"]
    assert zones["path"] == MARKER_PATHS[book.themes["zones"].marker]
    assert zones["line_weight"] == zones["weight"] + 1
    assert [options["certainties"][key]["dotted"] for key in ("located", "approximate", "indicative")] == [
        False,
        False,
        True,
    ]
