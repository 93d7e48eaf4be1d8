"""QGIS projects (3.22 and later), written without QGIS: groups, styles, labels, metadata, extent.

A project holds one group per plan, in it one per theme, in it one layer per shape, because QGIS styles a
layer of one shape only. Areas lie below lines, lines below points, as on the web map. What is drawn is
read from where :class:`Sources` says: from our service, or from a GeoPackage that lies beside the project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

import pyproj
import shapely

from app.atlas.query import BBox
from app.atlas.styles import SHAPE_TITLES, Shape, StyleBook
from app.exports.metadata import LICENCE_URL, USE_LIMITS, Record
from app.exports.qml import QGIS_VERSION, labeling, renderer
from app.exports.zipped import zipped

CRS: Final = "EPSG:4548"
"""CGCS2000 / 3-degree Gauss-Kruger CM 117E: what planners of Tianjin measure in; all districts lie in it."""
_DATA_CRS: Final = "EPSG:4326"
_GEOMETRIES: Final = {Shape.AREA: "Polygon", Shape.LINE: "Line", Shape.POINT: "Point"}
_WKB: Final = {Shape.AREA: "MultiPolygon", Shape.LINE: "MultiLineString", Shape.POINT: "MultiPoint"}
_MARGIN: Final = 0.04  # of the extent's side, so that nothing touches the edge of the canvas


@dataclass(frozen=True, slots=True)
class Source:
    """Where QGIS reads a layer from: the key of its provider and that provider's own address."""

    provider: str
    address: str


Sources = Callable[[str, Shape], Source]
"""Gives the source of one shape of a layer, by the layer's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectLayer:
    """A layer of the atlas as a project shows it; ``shown`` says whether the project opens with it."""

    id: str
    plan: str
    plan_title: str
    theme: str
    theme_title: str
    order: int
    shown: bool
    record: Record

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Shapes from top to bottom."""
        return tuple(shape for shape in reversed(Shape) if self.record.shapes.get(shape))

    def key(self, shape: Shape) -> str:
        """Id of one shape of the layer inside the project."""
        return f"{self.id.replace('-', '_')}_{shape}"

    def title(self, shape: Shape) -> str:
        """Name of one shape of the layer."""
        return f"{self.theme_title}（{SHAPE_TITLES[shape]}）"


def project(
    record: Record, layers: Sequence[ProjectLayer], *, book: StyleBook, sources: Sources, home: str
) -> bytes:
    """The project file (.qgs) as UTF-8 bytes.

    Parameters
    ----------
    record
        What is known of the whole that the project shows.
    layers
        Its layers with at least one located feature, in the order of plans and themes.
    sources
        Where each layer is read from.
    home
        Web address of the atlas, for the metadata's links.
    """
    # QGIS lists from top to bottom, and so draws
    ordered = [*sorted(layers, key=lambda layer: -layer.order)]
    root = ET.Element("qgis", projectname=record.title, version=QGIS_VERSION)
    ET.SubElement(root, "homePath", path="")
    ET.SubElement(root, "title").text = record.title
    _crs(ET.SubElement(root, "projectCrs"), CRS)
    root.append(_tree(ordered, layers, sources))
    _canvas(root, record.bbox)
    held = ET.SubElement(root, "projectlayers")
    for layer in ordered:
        for shape in layer.shapes:
            held.append(_map_layer(layer, shape, book=book, source=sources(layer.id, shape), home=home))
    drawn = ET.SubElement(root, "layerorder")
    for key in _drawing_order(ordered):
        ET.SubElement(drawn, "layer", id=key)
    root.append(_properties())
    root.append(_metadata("projectMetadata", record, home=home, author=True))
    _view(root, record.bbox)
    ET.indent(root)
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return (head + ET.tostring(root, encoding="unicode") + "\n").encode()


def qgz(name: str, body: bytes) -> bytes:
    """A project as QGIS packs it; the same project gives the same bytes."""
    return zipped({f"{name}.qgs": body})


