"""KML and KMZ: described places for Google Earth and its like, a folder per layer.

A balloon says what a feature is, how sure its place is and on what that rests, and quotes the plan; the
properties a program would want stand in ``ExtendedData``. KML knows no dashes and no hatching: an
approximate shape is drawn thinner and paler than a certain one, an indicative one as a pale outline, and
each says so in words. Features that are not on the map stand in their folder without geometry.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from app.atlas.words import CERTAINTIES, KINDS, METHODS, REASONS
from app.exports.selection import Selection, style_book
from app.exports.table import BATCH, in_words
from app.exports.zipped import zip_files
from app.places.crs import OfferedCrs

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from app.atlas.features import StoredFeature
    from app.atlas.styles import Style
    from app.exports.arrow import Ticker

NAMESPACE: Final = "http://www.opengis.net/kml/2.2"
_QUOTED: Final = 3
"""Passages quoted in a balloon; the count of the others is said."""
_DATA: Final = {
    "id": "编号",
    "kind": "类别",
    "plan": "规划",
    "layer": "图层",
    "certainty": "确定程度",
    "tolerance_m": "误差（米）",
    "method": "落图方法",
    "status": "状态",
    "evidence": "落图依据",
}
# How much of its theme's line width, line opacity and fill opacity a shape keeps.
_CERTAINTY: Final = {
    "located": (1.0, 1.0, 1.0),
    "approximate": (0.7, 0.75, 0.6),
    "indicative": (0.5, 0.55, 0.2),
}
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_kml(selection: Selection, draft: Path, *, crs: OfferedCrs, tick: Ticker) -> None:
    """Write a KML 2.2 document feature by feature; in WGS84, as KML demands."""
    with draft.open("wb") as sink:
        xml = _Writer(sink)
        xml.startDocument()
        with xml.inside("kml", xmlns=NAMESPACE), xml.inside("Document", id=_xml_id(selection.name)):
            xml.leaf("name", selection.title)
            xml.leaf("open", "1")
            xml.leaf("description", _about(selection, crs))
            _styles(xml)
            done = 0
            for layer, features in groupby(selection.features(), key=lambda feature: feature.layer):
                with xml.inside("Folder"):
                    xml.leaf("name", selection.layer_title(layer))
                    for feature in features:
                        _placemark(xml, feature)
                        done += 1
                        if done % BATCH == 0:
                            tick(BATCH)
            tick(done % BATCH)
        xml.endDocument()


def write_kmz(selection: Selection, draft: Path, *, crs: OfferedCrs, tick: Ticker) -> None:
    """Write the same document, zipped."""
    with tempfile.TemporaryDirectory(prefix="plan-atlas-") as name:
        document = Path(name) / "doc.kml"  # the name that KML 2.2, annex C, gives it
        write_kml(selection, document, crs=crs, tick=tick)
        zip_files([document], draft)


class _Writer(XMLGenerator):
    """Writes elements so that no value can break out of its own."""

    def __init__(self, sink: Any) -> None:
        super().__init__(sink, encoding="utf-8", short_empty_elements=True)

    @contextmanager
    def inside(self, tag: str, **attributes: str) -> Iterator[None]:
        """An element around what the block writes."""
        self.startElement(tag, AttributesImpl({key: value for key, value in attributes.items() if value}))
        yield
        self.endElement(tag)

    def leaf(self, tag: str, text: str, **attributes: str) -> None:
        """An element that holds text."""
        # not through inside(): nine of ten elements are leaves, and a context costs three times the call
        self.startElement(tag, AttributesImpl(attributes))
        self.characters(_clean(text))
        self.endElement(tag)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _xml_id(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z_][\w.-]*", text, re.ASCII) else ""


def _about(selection: Selection, crs: OfferedCrs) -> str:
    rows = (
        ("要素", f"{selection.count} 个，其中未落图的没有图形"),
        ("坐标系", f"{crs.code}，经度在前"),
        ("出处", selection.attribution),
        ("许可", selection.licence),
        ("数据版本", selection.version),
        ("提示", "位置由图集推求，误差见各要素，不作法定依据"),
    )
    return _rows(rows)


def _rows(rows: Any) -> str:
    cells = "".join(
        f"<tr><th align='left' valign='top' nowrap>{escape(str(head))}</th><td>{escape(str(text))}</td></tr>"
        for head, text in rows
        if text
    )
    return f"<table cellpadding='3'>{cells}</table>"


def _styles(xml: _Writer) -> None:
    for theme in style_book().themes.values():
        for certainty in _CERTAINTY:
            _style(xml, theme, certainty)


def _style(xml: _Writer, theme: Style, certainty: str) -> None:
    width, line, fill = _CERTAINTY[certainty]
    with xml.inside("Style", id=f"{theme.theme}-{certainty}"):
        with xml.inside("IconStyle"):
            xml.leaf("color", _colour(theme.fill, line))
            xml.leaf("scale", f"{0.6 + 0.3 * width:.2f}")
        with xml.inside("LabelStyle"):
            xml.leaf("scale", "0.8")
        with xml.inside("LineStyle"):
            xml.leaf("color", _colour(theme.stroke, line))
            xml.leaf("width", f"{theme.line_weight * width:.1f}")
        with xml.inside("PolyStyle"):
            xml.leaf("color", _colour(theme.fill, theme.fill_opacity * fill))
        with xml.inside("BalloonStyle"):
            xml.leaf("text", "<h3>$[name]</h3>$[description]")


def _colour(rgb: str, opacity: float) -> str:
    """KML writes alpha, blue, green, red."""
    return f"{round(opacity * 255):02x}{rgb[5:7]}{rgb[3:5]}{rgb[1:3]}"


def _placemark(xml: _Writer, feature: StoredFeature) -> None:
    properties = feature.properties
    with xml.inside("Placemark", id=_xml_id(feature.id)):
        xml.leaf("name", str(properties["name"]))
        if feature.geometry is None:
            xml.leaf("visibility", "0")
        xml.leaf("Snippet", _snippet(properties), maxLines="1")
        xml.leaf("description", describe(properties))
        if properties["certainty"] in _CERTAINTY and properties["theme"] in style_book().themes:
            xml.leaf("styleUrl", f"#{properties['theme']}-{properties['certainty']}")
        with xml.inside("ExtendedData"):
            for name, title in _DATA.items():
                value = in_words(name, properties) if name == "evidence" else properties.get(name)
                if value is not None and value != "":
                    with xml.inside("Data", name=name):
                        xml.leaf("displayName", title)
                        xml.leaf("value", str(value))
        if feature.geometry is not None and not feature.geometry.is_empty:
            _geometry(xml, feature.geometry)


def _snippet(properties: Any) -> str:
    certainty = CERTAINTIES.get(properties["certainty"], properties["certainty"])
    return f"{KINDS.get(properties['kind'], properties['kind'])} · {certainty}"


def describe(properties: Any) -> str:
    """The balloon's HTML: facts, evidence, and the plan's own words; every value escaped."""
    tolerance = properties.get("tolerance_m")
    certainty = CERTAINTIES.get(properties["certainty"], properties["certainty"])
    reason = properties.get("reason") or ""
    stated, computed = properties.get("stated_area_km2"), properties.get("computed_area_km2")
    rows = (
        ("类别", KINDS.get(properties["kind"], properties["kind"])),
        ("行政区", properties.get("district")),
        ("状态", properties.get("status")),
        ("空间结构", properties.get("system")),
        ("确定程度", certainty + (f"，误差 {tolerance:g} 米之内" if tolerance else "")),
        ("未落图原因", REASONS.get(reason, reason)),
        ("落图方法", METHODS.get(properties["method"], properties["method"])),
        ("落图依据", in_words("evidence", properties)),
        ("原文面积", f"{stated:g} 平方公里" if stated else ""),
        ("计算面积", f"{computed:g} 平方公里" if computed else ""),
        ("编者注", properties.get("note")),
    )
    passages = sorted(properties.get("passages") or (), key=lambda passage: passage["role"] != "block")
    quotes = "".join(f"<blockquote>{_lines(passage['exact'])}</blockquote>" for passage in passages[:_QUOTED])
    more = f"<p>另有 {len(passages) - _QUOTED} 段原文。</p>" if len(passages) > _QUOTED else ""
    return _rows(rows) + quotes + more


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _geometry(xml: _Writer, geometry: BaseGeometry) -> None:
    kind = geometry.geom_type
    if kind == "Point":
        with xml.inside("Point"):
            xml.leaf("coordinates", _coordinates(geometry))
    elif kind == "LineString":
        with xml.inside("LineString"):
            xml.leaf("tessellate", "1")
            xml.leaf("coordinates", _coordinates(geometry))
    elif kind == "Polygon":
        with xml.inside("Polygon"):
            xml.leaf("tessellate", "1")
            _ring(xml, "outerBoundaryIs", geometry.exterior)
            for hole in geometry.interiors:
                _ring(xml, "innerBoundaryIs", hole)
    else:
        with xml.inside("MultiGeometry"):
            for part in geometry.geoms:
                _geometry(xml, part)


def _ring(xml: _Writer, tag: str, ring: BaseGeometry) -> None:
    with xml.inside(tag), xml.inside("LinearRing"):
        xml.leaf("coordinates", _coordinates(ring))


def _coordinates(geometry: BaseGeometry) -> str:
    return " ".join(f"{point[0]:.10g},{point[1]:.10g}" for point in geometry.coords)
