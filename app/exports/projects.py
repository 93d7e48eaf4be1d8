"""The QGIS projects of an atlas: of everything or of one plan, on our service or on a file beside them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.atlas.query import Query
from app.atlas.styles import Shape
from app.errors import NotFoundError
from app.exports.metadata import Origins, layer_record, plan_record, whole_record
from app.exports.qgis import ProjectLayer, Source, Sources, project, qgz
from app.exports.selection import EVERYTHING, select
from app.exports.zipped import zipped
from app.language import gettext, listed

if TYPE_CHECKING:
    from app.atlas.store import Atlas
    from app.atlas.styles import StyleBook

_OGR_TYPES: Final = {Shape.AREA: "Polygon", Shape.LINE: "LineString", Shape.POINT: "Point"}
_README: Final = """{title}

用 QGIS 3.22 或更高版本打开 {name}.qgz；数据在同一文件夹的 {name}.gpkg 里，不需要网络。
两个文件请放在一起。图层按规划、专题分组；实线为确定、虚线为近似、斜线或点线为示意。
坐标系：数据为 WGS84 经纬度（EPSG:4326），工程为 CGCS2000 / 3 度高斯-克吕格 CM 117E（EPSG:4548）。

{attribution}
许可：{licence}。数据版本 {version}，{modified}。
"""


def service_sources(services: str) -> Sources:
    """Layers from our OGC API - Features, whose root is at ``services``: a collection per layer and shape."""

    def source(layer: str, shape: Shape) -> Source:
        address = (
            f" pagingEnabled='true' restrictToRequestBBOX='1' srsname='OGC:CRS84'"
            f" typename='{layer}.{shape}' url='{services}' version='OGC_API_FEATURES'"
        )
        return Source("OAPIF", address)

    return source


def file_sources(name: str) -> Sources:
    """Layers from the GeoPackage ``name`` in the project's folder."""

    def source(layer: str, shape: Shape) -> Source:
        return Source("ogr", f"./{name}|layername={layer}|geometrytype={_OGR_TYPES[shape]}")

    return source


def plan_project(
    atlas: Atlas, name: str, *, origins: Origins, book: StyleBook, sources: Sources, home: str
) -> bytes:
    """The project ``name`` (a plan's id, or ``plan-atlas`` for everything) as QGIS packs it.

    Raises
    ------
    NotFoundError
        No plan has this id.
    """
    plans = {str(plan["id"]): plan for plan in atlas.plans}
    if name != EVERYTHING and name not in plans:
        raise NotFoundError(
            gettext(
                "没有名为 %(name)s 的工程；可用的有：%(known)s。",
                name=name[:80],
                known=listed((EVERYTHING, *plans)),
            )
        )
    own = None if name == EVERYTHING else plans[name]
    whole = whole_record(atlas, origins) if own is None else plan_record(atlas, own, origins)
    themes = {str(theme["id"]): theme for theme in atlas.themes}
    shown = _newest(atlas) if own is None else frozenset((name,))
    layers = [
        _project_layer(atlas, layer, plans, themes, origins, opens=str(layer["plan"]) in shown)
        for layer in atlas.layers
        if layer["located"] and (own is None or layer["plan"] == name)
    ]
    return qgz(name, project(whole, layers, book=book, sources=sources, home=home))


def offline_project(atlas: Atlas, name: str, *, origins: Origins, book: StyleBook, home: str) -> bytes:
    """A zip of the project and the GeoPackage that it reads, side by side.

    Raises
    ------
    NotFoundError
        No plan has this id.
    """
    from app.exports.formats import format_named, write

    data = f"{name}.gpkg"
    packed = plan_project(atlas, name, origins=origins, book=book, sources=file_sources(data), home=home)
    selection = select(atlas, Query(plan=None if name == EVERYTHING else name))
    with tempfile.TemporaryDirectory(prefix="plan-atlas-") as folder:
        target = Path(folder) / data
        write(selection, target, file_format=format_named("gpkg"))
        features = target.read_bytes()
    words = _README.format(
        title=selection.title,
        name=name,
        attribution=selection.attribution,
        licence=selection.licence,
        version=atlas.version,
        modified=origins.changes[0].date,
    )
    return zipped(
        {
            f"{name}/{name}.qgz": packed,
            f"{name}/{data}": features,
            f"{name}/请先读我.txt": words.encode("utf-8-sig"),
        }
    )


def _newest(atlas: Atlas) -> frozenset[str]:
    """The newest plan of each district, with which the web map opens too."""
    newest: dict[str, tuple[int, str]] = {}
    for plan in atlas.plans:
        rank = (int(plan["end_year"]), str(plan["id"]))
        newest[str(plan["district"])] = max(rank, newest.get(str(plan["district"]), rank))
    return frozenset(plan for _, plan in newest.values())


def _project_layer(
    atlas: Atlas,
    layer: Mapping[str, Any],
    plans: Mapping[str, Mapping[str, Any]],
    themes: Mapping[str, Mapping[str, Any]],
    origins: Origins,
    *,
    opens: bool,
) -> ProjectLayer:
    theme = themes[str(layer["theme"])]
    return ProjectLayer(
        id=str(layer["id"]),
        plan=str(layer["plan"]),
        plan_title=str(plans[str(layer["plan"])]["short_title"]),
        theme=str(theme["id"]),
        theme_title=str(theme["title"]),
        order=int(theme["order"]),
        shown=opens and bool(theme["shown"]),
        record=layer_record(atlas, layer, origins),
    )
