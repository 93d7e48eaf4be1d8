"""The plan package: everything the atlas holds of one plan in one zip that explains and checks itself.

Text, outline, features, annotations, indicators, targets, results, findings, styles, metadata, citation and
a manifest with the SHA-256 of each. The same atlas gives the same bytes. :mod:`app.exports.verify` checks
one without our server.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from app.atlas.export import ATTRIBUTION, LICENCE, feature_collection
from app.atlas.query import Query
from app.errors import NotFoundError
from app.exports.citation import citation
from app.exports.iso19139 import iso19139
from app.exports.jsonld import dataset
from app.exports.metadata import LICENCE_URL, USE_LIMITS, Origins, Record, plan_record
from app.exports.qml import qml
from app.exports.selection import EVERYTHING
from app.exports.site import Site
from app.exports.sld import sld
from app.exports.zipped import zipped
from app.language import gettext, listed
from app.plans.document import CONTEXT

if TYPE_CHECKING:
    from app.atlas.store import Atlas
    from app.atlas.styles import StyleBook

FORMAT: Final = "plan-atlas/plan-package"
FORMAT_VERSION: Final = 1
MANIFEST: Final = "manifest.json"
_README: Final = """{title}
{title_en}

本包是“津图 Plan Atlas”关于一份规划的全部数据。
  text.txt             规划文本（整理后），所有字位按它的字符计数；raw.txt 为收到的原文件
  plan.json            规划的基本情况；outline.json 为章节
  features.geojson     要素：几何（WGS84 经度、纬度）、落图方法、依据、容差、原文摘录、目标
  annotations.jsonld   原文中的哪些字说的是哪个要素（W3C Web Annotation）
  indicators.json      指标表；targets.json 目标；results.json 目标与后来的结果；findings.json 质检发现
  styles/              QGIS（QML）与 OGC SLD 样式
  metadata.jsonld、metadata.xml、CITATION.cff、changes.json   元数据、引用方式、变更记录
  manifest.json        各文件的 SHA-256

核对：flask --app app package verify 本文件（不需要网络和服务器）。

{limits}
{attribution}
许可：{licence} {licence_url}
数据版本 {version}，{modified}
"""


def package(atlas: Atlas, plan_id: str, *, origins: Origins, book: StyleBook, site: Site) -> bytes:
    """The package of a plan as the bytes of a zip file.

    Raises
    ------
    NotFoundError
        No plan has this id.
    """
    plan = next((plan for plan in atlas.plans if plan["id"] == plan_id), None)
    if plan is None:
        known = listed(row["id"] for row in atlas.plans)
        raise NotFoundError(
            gettext(
                "没有编号为 %(id)s 的规划；可用的有：%(known)s。",
                id=plan_id[:80],
                known=known,
            )
        )
    record = plan_record(atlas, plan, origins)
    members = dict(_members(atlas, plan, record, origins=origins, book=book, site=site))
    manifest = {
        "format": FORMAT,
        "formatVersion": FORMAT_VERSION,
        "plan": plan_id,
        "title": plan["title"],
        "dataVersion": atlas.version,
        "modified": record.modified,
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "files": [
            {"path": name, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
            for name, body in members.items()
        ],
    }
    return zipped({MANIFEST: _json(manifest), **members})


def _members(
    atlas: Atlas,
    plan: Mapping[str, Any],
    record: Record,
    *,
    origins: Origins,
    book: StyleBook,
    site: Site,
) -> Iterator[tuple[str, bytes]]:
    plan_id = str(plan["id"])
    text = atlas.document(f"text/{plan_id}")
    features = list(atlas.stream(Query(plan=plan_id)))
    own = {str(row["id"]) for row in atlas.indicators if row["plan"] == plan_id}
    targets = [row for row in atlas.targets if row["plan"] == plan_id]
    aimed = {str(row["id"]) for row in targets}
    yield "README.txt", _readme(plan, record)
    yield "text.txt", str(text["clean"]).encode()
    yield "raw.txt", str(text["raw"]).encode()
    yield "plan.json", _json(dict(plan))
    yield "outline.json", _json({"plan": plan_id, "sections": text["sections"]})
    yield "features.geojson", feature_collection(features, atlas=atlas, head={"name": plan_id})
    yield "annotations.jsonld", _json(_annotations(features, plan_id, str(text["clean"]), site))
    yield (
        "indicators.json",
        _json(
            {
                "indicators": [row for row in atlas.indicators if row["plan"] == plan_id],
                "series": [row for row in atlas.series if own.intersection(row["rows"])],
            }
        ),
    )
    yield "targets.json", _json({"targets": targets})
    results = [row for row in atlas.results if row["plan"] == plan_id or row["target"] in aimed]
    yield "results.json", _json({"results": results})
    findings = [row for row in atlas.findings if row["plan"] == plan_id]
    used = {row["code"] for row in findings}
    checks = [row for row in atlas.checks if row["code"] in used]
    yield "findings.json", _json({"findings": findings, "checks": checks})
    titles = {str(theme["id"]): str(theme["title"]) for theme in atlas.themes}
    for theme in sorted({str(feature.properties["theme"]) for feature in features}):
        style = book.theme(theme)
        yield f"styles/{theme}.qml", qml(style, book).encode()
        yield f"styles/{theme}.sld", sld(style, book, title=titles[theme]).encode()
    yield "metadata.jsonld", _json(dataset(record, site=site))
    yield "metadata.xml", iso19139(record, parent=EVERYTHING, site=site).encode()
    yield "CITATION.cff", citation(record, page=site.page(record)).encode()
    yield (
        "changes.json",
        _json({"changes": [{"date": one.date, "what": list(one.what)} for one in origins.changes]}),
    )


def _annotations(features: Sequence[Any], plan_id: str, text: str, site: Site) -> dict[str, Any]:
    """Which words speak of which feature (https://www.w3.org/TR/annotation-model/)."""
    items = []
    for feature in features:
        for passage in feature.properties["passages"]:
            start, end = passage["start"], passage["end"]
            address = f"{site.home}/plans/{plan_id}/passages/{start}-{end}"
            selectors = [
                {"type": "TextPositionSelector", "start": start, "end": end},
                {
                    "type": "TextQuoteSelector",
                    "exact": text[start:end],
                    "prefix": text[max(0, start - CONTEXT) : start],
                    "suffix": text[end : end + CONTEXT],
                },
            ]
            items.append(
                {
                    "id": f"{address}#{feature.id}",
                    "type": "Annotation",
                    "motivation": "identifying",
                    "body": f"{site.home}/features/{feature.id}",
                    "target": {"source": f"{site.home}/plans/{plan_id}/text", "selector": selectors},
                }
            )
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"{site.home}/plans/{plan_id}/annotations.jsonld",
        "type": "AnnotationPage",
        "items": items,
    }


def _readme(plan: Mapping[str, Any], record: Record) -> bytes:
    return _README.format(
        title=plan["title"],
        title_en=plan["title_en"],
        limits=USE_LIMITS,
        attribution=record.attribution,
        licence=record.licence,
        licence_url=LICENCE_URL,
        version=record.version,
        modified=record.modified,
    ).encode("utf-8-sig")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
