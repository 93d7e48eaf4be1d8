"""The overview map: the whole area as one small picture, under the rectangle of what the map shows.

Folium's MiniMap is a second Leaflet map that either follows the map's centre, and so shows no whole, or
stands still and then cannot be clicked. A picture made of land and borders of the offline backdrop is a few
kilobytes, needs no script to draw and serves every basemap, because the rectangle is put on it in WGS84.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from folium.template import Template
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from app.language import gettext as _
from app.maps.elements import PageElement

WIDTH: Final = 132.0  # CSS pixels; the height follows from the area
FINENESS: Final = 0.35  # pixels that a line may be off
SEA, LAND, SHORE, BORDER = "#cfe2ea", "#f1ede4", "#9fb4bc", "#8d8270"


@dataclass(frozen=True, slots=True)
class Frame:
    """The picture's area, in degrees of WGS84, on a Mercator sheet ``WIDTH`` pixels wide."""

    west: float
    south: float
    east: float
    north: float

    @property
    def height(self) -> float:
        """Of the picture, in pixels."""
        return float(round((_mercator(self.north) - _mercator(self.south)) * self._scale, 1))

    @property
    def _scale(self) -> float:
        return float(WIDTH / np.radians(self.east - self.west))

    def project(self, lonlat: np.ndarray) -> np.ndarray:
        """Pixels from the upper left corner, of an array of shape (n, 2) in degrees."""
        x = np.radians(lonlat[:, 0] - self.west) * self._scale
        y = (_mercator(self.north) - _mercator(lonlat[:, 1])) * self._scale
        return np.column_stack((x, y))


def _mercator(latitude: np.ndarray | float) -> np.ndarray:
    return np.asarray(np.arctanh(np.sin(np.radians(latitude))))


def overview_svg(frame: Frame, *, land: bytes, borders: bytes) -> bytes:
    """The picture, reproducibly.

    Parameters
    ----------
    land, borders
        Parts of the backdrop as GeoJSON; points among them are left out.
    """
    size = f'width="{WIDTH:g}" height="{frame.height:g}"'
    parts = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {WIDTH:g} {frame.height:g}">',
        f'<rect {size} fill="{SEA}"/>',
        f'<path d="{_path(frame, land)}" fill="{LAND}" stroke="{SHORE}" stroke-width=".7"/>',
        f'<path d="{_path(frame, borders)}" fill="none" stroke="{BORDER}" stroke-width=".8"/></svg>',
    )
    return "".join(parts).encode()


def _path(frame: Frame, collection: bytes) -> str:
    return "".join(_strokes(frame, (shape(row["geometry"]) for row in json.loads(collection)["features"])))


def _strokes(frame: Frame, shapes: Iterable[BaseGeometry]) -> Iterator[str]:
    drawn = shapely.transform(np.array([*shapes]), frame.project)
    simple = shapely.simplify(drawn, FINENESS)
    for part in shapely.get_parts(simple):
        polygon = part.geom_type == "Polygon"
        for line in (part.exterior, *part.interiors) if polygon else (part,):
            if line.geom_type in ("LineString", "LinearRing") and line.length > 2 * FINENESS:
                points = (f"{x:.1f} {y:.1f}" for x, y in line.coords)
                yield f"M{'L'.join(points)}{'z' if polygon else ''}"


class Overview(PageElement):
    """The picture in a corner of the map; clicked or dragged in, it moves the map. It can be folded away."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}{% autoescape true %}
        <div class="minimap" id="minimap" hidden>
          <div class="minimap-area" id="minimap-area"><img alt="{{ this.says }}" width="{{ this.width }}"
            height="{{ this.height }}" draggable="false"><i class="minimap-view"></i></div>
          <button type="button" class="minimap-fold" aria-expanded="false" aria-controls="minimap-area"
            aria-label="{{ this.title }}" title="{{ this.title }}">
            <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
            <path d="M2.500 2.500h15v15h-15zM9.500 9.500h5v5h-5z" fill="none"
            stroke="currentColor" stroke-width="1.600"/></svg></button>
        </div>
        {% endautoescape %}{% endmacro %}
        {% macro script(this, kwargs) %}
        atlas.minimap({{ this._parent.get_name() }}, {{ this.settings|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, frame: Frame, *, picture: str) -> None:
        super().__init__("minimap")
        self.width, self.height = f"{WIDTH:g}", f"{frame.height:g}"
        self.title, self.says = _("总览图"), _("天津全域，方框为当前视图")
        bounds = [frame.west, frame.south, frame.east, frame.north]
        self.settings = {"picture": picture, "bounds": bounds}
