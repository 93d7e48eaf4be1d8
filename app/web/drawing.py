"""What the pages' maps draw of a feature: its shape or a symbol for it, its name, and what filters go by.

Texts, targets and evidence are not here: they come with the panel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import shapely

from app.atlas.pinyin import spelled
from app.exports.table import label_point
from app.language import CHINESE

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from app.atlas.features import StoredFeature

SPOTS: Final = frozenset(
    (
        "building",
        "mall",
        "facility",
        "project",
        "parcel",
        "station",
        "cultural",
        "heritage",
        "square",
        "scenic",
    )
)
"""Kinds that stand on a spot. Where only the area around such a place is known, and where a plan mentions
a place in passing, the map shows a symbol, and the area (``extent``) when it is chosen: a school drawn as
large as its town would hide all others."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A feature on the map, WGS84.

    Parameters
    ----------
    geometry
        What is drawn.
    extent
        What is shown when the feature is chosen, where that is more.
    label
        Longitude and latitude of the name.
    properties
        Plain JSON values; ``size`` is the area of the feature's geometry in square degrees.
    """

    geometry: BaseGeometry
    extent: BaseGeometry | None
    label: tuple[float, float]
    properties: dict[str, Any]


def drawn_feature(feature: StoredFeature, language: str) -> Drawn | None:
    """What is drawn of a feature; None of one without a place. Out of Chinese its name is spelled too."""
    geometry = feature.geometry
    if geometry is None or geometry.is_empty:
        return None
    said = feature.properties
    lon, lat = (round(value, 6) for value in label_point(geometry))
    properties = {
        "id": feature.id,
        "name": said["name"],
        "theme": said["theme"],
        "certainty": said["certainty"],
        "method": said["method"],
        "level": said["level"],
        "kind": said["kind"],
        "status": said["status"],
        "district": said["district"],
        "system": said["system"],
        "due": sorted({target["year"] for target in said["targets"] if target["year"]}),
        "size": round(float(geometry.area), 9),
    }
    if language != CHINESE:
        properties["pinyin"] = spelled(said["name"])
    slight = said["kind"] in SPOTS or said["level"] == "mention"
    if said["certainty"] == "indicative" and slight:
        return Drawn(shapely.Point(lon, lat), geometry, (lon, lat), properties)
    return Drawn(geometry, None, (lon, lat), properties)
