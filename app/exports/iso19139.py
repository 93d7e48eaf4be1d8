"""Metadata as ISO 19115:2003 in its XML of ISO/TS 19139, which every catalogue of geodata reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from app.exports.metadata import LICENCE_URL, USE_LIMITS, Record
from app.exports.site import Distribution, Site

_GMD: Final = "http://www.isotc211.org/2005/gmd"
_GCO: Final = "http://www.isotc211.org/2005/gco"
_GML: Final = "http://www.opengis.net/gml/3.2"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA: Final = "http://schemas.opengis.net/iso/19139/20070417/gmd/gmd.xsd"
_CODES: Final = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"
for _prefix, _uri in (("gmd", _GMD), ("gco", _GCO), ("gml", _GML), ("xlink", _XLINK), ("xsi", _XSI)):
    ET.register_namespace(_prefix, _uri)


def iso19139(
    record: Record,
    *,
    parent: str | None,
    site: Site,
) -> str:
    """The document of a layer, a plan or everything, as XML text.

    Parameters
    ----------
    parent
        Identifier of what it is a part of.
    """
    page = site.page(record)
    root = ET.Element(_q("MD_Metadata"), {f"{{{_XSI}}}schemaLocation": f"{_GMD} {_SCHEMA}"})
    _text(root, "fileIdentifier", record.id)
    _code(_add(root, "language"), "LanguageCode", "chi")
    _code(_add(root, "characterSet"), "MD_CharacterSetCode", "utf8")
    if parent:
        _text(root, "parentIdentifier", parent)
    _code(_add(root, "hierarchyLevel"), "MD_ScopeCode", "series" if len(record.parts) > 1 else "dataset")
    _party(root, "contact", site, role="pointOfContact")
    ET.SubElement(_add(root, "dateStamp"), f"{{{_GCO}}}Date").text = record.modified
    _text(root, "metadataStandardName", "ISO 19115:2003/19139")
    _text(root, "metadataStandardVersion", "1.0")
    _reference_system(root)
    _identification(root, record, page=page, site=site)
    _distribution(root, page, site.distributions(record))
    _quality(root, record)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _q(tag: str) -> str:
    return f"{{{_GMD}}}{tag}"


def _add(parent: ET.Element, *tags: str) -> ET.Element:
    for tag in tags:
        parent = ET.SubElement(parent, _q(tag))
    return parent


def _text(parent: ET.Element, tag: str, text: str) -> ET.Element:
    element = _add(parent, tag)
    ET.SubElement(element, f"{{{_GCO}}}CharacterString").text = text
    return element


def _code(parent: ET.Element, listed: str, value: str) -> None:
    attributes = {"codeList": f"{_CODES}#{listed}", "codeListValue": value}
    ET.SubElement(parent, _q(listed), attributes).text = value


def _party(parent: ET.Element, tag: str, site: Site, *, role: str) -> None:
    party = _add(parent, tag, "CI_ResponsibleParty")
    _text(party, "organisationName", "津图 Plan Atlas")
    contact = _add(party, "contactInfo", "CI_Contact")
    if "@" in site.contact and "://" not in site.contact:
        mail = site.contact.removeprefix("mailto:")
        _text(_add(contact, "address", "CI_Address"), "electronicMailAddress", mail)
        link = site.home
    else:
        link = site.contact
    _add(_add(contact, "onlineResource", "CI_OnlineResource"), "linkage", "URL").text = link
    _code(_add(party, "role"), "CI_RoleCode", role)


def _reference_system(root: ET.Element) -> None:
    for code, space in (("CRS84", "OGC"), ("4326", "EPSG")):
        system = _add(root, "referenceSystemInfo", "MD_ReferenceSystem", "referenceSystemIdentifier")
        identifier = _add(system, "RS_Identifier")
        _text(identifier, "code", code)
        _text(identifier, "codeSpace", space)


def _identification(root: ET.Element, record: Record, *, page: str, site: Site) -> None:
    data = _add(root, "identificationInfo", "MD_DataIdentification")
    citation = _add(data, "citation", "CI_Citation")
    _text(citation, "title", record.title)
    _text(citation, "alternateTitle", record.title_en)
    date = _add(citation, "date", "CI_Date")
    ET.SubElement(_add(date, "date"), f"{{{_GCO}}}Date").text = record.modified
    _code(_add(date, "dateType"), "CI_DateTypeCode", "revision")
    _text(citation, "edition", record.version)
    _text(_add(citation, "identifier", "MD_Identifier"), "code", page)
    _text(data, "abstract", record.abstract)
    for credit in record.credits:
        _text(data, "credit", f"{credit.title}：{credit.credit}（{credit.licence}）")
    _party(data, "pointOfContact", site, role="publisher")
    _code(
        _add(data, "resourceMaintenance", "MD_MaintenanceInformation", "maintenanceAndUpdateFrequency"),
        "MD_MaintenanceFrequencyCode",
        "irregular",
    )
    words = _add(data, "descriptiveKeywords", "MD_Keywords")
    for keyword in record.keywords:
        _text(words, "keyword", keyword)
    _code(_add(words, "type"), "MD_KeywordTypeCode", "theme")
    limits = _add(data, "resourceConstraints", "MD_LegalConstraints")
    _text(limits, "useLimitation", USE_LIMITS)
    _code(_add(limits, "accessConstraints"), "MD_RestrictionCode", "license")
    _code(_add(limits, "useConstraints"), "MD_RestrictionCode", "license")
    _text(limits, "otherConstraints", f"{record.licence} {LICENCE_URL}")
    _text(limits, "otherConstraints", record.attribution)
    _code(_add(data, "spatialRepresentationType"), "MD_SpatialRepresentationTypeCode", "vector")
    _code(_add(data, "language"), "LanguageCode", "chi")
    _code(_add(data, "characterSet"), "MD_CharacterSetCode", "utf8")
    _add(data, "topicCategory", "MD_TopicCategoryCode").text = "planningCadastre"
    _extent(data, record)


def _extent(data: ET.Element, record: Record) -> None:
    extent = _add(data, "extent", "EX_Extent")
    if record.bbox:
        box = _add(extent, "geographicElement", "EX_GeographicBoundingBox")
        west, south, east, north = record.bbox
        for tag, value in (
            ("westBoundLongitude", west),
            ("eastBoundLongitude", east),
            ("southBoundLatitude", south),
            ("northBoundLatitude", north),
        ):
            ET.SubElement(_add(box, tag), f"{{{_GCO}}}Decimal").text = str(value)
    time = _add(extent, "temporalElement", "EX_TemporalExtent", "extent")
    period = ET.SubElement(time, f"{{{_GML}}}TimePeriod", {f"{{{_GML}}}id": f"period-{record.id}"})
    ET.SubElement(period, f"{{{_GML}}}beginPosition").text = f"{record.start_year}-01-01"
    ET.SubElement(period, f"{{{_GML}}}endPosition").text = f"{record.end_year}-12-31"


def _distribution(root: ET.Element, page: str, distributions: Sequence[Distribution]) -> None:
    info = _add(root, "distributionInfo", "MD_Distribution")
    for item in distributions:
        form = _add(info, "distributionFormat", "MD_Format")
        _text(form, "name", item.media_type)
        _text(form, "version", item.title)
    options = _add(info, "transferOptions", "MD_DigitalTransferOptions")
    for item in (Distribution("网页", page, "text/html"), *distributions):
        link = _add(options, "onLine", "CI_OnlineResource")
        _add(link, "linkage", "URL").text = item.address
        _text(link, "protocol", "WWW:LINK-1.0-http--link" if item.address == page else "WWW:DOWNLOAD")
        _text(link, "name", item.title)


def _quality(root: ET.Element, record: Record) -> None:
    quality = _add(root, "dataQualityInfo", "DQ_DataQuality")
    _code(_add(quality, "scope", "DQ_Scope", "level"), "MD_ScopeCode", "dataset")
    for name, value in (("中位数", record.tolerance_median), ("最大值", record.tolerance_max)):
        if value is None:
            continue
        report = _add(quality, "report", "DQ_AbsoluteExternalPositionalAccuracy")
        _text(report, "nameOfMeasure", f"容差{name}：真实位置在所列米数之内")
        result = _add(report, "result", "DQ_QuantitativeResult")
        unit = _add(result, "valueUnit")
        unit.set(f"{{{_XLINK}}}href", "urn:ogc:def:uom:EPSG::9001")
        number = ET.SubElement(_add(result, "value"), f"{{{_GCO}}}Record")
        number.text = f"{value:g}"
    _text(_add(quality, "lineage", "LI_Lineage"), "statement", f"{record.lineage}{record.accuracy}")
