"""Metadata as linked data: DCAT-AP 3 and schema.org in one JSON-LD document.

Every node is both a ``dcat:Dataset`` and a ``schema:Dataset``, so that data portals and search engines
read the same statements. Terms: https://www.w3.org/TR/vocab-dcat-3/ and https://schema.org/Dataset.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.exports.metadata import LICENCE_URL, USE_LIMITS, Change, Record
from app.exports.site import Distribution, Site

CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gsp": "http://www.opengis.net/ont/geosparql#",
    "locn": "http://www.w3.org/ns/locn#",
    "oa": "http://www.w3.org/ns/oa#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_THEME: Final = "http://publications.europa.eu/resource/authority/data-theme/REGI"
_LANGUAGE: Final = "http://publications.europa.eu/resource/authority/language/ZHO"
_CRS: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_FREQUENCY: Final = "http://publications.europa.eu/resource/authority/frequency/IRREG"


def catalog(
    whole: dict[str, Any], datasets: Sequence[dict[str, Any]], *, changes: Sequence[Change]
) -> dict[str, Any]:
    """The document of the whole: a catalogue that is a dataset itself, with its layers and its history."""
    node = {key: value for key, value in whole.items() if key != "@context"}
    parts = [{key: value for key, value in part.items() if key != "@context"} for part in datasets]
    return {
        "@context": CONTEXT,
        **node,
        "@type": ["dcat:Catalog", *node["@type"]],
        "dcat:dataset": parts,
        "schema:hasPart": [{"@id": part["@id"]} for part in parts],
        "dcat:versionNotes": [
            {"@value": f"{change.date}：{'；'.join(change.what)}", "@language": "zh"} for change in changes
        ],
    }


def dataset(
    record: Record,
    *,
    site: Site,
) -> dict[str, Any]:
    """The document of a layer, a plan or everything; its web address identifies it."""
    page, distributions = site.page(record), site.distributions(record)
    name, abstract = _zh(record.title), _zh(record.abstract)
    period = (f"{record.start_year}-01-01", f"{record.end_year}-12-31")
    node: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": page,
        "@type": ["dcat:Dataset", "schema:Dataset"],
        "dct:identifier": record.id,
        "schema:identifier": record.id,
        "dct:title": [name, _en(record.title_en)],
        "schema:name": record.title,
        "schema:alternateName": record.title_en,
        "dct:description": [abstract],
        "schema:description": record.abstract,
        "dcat:keyword": [_zh(word) for word in record.keywords],
        "schema:keywords": list(record.keywords),
        "dcat:theme": [{"@id": _THEME}],
        "dct:language": [{"@id": _LANGUAGE}],
        "schema:inLanguage": "zh-CN",
        "dcat:landingPage": {"@id": page},
        "schema:url": page,
        "dct:modified": _date(record.modified),
        "schema:dateModified": record.modified,
        "dcat:version": record.version,
        "schema:version": record.version,
        "dct:accrualPeriodicity": {"@id": _FREQUENCY},
        "dct:license": {"@id": LICENCE_URL},
        "schema:license": LICENCE_URL,
        "dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": _zh(record.attribution)},
        "schema:creditText": record.attribution,
        "schema:usageInfo": USE_LIMITS,
        "dct:conformsTo": [{"@id": _CRS}],
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "rdfs:label": _zh(record.lineage)},
        "dqv:hasQualityAnnotation": {
            "@type": "dqv:QualityAnnotation",
            "oa:hasBody": {"@type": "oa:TextualBody", "schema:text": _zh(record.accuracy)},
        },
        "dct:source": [
            {
                "@type": "dcat:Resource",
                "dct:title": _zh(credit.title),
                "dct:rights": {
                    "@type": "dct:RightsStatement",
                    "rdfs:label": _zh(f"{credit.credit}（{credit.licence}）"),
                },
            }
            for credit in record.credits
        ],
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _date(period[0]),
            "dcat:endDate": _date(period[1]),
        },
        "schema:temporalCoverage": "/".join(period),
        **_agent(site),
        "dcat:distribution": [_distribution(item, record) for item in distributions],
        "schema:distribution": [
            {
                "@type": "schema:DataDownload",
                "schema:name": item.title,
                "schema:contentUrl": item.address,
                "schema:encodingFormat": item.media_type,
            }
            for item in distributions
        ],
        "schema:isAccessibleForFree": True,
    }
    return node | _place(record)


def _agent(site: Site) -> dict[str, Any]:
    mail = "@" in site.contact and "://" not in site.contact
    kind = "vcard:hasEmail" if mail else "vcard:hasURL"
    address = f"mailto:{site.contact.removeprefix('mailto:')}" if mail else site.contact
    return {
        "dct:publisher": {"@id": site.home, "@type": "foaf:Agent", "foaf:name": "津图 Plan Atlas"},
        "schema:creator": {
            "@type": "schema:Organization",
            "schema:name": "津图 Plan Atlas",
            "schema:url": site.home,
        },
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": "津图 Plan Atlas",
            kind: {"@id": address},
        },
    }


def _place(record: Record) -> dict[str, Any]:
    if record.bbox is None:
        return {}
    west, south, east, north = record.bbox
    ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
    return {
        "dct:spatial": {
            "@type": "dct:Location",
            "dcat:bbox": {"@type": "gsp:wktLiteral", "@value": f"POLYGON(({ring}))"},
        },
        "schema:spatialCoverage": {
            "@type": "schema:Place",
            "schema:geo": {
                "@type": "schema:GeoShape",
                # latitude first, as schema.org has it
                "schema:box": f"{south} {west} {north} {east}",
            },
        },
    }


def _distribution(item: Distribution, record: Record) -> dict[str, Any]:
    media = f"http://www.iana.org/assignments/media-types/{item.media_type.split(';')[0]}"
    return {
        "@type": "dcat:Distribution",
        "dct:title": _zh(item.title),
        "dcat:accessURL": {"@id": item.address},
        "dcat:downloadURL": {"@id": item.address},
        "dcat:mediaType": {"@id": media},
        "dct:license": {"@id": LICENCE_URL},
        "dct:modified": _date(record.modified),
    }


def _zh(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "zh"}


def _en(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}


def _date(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:date"}
