"""The formats on offer, and the one way to write them.

One catalogue drives the addresses (``?f=``), the command line (``--format``) and the download menu. A file
is written whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from app.atlas.files import whole_file
from app.errors import ExportError, RequestError
from app.exports.selection import Selection
from app.exports.table import is_wgs84
from app.language import gettext, listed
from app.places.crs import GCJ02, WGS84, OfferedCrs

if TYPE_CHECKING:
    from app.exports.arrow import Ticker

Progress = Callable[[str, int, int], None]
"""Told the step, how much is done, and of how much."""

EDITION: Final = 1
"""To be raised when the same features give other files, so that nobody keeps the old ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """A format on offer.

    Parameters
    ----------
    id
        What ``f=`` and ``--format`` take.
    title
        What it is called, in every language.
    hint, hint_en
        What it is good for.
    wgs84_only
        Whether the format fixes its coordinate system.
    text
        Whether it gains from being compressed on the way.
    writer
        ``module:function`` in this room, loaded when first used.
    """

    id: str
    title: str
    hint: str
    hint_en: str
    media_type: str
    extension: str
    writer: str
    wgs84_only: bool = False
    text: bool = False


_CATALOGUE: Final = (
    FileFormat(
        id="geojson",
        title="GeoJSON",
        hint="网页地图和程序，一行一个要素",
        hint_en="web maps and programs",
        media_type="application/geo+json",
        extension="geojson",
        writer="geojson:write_geojson",
        text=True,
    ),
    FileFormat(
        id="gpkg",
        title="GeoPackage",
        hint="QGIS、ArcGIS：一层一表，带样式、原文和目标",
        hint_en="QGIS, ArcGIS: a table per layer, with styles, passages and targets",
        media_type="application/geopackage+sqlite3",
        extension="gpkg",
        writer="geopackage:write_geopackage",
    ),
    FileFormat(
        id="fgb",
        title="FlatGeobuf",
        hint="大图层，可按范围分段读取",
        hint_en="large layers, read by parts over the network",
        media_type="application/vnd.flatgeobuf",
        extension="fgb",
        writer="flatgeobuf:write_flatgeobuf",
    ),
    FileFormat(
        id="parquet",
        title="GeoParquet",
        hint="笔记本和数据库：pandas、DuckDB",
        hint_en="notebooks and databases",
        media_type="application/vnd.apache.parquet",
        extension="parquet",
        writer="geoparquet:write_geoparquet",
    ),
    FileFormat(
        id="shp",
        title="Shapefile",
        hint="旧软件：按几何类型分文件的 zip，附字段说明",
        hint_en="older programs: a zip with a file per geometry type",
        media_type="application/zip",
        extension="shp.zip",
        writer="shapefile:write_shapefile",
    ),
    FileFormat(
        id="kml",
        title="KML",
        hint="谷歌地球、奥维：点开即见说明",
        hint_en="Google Earth: described places",
        media_type="application/vnd.google-earth.kml+xml",
        extension="kml",
        writer="kml:write_kml",
        wgs84_only=True,
        text=True,
    ),
    FileFormat(
        id="kmz",
        title="KMZ",
        hint="压缩的 KML",
        hint_en="compressed KML",
        media_type="application/vnd.google-earth.kmz",
        extension="kmz",
        writer="kml:write_kmz",
        wgs84_only=True,
    ),
    FileFormat(
        id="csv",
        title="CSV",
        hint="Excel：经纬度和 WKT",
        hint_en="spreadsheets: lon, lat and WKT",
        media_type="text/csv; charset=utf-8",
        extension="csv",
        writer="csvtable:write_csv",
        text=True,
    ),
    FileFormat(
        id="pmtiles",
        title="PMTiles",
        hint="矢量瓦片，可直接放在静态服务器上",
        hint_en="vector tiles in one file",
        media_type="application/vnd.pmtiles",
        extension="pmtiles",
        writer="tileset:write_pmtiles",
        wgs84_only=True,
    ),
)
FORMATS: Final[Mapping[str, FileFormat]] = MappingProxyType({item.id: item for item in _CATALOGUE})


def format_named(name: str) -> FileFormat:
    """The format on offer with this id.

    Raises
    ------
    RequestError
        There is none; the message lists those there are.
    """
    found = FORMATS.get(name.strip().lower())
    if found is None:
        raise RequestError(
            gettext("不支持的格式“%(name)s”。可用:%(known)s", name=name[:40], known=", ".join(FORMATS))
        )
    return found


def check(file_format: FileFormat, crs: OfferedCrs) -> None:
    """Refuse a coordinate system that the format cannot have.

    Raises
    ------
    RequestError
        With the formats that can.
    """
    if file_format.wgs84_only and not is_wgs84(crs):
        raise RequestError(
            gettext(
                "%(format)s 的坐标系由格式规定，不能写成 %(crs)s；其他坐标系可用：%(others)s。",
                format=file_format.title,
                crs=crs.code,
                others=listed(item.title for item in _CATALOGUE if not item.wgs84_only),
            )
        )


def write(
    selection: Selection,
    target: Path,
    *,
    file_format: FileFormat,
    crs: OfferedCrs = WGS84,
    progress: Progress | None = None,
) -> int:
    """Write a selection to ``target`` whole, or leave it untouched; returns how many features there are.

    Parameters
    ----------
    target
        An absolute path in a folder that is there.
    progress
        Told after each batch of features.

    Raises
    ------
    RequestError
        A system that the format cannot have, GCJ-02 in a file whose name does not say so, or a folder that
        cannot be written.
    GeometryError
        A geometry cannot be expressed in ``crs``.
    ExportError
        The file could not be written or would not hold every feature.
    """
    check(file_format, crs)
    if crs.code == GCJ02 and "gcj-02" not in target.name.lower():
        raise RequestError(
            gettext("GCJ-02 的文件不可用于测量，文件名须写明“GCJ-02”，%(name)s 没有。", name=target.name)
        )
    module, _, function = file_format.writer.partition(":")
    writer = getattr(import_module(f"app.exports.{module}"), function)
    count = _Count(selection.count, file_format.title, progress)
    try:
        with whole_file(target) as draft:
            writer(selection, draft, crs=crs, tick=count.tick)
            if count.done != selection.count:
                raise ExportError(f"应写 {selection.count} 个要素，只写了 {count.done} 个；没有留下文件。")
    except OSError as error:
        raise RequestError(
            gettext("无法写入 %(folder)s:%(reason)s", folder=target.parent, reason=error.strerror or error)
        ) from None
    return selection.count


class _Count:
    """Counts features as they are written and passes that on."""

    def __init__(self, total: int, step: str, progress: Progress | None) -> None:
        self.done = 0
        self._total, self._step, self._progress = total, step, progress

    @property
    def tick(self) -> Ticker:
        """To be called with how many further features were written."""

        def tick(further: int) -> None:
            self.done += further
            if self._progress is not None:
                self._progress(self._step, self.done, self._total)

        return tick
