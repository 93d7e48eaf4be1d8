"""How to cite the data: a Citation File Format document (CFF 1.2.0), which is YAML."""

from __future__ import annotations

from typing import Any

import yaml

from app.exports.metadata import Record


def citation(record: Record, *, page: str) -> str:
    """The CFF text of a layer, a plan or everything; ``page`` is its web address."""
    title = f"{record.title} ({record.title_en})"
    value: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "引用请注明出处与数据版本。Please cite these data with their version.",
        "type": "dataset",
        "title": title,
        "authors": [{"name": "津图 Plan Atlas", "website": page}],
        "version": record.version,
        "date-released": record.modified,
        "license": record.licence,
        "url": page,
        "abstract": record.abstract,
        "keywords": list(record.keywords),
        "references": [
            {
                "type": "government-document",
                "title": plan["title"],
                "authors": [{"name": plan["issuer"] or "文本未署名"}],
                **({"date-published": plan["issued"]} if plan["issued"] else {}),
                **({"number": plan["document_number"]} if plan["document_number"] else {}),
            }
            for plan in record.plans
        ]
        + [
            {"type": "data", "title": credit.title, "authors": [{"name": credit.credit}]}
            for credit in record.credits
        ],
    }
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1000)
