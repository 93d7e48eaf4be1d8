"""Reading geodata files as they are: coordinates unmoved, attributes as text, encodings found out.

Takes what :mod:`app.places.staging` has brought in. It does not ask what the coordinates mean (see
:mod:`app.places.inspection`) and it mends nothing but the encoding of text, which it says. GDAL guesses
a file's format from its content, and some formats open other files, so the content is looked at first.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from app.places.staging import Dataset, Limits, UnusableFileError, printable, staged

_MAGIC = {".shp": b"\x00\x00\x27\x0a", ".gpkg": b"SQLite format 3\x00", ".fgb": b"fgb\x03"}
_FORMATS = {
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GeoPackage",
    ".shp": "Shapefile",
    ".kml": "KML",
    ".csv": "CSV",
    ".fgb": "FlatGeobuf",
}
_TEXT_FORMATS = frozenset({".geojson", ".json", ".kml"})
_ASSUMED_BY_FORMAT = {"GeoJSON": "格式默认（RFC 7946）", "KML": "格式默认"}
_XML_ENCODING = re.compile(r"""(<\?xml[^>]*encoding=)(["'])[^"']*\2""")
_X_NAMES = ("lon", "lng", "longitude", "long", "x", "经度", "东经", "east", "easting", "横坐标", "x坐标")
_Y_NAMES = ("lat", "latitude", "y", "纬度", "北纬", "north", "northing", "纵坐标", "y坐标")
_WKT_NAMES = ("wkt", "geometry", "geom", "the_geom", "shape", "几何")
_CELL_MAX = 8_000_000  # characters of one CSV cell; a geometry has its own limit


@dataclass(frozen=True, slots=True)
class GeoLayer:
    """A layer as the file has it.

    ``geometries`` has shape (n,) and dtype object, None where a row has none; coordinates are the file's,
    its first ordinate as x, any Z dropped. ``columns`` holds the text and whole-number attributes as text.
    ``declared`` is what the file says of its CRS, as ``EPSG:4548`` or WKT, empty where it says nothing;
    ``declared_by`` tells whether the file says it or only the format's rule does.
    """

    name: str
    format: str
    geometries: NDArray[np.object_]
    columns: Mapping[str, Sequence[str]]
    declared: str
    declared_by: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GeoFile:
    """A supplied file, read: the SHA-256 of what came and its layers."""

    path: Path
    sha256: str
    layers: tuple[GeoLayer, ...]

    def layer(self, name: str | None) -> GeoLayer:
        """The layer called ``name``, or the only one that has geometry.

        Raises
        ------
        UnusableFileError
            There is none of the name, or several to choose from.
        """
        names = "、".join(layer.name for layer in self.layers)
        if name is not None:
            chosen = [layer for layer in self.layers if layer.name == name]
            if not chosen:
                raise UnusableFileError(self.path, f"没有图层“{name}”；有：{names}。")
            return chosen[0]
        if len(self.layers) > 1:
            raise UnusableFileError(
                self.path, f"有 {len(self.layers)} 个图层（{names}）；请用 --layer 指明。"
            )
        return self.layers[0]


def read_geofile(path: Path, limits: Limits) -> GeoFile:
    """Read every layer with geometry.

    Raises
    ------
    UnusableFileError
        The file cannot be read, or holds no geometry, or more than ``limits`` allow.
    """
    with staged(path, limits) as room:
        layers = [layer for dataset in room.datasets for layer in _Reader(path, dataset, limits).layers()]
        sha256 = room.sha256
    if not layers:
        raise UnusableFileError(path, "里面没有几何。")
    return GeoFile(path, sha256, tuple(layers))


class _Reader:
    """One dataset being read."""

    def __init__(self, path: Path, dataset: Dataset, limits: Limits) -> None:
        self.path = path
        self.file = dataset.path
        self.title = dataset.title
        self.limits = limits
        self.suffix = dataset.path.suffix
        self.format = _FORMATS[dataset.path.suffix]
        self.notes: list[str] = []

    def fail(self, sentence: str) -> UnusableFileError:
        return UnusableFileError(self.path, sentence)

    def layers(self) -> list[GeoLayer]:
        if self.file.stat().st_size == 0:
            raise self.fail(f"“{self.title}”是空的。")
        self._check_content()
        try:
            if self.suffix == ".csv":
                return [self._csv()]
            with warnings.catch_warnings(record=True):
                # Unclosed rings, odd file headers: what matters is looked at in the geometry itself.
                warnings.simplefilter("always")
                names = [str(name) for name, kind in pyogrio.list_layers(self.file) if kind is not None]
                return [self._layer(name, alone=len(names) == 1) for name in names]
        except (pyogrio.errors.CRSError, UnboundLocalError):  # pyogrio 0.13 trips over a torn .prj
            raise self.fail("坐标系声明读不出；请修好，Shapefile 也可删去 .prj。") from None
        except NotImplementedError:  # shapely's word for arcs
            raise self.fail("有曲线几何（圆弧等），不读；请先转为折线。") from None
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeError):
            raise self.fail(f"读不出：损坏，或不是 {self.format}。") from None

    # --- before GDAL opens it --------------------------------------------------------------------

    def _check_content(self) -> None:
        with self.file.open("rb") as source:
            head = source.read(16)
        magic = _MAGIC.get(self.suffix)
        if magic is not None and not head.startswith(magic):
            raise self.fail(f"内容不是 {self.format}。")
        if self.suffix == ".shp" and not self.file.with_suffix(".shx").exists():
            raise self.fail("Shapefile 缺少 .shx；请连同 .shx、.dbf、.prj 一起给出。")
        if self.suffix in _TEXT_FORMATS:
            self._check_text()

    def _check_text(self) -> None:
        text = self._text()
        if self.suffix == ".kml":
            if "<!DOCTYPE" in text or "<!ENTITY" in text:
                raise self.fail("KML 带有 DTD 或实体声明，不读。")
            if "<kml" not in text[:4096]:
                raise self.fail("内容不是 KML。")
            text = _XML_ENCODING.sub(r"\1\2UTF-8\2", text, count=1)
        elif not text.lstrip().startswith("{"):
            raise self.fail("内容不是 GeoJSON。")
        self.file.write_text(text, encoding="utf-8")

    def _text(self) -> str:
        raw = self.file.read_bytes()
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            encodings: tuple[str, ...] = ("utf-16",)
        else:
            encodings = ("utf-8-sig", "gb18030")
        for encoding in encodings:
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            if encoding != "utf-8-sig":
                self.notes.append(f"文字不是 UTF-8，按 {encoding.upper()} 读出。")
            return text
        raise self.fail("文字既不是 UTF-8，也不是 GBK。")

    # --- GDAL ------------------------------------------------------------------------------------

    def _layer(self, name: str, *, alone: bool) -> GeoLayer:
        # A DBF's encoding is found out below: as ISO-8859-1 every byte comes through unchanged.
        encoding = "ISO-8859-1" if self.suffix == ".shp" else None
        meta, _, shapes, values = pyogrio.raw.read(
            self.file,
            layer=name,
            encoding=encoding,
            force_2d=True,
            datetime_as_string=True,
            max_features=self.limits.features + 1,
        )
        self._check_count(len(shapes))
        kept = {
            str(field): [_as_text(value) for value in column.tolist()]
            for field, column in zip(meta["fields"], values, strict=True)
            if column.dtype.kind in "OiuU"
        }
        if self.suffix == ".shp":
            kept = self._decoded(kept)
        declared = str(meta["crs"] or "")
        return GeoLayer(
            name=printable(self.title if alone and self.suffix != ".gpkg" else name),
            format=self.format,
            geometries=self._geometries(shapely.from_wkb(shapes, on_invalid="ignore"), shapes),
            columns=_clean(kept),
            declared=declared,
            declared_by=self._declared_by(declared),
            notes=tuple(self.notes),
        )

    def _declared_by(self, declared: str) -> str:
        if not declared:
            return ""
        if self.format == "GeoJSON":
            # GDAL reports WGS84 where the file is silent, as the standard has it.
            head = self.file.read_text(encoding="utf-8")[:4096]
            return "文件写明" if re.search(r'"crs"\s*:\s*\{', head) else _ASSUMED_BY_FORMAT["GeoJSON"]
        return _ASSUMED_BY_FORMAT.get(self.format, "文件写明")

    def _decoded(self, columns: dict[str, list[str]]) -> dict[str, list[str]]:
        """Attributes of a Shapefile in the encoding that fits its bytes, whatever its ``.cpg`` says."""
        cpg = self.file.with_suffix(".cpg")
        stated = cpg.read_text(encoding="ascii", errors="replace").strip()[:20] if cpg.exists() else ""
        whole = "\n".join([*columns, *(value for column in columns.values() for value in column)])
        raw = whole.encode("latin-1")
        if raw.isascii():
            return columns
        # A name cut off at its field's width ends in half a character: the fewest faults win, UTF-8 first.
        faults = {e: raw.decode(e, errors="replace").count("\ufffd") for e in ("utf-8", "gb18030")}
        encoding = min(faults, key=lambda e: faults[e])
        if faults[encoding] * 50 > len(whole):
            raise self.fail("属性文字既不是 UTF-8，也不是 GBK。")
        if _family(stated) != encoding:
            told = f"（.cpg 写的是“{stated}”）" if stated else "（没有 .cpg）"
            self.notes.append(f"属性文字按 {encoding.upper()} 读出{told}。")

        def decode(text: str) -> str:
            return text.encode("latin-1").decode(encoding, errors="replace").rstrip("\ufffd")

        return {decode(name): [decode(value) for value in column] for name, column in columns.items()}

    # --- CSV -------------------------------------------------------------------------------------

    def _csv(self) -> GeoLayer:
        text = self._text()
        csv.field_size_limit(_CELL_MAX)
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
        try:
            table = [row for _, row in zip(range(self.limits.features + 1), rows, strict=False)]
        except csv.Error as error:
            raise self.fail(f"CSV 读不出（{error}）。") from None
        self._check_count(len(table))
        fields = [field for field in rows.fieldnames or () if field]
        columns = {field: [row.get(field) or "" for row in table] for field in fields}
        wkt = _column(columns, _WKT_NAMES)
        x, y = _column(columns, _X_NAMES), _column(columns, _Y_NAMES)
        if wkt is not None:
            cells = columns.pop(wkt)
            shapes = shapely.force_2d(shapely.from_wkt(cells, on_invalid="ignore"))
            raw: Sequence[Any] = [cell.strip() or None for cell in cells]
        elif x is not None and y is not None:
            pairs = [(_number(a), _number(b)) for a, b in zip(columns[x], columns[y], strict=True)]
            xy = np.array(pairs).reshape(-1, 2)
            there = np.isfinite(xy).all(axis=1)
            shapes = np.full(len(table), None, dtype=object)
            shapes[there] = shapely.points(xy[there])
            raw = list(shapes)
        else:
            raise self.fail("CSV 里没有经纬度列（lon、lat、经度、纬度、x、y）或 WKT 列（wkt、geometry）。")
        geometries = self._geometries(np.asarray(shapes, dtype=object), raw)
        return GeoLayer(
            printable(self.title), self.format, geometries, _clean(columns), "", "", tuple(self.notes)
        )

    # --- what all formats share ------------------------------------------------------------------

    def _check_count(self, count: int) -> None:
        if count > self.limits.features:
            raise self.fail(f"要素超过上限 {self.limits.features} 个（设置 ATLAS_IMPORT_FEATURES）。")

    def _geometries(self, shapes: NDArray[np.object_], raw: Sequence[Any]) -> NDArray[np.object_]:
        lost = sum(shape is None and source is not None for shape, source in zip(shapes, raw, strict=True))
        if lost:
            self.notes.append(f"有 {lost} 个几何读不出，略去。")
        shapes[shapely.is_empty(shapes)] = None
        if all(shape is None for shape in shapes):
            raise self.fail(f"“{self.title}”里没有几何。")
        counts = shapely.get_num_coordinates(shapes)
        if counts.max() > self.limits.vertices:
            raise self.fail(
                f"有一个几何有 {counts.max()} 个折点，超过上限 {self.limits.vertices}"
                "（设置 ATLAS_IMPORT_VERTICES）；请先简化。"
            )
        if not np.isfinite(shapely.get_coordinates(shapes)).all():
            raise self.fail("有坐标不是有限的数（NaN 或无穷大）。")
        return shapes


def _family(stated: str) -> str:
    """The encoding family that a ``.cpg`` names."""
    name = stated.lower().replace("-", "").replace("_", "")
    if name in ("utf8", "65001"):
        return "utf-8"
    return "gb18030" if name.removeprefix("cp") in ("gbk", "gb2312", "gb18030", "936") else name


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)


def _clean(columns: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Attributes without control characters, which a terminal would obey, and without blanks about them."""

    def clean(text: str) -> str:
        return text.strip() if text.isprintable() else printable(text, limit=len(text)).strip()

    return {clean(name): [clean(value) for value in column] for name, column in columns.items()}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _column(columns: Mapping[str, Any], names: Sequence[str]) -> str | None:
    """The column whose name is one of ``names``, the first of them that is there."""
    by_name = {field.strip().lower(): field for field in columns}
    return next((by_name[name] for name in names if name in by_name), None)
