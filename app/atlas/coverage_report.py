"""The coverage document as the server and the terminal show it; computed by :mod:`app.atlas.coverage`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import NotFoundError


def narrowed(data: Mapping[str, Any], plan: str | None) -> dict[str, Any]:
    """The coverage document, of one plan where ``plan`` is given (then without ``totals``).

    Raises
    ------
    NotFoundError
        For an unknown plan.
    """
    if plan is None:
        return dict(data)
    known = [row["id"] for row in data["plans"]]
    if plan not in known:
        raise NotFoundError(f"没有规划“{plan[:60]}”。可用：{'、'.join(known)}。")
    return {
        "plans": [row for row in data["plans"] if row["id"] == plan],
        "missed": [row for row in data["missed"] if row["plan"] == plan],
        "place_words": data["place_words"],
    }


def coverage_text(data: Mapping[str, Any], *, in_full: bool) -> str:
    """The coverage document for a terminal; ``in_full`` adds the chapters and the missed sentences."""
    lines: list[str] = []
    for row in data["plans"]:
        lines += [f"{row['id']}  {_counts(row)}", f"  方法 {_pairs(row['methods'])}"]
        if row["reasons"]:
            lines.append(f"  未落图原因 {_pairs(row['reasons'])}")
        lines += [f"  {theme['id']:<11} {_counts(theme)}" for theme in row["themes"]]
        if in_full:
            lines += [
                f"  {chapter['label'] or '（无摘录）'}  {_counts(chapter)}" for chapter in row["chapters"]
            ]
        lines.append(
            f"  句 {row['sentences']}，含地名词 {row['place_like']}，"
            f"其中全无要素 {row['unlinked']}，部分未收 {row['partly']}"
        )
    for missed in data["missed"] if in_full else ():
        mark = "部分" if missed["linked"] else "无要素"
        names = "、".join(missed["names"])
        lines.append(f"[{mark}] 第{missed['raw_lines'][0]}行 {names}｜{missed['exact'].strip()}")
    return "\n".join(lines)


def _counts(row: Mapping[str, Any]) -> str:
    return f"点名 {row['named']}，落图 {row['located']}，未落图 {row['registered']}"


def _pairs(counts: Mapping[str, int]) -> str:
    return "，".join(f"{name} {count}" for name, count in counts.items()) or "—"
