"""Maps as pieces of a page: head, body and script, ready for a template.

The figure is Folium's; its addresses are our own. The web room puts the pieces into its page and
gives the script its nonce.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from branca.element import Figure, Link

from app.atlas.styles import StyleBook
from app.atlas.systems import System
from app.atlas.tilearchive import BACKDROP_ZOOMS
from app.maps.assets import local_name
from app.maps.basemaps import Basemap, reference_credit
from app.maps.elements import BasemapSwitch, Patterns, PlanMap, ScriptElement
from app.maps.legend import Legend
from app.maps.overview import Frame, Overview
from app.maps.styles import style_options
from app.maps.timebar import TimeBar
from app.maps.tools import Tools
from app.maps.tree import LayerTree

CENTRE = (39.118, 117.215)  # 和平 and 河东 fill the first view; 滨海 is a layer away
ZOOM = 13
FIRST_VIEW = (390, 760)  # pixels: the map on a phone; a desk shows as much and more
TILE_PIXELS = 512  # side of a vector tile on the map
WEST, SOUTH, EAST, NORTH = 116.6, 38.4, 118.2, 40.35  # the reference ends here; beyond, nothing is known
WHOLE = Frame(116.7, 38.5, 118.1, 40.3)  # land and sea are known in all of it; Tianjin lies inside


@dataclass(frozen=True, slots=True)
class Urls:
    """Addresses that the page uses. Templates hold ``{id}``, those of tiles ``{z}``, ``{x}``, ``{y}``.

    ``assets`` is what stands before an asset name of :mod:`app.maps.assets`; ``together`` answers for several
    layers, its ``{id}`` their ids with commas between.
    """

    assets: str
    layer: str
    together: str
    panel: str
    search: str
    backdrop: str
    here: str
    prints: str
    embed: str
    code: str
    targets: str
    overview: str
    tiles: str
    feature: str
    counts: str
    listing: str


@dataclass(frozen=True, slots=True)
class TiledLayers:
    """Ids of the layers that the map draws from vector tiles, and the zooms of these."""

    ids: tuple[str, ...]
    zooms: tuple[int, int]

    def options(self, urls: Urls) -> dict[str, Any]:
        """What the script is told of them: where the tiles are, and each feature by itself."""
        return {
            "ids": list(self.ids),
            "url": urls.tiles,
            "feature": urls.feature,
            "zooms": list(self.zooms),
            "box": [WEST, SOUTH, EAST, NORTH],
        }


NOT_TILED = TiledLayers((), (0, 0))


@dataclass(frozen=True, slots=True)
class MapParts:
    """Markup for the head and the body, and the script that starts the map (an ES module's body).

    ``data`` are the addresses that the script asks for first, so that a page can name them beforehand.
    """

    head: str
    body: str
    script: str
    data: tuple[str, ...] = ()


class OfflineFigure(Figure):
    """A Folium figure whose links point to our own host, whichever class put them there."""

    def __init__(self, assets: str) -> None:
        super().__init__()
        self._assets = assets

    def parts(self) -> MapParts:
        """Render the tree.

        Raises
        ------
        AssetError
            A script or style sheet is wanted that no installed package carries.
        """
        for child in self._children.values():
            child.render()
        del self.header._children["meta_http"]  # our template has its own
        # after rendering: plugins and colour scales add their links only now
        for link in self.header._children.values():
            if isinstance(link, Link):
                link.url = self._assets + local_name(link.url)
        # a module waits for the whole page, so Leaflet need not stop the page from being read
        head = self.header.render().replace("<script src=", "<script defer src=")
        return MapParts(head, self.html.render(), self.script.render())


def _start(
    *, urls: Urls, name: str, location: tuple[float, float], zoom: int, **options: Any
) -> tuple[OfflineFigure, PlanMap]:
    figure = OfflineFigure(urls.assets)
    plan_map = PlanMap(
        name=name,
        location=location,
        zoom=zoom,
        zoom_control=False,
        min_zoom=9,
        max_zoom=19,
        max_bounds=True,
        min_lon=WEST,
        min_lat=SOUTH,
        max_lon=EAST,
        max_lat=NORTH,
        attribution_control=False,
        **options,
    )
    figure.add_child(plan_map)
    return figure, plan_map


def _backdrop(urls: Urls) -> ScriptElement:
    """The offline backdrop alone, for maps without a basemap switch."""
    return ScriptElement("backdrop", {"tiles": _tiles(urls), "credit": str(reference_credit())})


def _tiles(urls: Urls) -> dict[str, Any]:
    """Where the backdrop's tiles are, in which zooms and within which box they stand."""
    least, most = BACKDROP_ZOOMS
    return {"url": urls.backdrop, "zooms": [least, most], "box": [WEST, SOUTH, EAST, NORTH]}


def _first_tiles(urls: Urls) -> list[str]:
    """Addresses of the tiles that the first view shows in its middle, each :data:`TILE_PIXELS` wide."""
    (lat, lon), (width, height) = CENTRE, FIRST_VIEW
    zoom = ZOOM - int(math.log2(TILE_PIXELS / 256))
    x = (lon + 180) / 360 * 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom
    half_x, half_y = width / 2 / TILE_PIXELS, height / 2 / TILE_PIXELS
    return [
        urls.backdrop.replace("{z}", str(zoom)).replace("{x}", str(column)).replace("{y}", str(row))
        for row in range(int(y - half_y), int(y + half_y) + 1)
        for column in range(int(x - half_x), int(x + half_x) + 1)
    ]


def map_page(
    *,
    plans: Sequence[Mapping[str, Any]],
    themes: Sequence[Mapping[str, Any]],
    layers: Sequence[Mapping[str, Any]],
    book: StyleBook,
    choices: Sequence[Basemap],
    urls: Urls,
    systems: Sequence[System] = (),
    tiled: TiledLayers = NOT_TILED,
    due: Mapping[int, int] = MappingProxyType({}),
) -> MapParts:
    """The whole map: layer tree, legend, search, basemap switch, feature panel.

    Parameters
    ----------
    plans, themes, layers
        Rows of the atlas (see its store). The newest plan of each district is shown with those
        themes that say so.
    systems
        Those that the map can be narrowed to.
    tiled
        The layers too large to be sent whole.
    due
        How many targets are due in a year, for the years that have any.
    """
    newest: dict[str, tuple[int, str]] = {}
    for plan in plans:
        rank = (int(plan["end_year"]), str(plan["id"]))
        newest[str(plan["district"])] = max(rank, newest.get(str(plan["district"]), rank))
    used = {layer["theme"] for layer in layers}
    figure, plan_map = _start(urls=urls, name="atlas", location=CENTRE, zoom=ZOOM)
    plan_map.add_child(Patterns(book))
    tree = LayerTree(
        plans=plans,
        themes=themes,
        layers=layers,
        book=book,
        shown_plans=frozenset(plan for _, plan in newest.values()),
        shown_themes=frozenset(str(theme["id"]) for theme in themes if theme.get("shown")),
    )
    plan_map.add_child(tree)
    plan_map.add_child(
        Legend(
            plans=plans,
            themes=[theme for theme in themes if theme["id"] in used],
            systems=systems,
            book=book,
            listing=urls.listing,
        )
    )
    plan_map.add_child(BasemapSwitch(choices, tiles=_tiles(urls)))
    plan_map.add_child(
        ScriptElement(
            "planLayers",
            {
                "url": urls.layer,
                "together": urls.together,
                "counts": urls.counts,
                "list": urls.listing,
                "tiled": tiled.options(urls),
                "styles": style_options(book),
            },
        )
    )
    plan_map.add_child(ScriptElement("panel", {"url": urls.panel}))
    plan_map.add_child(
        ScriptElement(
            "search", {"url": urls.search, "plans": {str(plan["id"]): plan["short_title"] for plan in plans}}
        )
    )
    plan_map.add_child(
        Tools(here=urls.here, prints=urls.prints, embed=urls.embed, code=urls.code, assets=urls.assets)
    )
    plan_map.add_child(TimeBar(plans, due=due, targets=urls.targets))
    plan_map.add_child(Overview(WHOLE, picture=urls.overview))
    plan_map.add_child(ScriptElement("position", {}))
    plan_map.add_child(ScriptElement("view", {}))
    shown = [str(row["id"]) for plan in tree.plans for row in plan["layers"] if row["shown"]]
    first = _first_tiles(urls)
    whole = [name for name in shown if name not in tiled.ids]
    if len(whole) > 1:
        first.append(urls.together.replace("{id}", quote(",".join(whole), safe="")))
    return replace(figure.parts(), data=tuple(first))


def feature_map(
    *, layer: str, feature: str, bounds: tuple[float, float, float, float], book: StyleBook, urls: Urls
) -> MapParts:
    """A small map of one feature on the offline backdrop, its layer around it."""
    west, south, east, north = bounds
    figure, plan_map = _start(
        urls=urls, name="feature", location=((south + north) / 2, (west + east) / 2), zoom=14
    )
    plan_map.add_child(Patterns(book))
    plan_map.add_child(_backdrop(urls))
    plan_map.add_child(
        ScriptElement(
            "featureLayer",
            {
                "url": urls.layer,
                "styles": style_options(book),
                "layer": layer,
                "feature": feature,
                "bounds": list(bounds),
            },
        )
    )
    return figure.parts()


def ground_map(
    *,
    ground: Mapping[str, Any],
    url: str,
    bounds: tuple[float, float, float, float],
    book: StyleBook,
    urls: Urls,
) -> MapParts:
    """The map of a question about ground: the ground itself, and the features that answer.

    Parameters
    ----------
    ground
        GeoJSON geometry, WGS84.
    url
        Where the features that answer are to be had as GeoJSON.
    bounds
        West, south, east, north of the ground.
    """
    west, south, east, north = bounds
    figure, plan_map = _start(
        urls=urls, name="ground", location=((south + north) / 2, (west + east) / 2), zoom=15
    )
    plan_map.add_child(Patterns(book))
    plan_map.add_child(_backdrop(urls))
    options = {"url": url, "styles": style_options(book), "ground": ground, "bounds": list(bounds)}
    plan_map.add_child(ScriptElement("groundMap", options))
    return figure.parts()


def reader_map(
    *, layers: Sequence[str], bounds: tuple[float, float, float, float], book: StyleBook, urls: Urls
) -> MapParts:
    """The map beside a plan's text: it lights the places of what is being read.

    Parameters
    ----------
    layers
        Ids of the plan's layers.
    bounds
        West, south, east, north of all of them.
    """
    west, south, east, north = bounds
    figure, plan_map = _start(
        urls=urls, name="reader", location=((south + north) / 2, (west + east) / 2), zoom=11
    )
    plan_map.add_child(Patterns(book))
    plan_map.add_child(_backdrop(urls))
    options = {
        "url": urls.layer,
        "styles": style_options(book),
        "layers": list(layers),
        "bounds": list(bounds),
    }
    plan_map.add_child(ScriptElement("reader", options))
    return figure.parts()


def compare_maps(
    *,
    sides: Sequence[Sequence[str]],
    themes: Sequence[str],
    bounds: tuple[float, float, float, float],
    lines: str,
    feature: str,
    book: StyleBook,
    urls: Urls,
) -> tuple[MapParts, MapParts]:
    """Two maps that move as one, each with some layers of one plan, and the lineage between them.

    They lie beside or over one another. Zooming is not animated: over one another, one map would be seen
    to lag behind the other.

    Parameters
    ----------
    sides
        Ids of the layers of the earlier and of the later plan.
    themes
        What these layers are of.
    bounds
        West, south, east, north of all of them.
    lines, feature
        Addresses: of the relations as GeoJSON, by which a place lights its counterpart, and of a feature
        that the layers do not have, with ``{id}``.
    """
    west, south, east, north = bounds
    parts: list[MapParts] = []
    for name, layers in zip(("earlier", "later"), sides, strict=True):
        figure, plan_map = _start(
            urls=urls,
            name=name,
            location=((south + north) / 2, (west + east) / 2),
            zoom=13,
            zoom_animation=False,
        )
        if not parts:  # one set of patterns serves the page
            plan_map.add_child(Patterns(book))
        plan_map.add_child(_backdrop(urls))
        options = {
            "url": urls.layer,
            "styles": style_options(book),
            "layers": list(layers),
            "bounds": list(bounds),
            "themes": list(themes),
            "lines": lines,
            "feature": feature,
        }
        plan_map.add_child(ScriptElement("comparedPlan", options))
        parts.append(figure.parts())
    return parts[0], parts[1]