def _drawing_order(ordered: Iterable[ProjectLayer]) -> list[str]:
    layers = list(ordered)
    return [layer.key(shape) for shape in reversed(Shape) for layer in layers if shape in layer.shapes]


def _tree(ordered: Sequence[ProjectLayer], given: Sequence[ProjectLayer], sources: Sources) -> ET.Element:
    root = ET.Element("layer-tree-group")
    for plan in dict.fromkeys(layer.plan for layer in given):
        own = [layer for layer in ordered if layer.plan == plan]
        group = _group(root, own[0].plan_title, shown=any(layer.shown for layer in own), expanded=True)
        for layer in own:
            theme = _group(group, layer.theme_title, shown=layer.shown, expanded=False)
            for shape in layer.shapes:
                source = sources(layer.id, shape)
                ET.SubElement(
                    theme,
                    "layer-tree-layer",
                    id=layer.key(shape),
                    name=layer.title(shape),
                    providerKey=source.provider,
                    source=source.address,
                    checked="Qt::Checked",
                    expanded="0",
                )
    order = ET.SubElement(root, "custom-order", enabled="1")
    for key in _drawing_order(ordered):
        ET.SubElement(order, "item").text = key
    return root


def _group(parent: ET.Element, name: str, *, shown: bool, expanded: bool) -> ET.Element:
    return ET.SubElement(
        parent,
        "layer-tree-group",
        name=name,
        checked="Qt::Checked" if shown else "Qt::Unchecked",
        expanded="1" if expanded else "0",
    )


def _map_layer(
    layer: ProjectLayer, shape: Shape, *, book: StyleBook, source: Source, home: str
) -> ET.Element:
    style = book.theme(layer.theme)
    root = ET.Element(
        "maplayer",
        type="vector",
        geometry=_GEOMETRIES[shape],
        wkbType=_WKB[shape],
        labelsEnabled="1",
        styleCategories="AllStyleCategories",
        hasScaleBasedVisibilityFlag="0",
        readOnly="1",
    )
    ET.SubElement(root, "id").text = layer.key(shape)
    ET.SubElement(root, "datasource").text = source.address
    ET.SubElement(root, "layername").text = layer.title(shape)
    ET.SubElement(root, "attribution").text = layer.record.attribution
    ET.SubElement(root, "provider", encoding="UTF-8").text = source.provider
    _crs(ET.SubElement(root, "srs"), _DATA_CRS)
    root.append(_metadata("resourceMetadata", layer.record, home=home, author=False))
    root.append(renderer(style, book, (shape,)))
    root.append(labeling(style, book, (shape,)))
    ET.SubElement(root, "previewExpression").text = '"name"'
    ET.SubElement(root, "mapTip").text = '[% "name" %]（[% "certainty" %]，±[% "tolerance_m" %] m）'
    return root


def _crs(parent: ET.Element, code: str) -> None:
    system = ET.SubElement(parent, "spatialrefsys")
    known = pyproj.CRS.from_user_input(code)
    ET.SubElement(system, "wkt").text = known.to_wkt("WKT2_2019")
    ET.SubElement(system, "srid").text = code.removeprefix("EPSG:")
    ET.SubElement(system, "authid").text = code
    ET.SubElement(system, "description").text = known.name
    ET.SubElement(system, "geographicflag").text = "true" if known.is_geographic else "false"


def _metadata(tag: str, record: Record, *, home: str, author: bool) -> ET.Element:
    root = ET.Element(tag)
    ET.SubElement(root, "identifier").text = f"{home}/layers/{record.id}" if len(record.parts) == 1 else home
    ET.SubElement(root, "parentidentifier").text = home
    ET.SubElement(root, "language").text = "zh"
    ET.SubElement(root, "type").text = "dataset"
    ET.SubElement(root, "title").text = record.title
    ET.SubElement(root, "abstract").text = "\n".join(
        (record.title_en, record.abstract, record.accuracy, USE_LIMITS)
    )
    words = ET.SubElement(root, "keywords", vocabulary="gmd:topicCategory")
    ET.SubElement(words, "keyword").text = "planningCadastre"
    words = ET.SubElement(root, "keywords", vocabulary="plan-atlas")
    for keyword in record.keywords:
        ET.SubElement(words, "keyword").text = keyword
    contact = ET.SubElement(root, "contact")
    ET.SubElement(contact, "name").text = "津图 Plan Atlas"
    ET.SubElement(contact, "role").text = "distributor"
    links = ET.SubElement(root, "links")
    for name, address in (("津图 Plan Atlas", home), (record.licence, LICENCE_URL)):
        ET.SubElement(links, "link", name=name, type="WWW:LINK", url=address)
    ET.SubElement(root, "history").text = record.lineage
    ET.SubElement(root, "history").text = f"数据版本 {record.version}，{record.modified}"
    for credit in record.credits:
        ET.SubElement(root, "history").text = f"{credit.title}：{credit.credit}（{credit.licence}）"
    if author:
        ET.SubElement(root, "author").text = "津图 Plan Atlas"
        return root
    ET.SubElement(root, "rights").text = record.attribution
    ET.SubElement(root, "license").text = record.licence
    _crs(ET.SubElement(root, "crs"), _DATA_CRS)
    extent = ET.SubElement(root, "extent")
    if record.bbox:
        west, south, east, north = map(str, record.bbox)
        ET.SubElement(
            extent,
            "spatial",
            {"crs": _DATA_CRS, "dimensions": "2", "minx": west, "miny": south, "maxx": east, "maxy": north},
        )
    period = ET.SubElement(ET.SubElement(extent, "temporal"), "period")
    ET.SubElement(period, "start").text = f"{record.start_year}-01-01T00:00:00Z"
    ET.SubElement(period, "end").text = f"{record.end_year}-12-31T00:00:00Z"
    return root


def _corners(bbox: BBox | None) -> dict[str, str]:
    """The extent in the project's CRS with a margin, easting first; empty where nothing is located."""
    if bbox is None:
        return {}
    forward = pyproj.Transformer.from_crs(_DATA_CRS, CRS, always_xy=True)
    west, south, east, north = forward.transform_bounds(*bbox)
    margin = _MARGIN * max(east - west, north - south)
    box = shapely.box(west, south, east, north).buffer(margin).bounds
    return dict(zip(("xmin", "ymin", "xmax", "ymax"), (f"{value:.1f}" for value in box), strict=True))


def _canvas(root: ET.Element, bbox: BBox | None) -> None:
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas")
    ET.SubElement(canvas, "units").text = "meters"
    extent = ET.SubElement(canvas, "extent")
    for name, value in _corners(bbox).items():
        ET.SubElement(extent, name).text = value
    ET.SubElement(canvas, "rotation").text = "0"
    _crs(ET.SubElement(canvas, "destinationsrs"), CRS)


def _view(root: ET.Element, bbox: BBox | None) -> None:
    settings = ET.SubElement(root, "ProjectViewSettings", UseProjectScales="0")
    if corners := _corners(bbox):
        _crs(ET.SubElement(settings, "DefaultViewExtent", corners), CRS)


def _properties() -> ET.Element:
    """Ellipsoid and units for measuring, sources relative to the project, the page's colour."""
    root = ET.Element("properties")
    _values(root, "SpatialRefSys", {"ProjectionsEnabled": ("int", "1")})
    _values(root, "Measure", {"Ellipsoid": ("QString", "EPSG:7030")})
    _values(root, "Measurement", {"AreaUnits": ("QString", "km2"), "DistanceUnits": ("QString", "meters")})
    _values(root, "Paths", {"Absolute": ("bool", "false")})
    _values(
        root,
        "Gui",
        {
            f"CanvasColor{part}Part": ("int", value)
            for part, value in (("Red", "250"), ("Green", "248"), ("Blue", "243"))
        },
    )
    return root


def _values(root: ET.Element, group: str, values: Mapping[str, tuple[str, str]]) -> None:
    element = ET.SubElement(root, group)
    for name, (kind, value) in values.items():
        ET.SubElement(element, name, type=kind).text = value
