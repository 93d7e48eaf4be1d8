"""The passages of the atlas carried to a changed edition of a plan's text, for the command line.

The two files come from anywhere and are only read. Names of places that must not differ are the names of
all features of the atlas, and whatever looks like the name of a place in either edition: a place that no
feature stands for is no less another place.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.atlas.placewords import load_place_words
from app.atlas.query import Query
from app.atlas.store import Atlas
from app.errors import InputFileError, NotFoundError
from app.plans.anchors import Verdict, reanchor
from app.plans.document import PlanText, parse_plan
from app.plans.model import Passage, PassageRole, PlanRecord

LARGEST = 2**20
"""Bytes of the largest text that is read; the longest of the plans has a quarter of it."""

SHOWN = 120
"""Characters of a quotation on a terminal; the JSON has it whole."""


@dataclass(frozen=True, slots=True)
class EditionFile:
    """A text file as read."""

    path: Path
    text: str
    sha256: str


def reanchored(
    atlas: Atlas, old_path: Path, new_path: Path, *, plan: str | None, layers: Path
) -> dict[str, Any]:
    """Carry the passages of a plan from one edition to the next; nothing is written.

    Parameters
    ----------
    atlas
        The built atlas, whose passages are moved.
    old_path, new_path
        The edition the passages quote, and the changed one.
    plan
        Id of the plan; None takes the plan whose text has the SHA-256 of the old edition.
    layers
        Folder of the layer files, for the vocabulary of place words.

    Returns
    -------
    dict
        ``plan``, ``old`` and ``new`` (path and sha256), ``counts`` per verdict, ``passages`` in the order
        of the text, each once, with the features that it belongs to.

    Raises
    ------
    InputFileError
        If a file cannot be read as a plan text, or is not the text that the atlas quotes.
    NotFoundError
        If the atlas has no such plan.
    """
    old_file, new_file = read_edition(old_path), read_edition(new_path)
    row = _plan_row(atlas, old_file, plan)
    old, new = (_parsed(row, file) for file in (old_file, new_file))
    passages, features = _passages(atlas, row["id"])
    net = load_place_words(layers)
    names = {text.clean[a:b] for text in (old, new) for a, b in net.find(text.clean, 0, len(text.clean))}
    for feature in atlas:
        names.update((feature.properties["name"], *feature.properties["aliases"]))
    results = reanchor(passages, old, new, names)
    counts = Counter(result.verdict for result in results)
    return {
        "plan": row["id"],
        "old": {"path": str(old_path), "sha256": old_file.sha256},
        "new": {"path": str(new_path), "sha256": new_file.sha256},
        "counts": {verdict.value: counts[verdict] for verdict in Verdict},
        "passages": [
            {
                "id": result.passage.id,
                "role": result.passage.role.value,
                "features": features[result.passage.start, result.passage.end, result.passage.role],
                "verdict": result.verdict.value,
                "exact": result.passage.exact,
                "start": result.start,
                "end": result.end,
                "new_exact": None if result.start is None else new.clean[result.start : result.end],
                "score": round(result.score, 4),
                "reason": result.reason,
                "candidates": [
                    {**asdict(candidate), "exact": new.clean[candidate.start : candidate.end]}
                    for candidate in result.candidates
                ],
            }
            for result in results
        ],
    }


def reanchoring_text(data: dict[str, Any]) -> str:
    """The result for a terminal: counts, and every passage that is not exact, with the reason."""
    counts = "，".join(f"{verdict} {count}" for verdict, count in data["counts"].items())
    lines = [f"{data['plan']}  摘录 {len(data['passages'])}：{counts}"]
    for row in data["passages"]:
        if row["verdict"] == Verdict.EXACT.value:
            continue
        place = "" if row["start"] is None else f" → {row['start']}-{row['end']}"
        lines.append(
            f"{row['verdict']:<9} {row['id']}{place} {_shown(row['reason'])}｜{_shown(row['exact'])}"
        )
        if row["start"] is None:
            lines += [
                f"          候选 {c['start']}-{c['end']} 相似 {c['score']:.2f}｜{_shown(c['exact'])}"
                for c in row["candidates"]
            ]
    return "\n".join(lines)


def read_edition(path: Path) -> EditionFile:
    """Read a text file that may come from anywhere.

    Raises
    ------
    InputFileError
        If it is missing, no regular file, unreadable, too large, or not UTF-8 text.
    """
    try:
        # Opened first, asked afterwards: a pipe must not block, a swapped file must not slip through.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InputFileError(path, "this is no regular file", cure="Name a text file.")
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, InputFileError):
            raise
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputFileError(path, f"the file cannot be read ({why})") from None
    if len(data) > LARGEST:
        raise InputFileError(path, f"the file has more than {LARGEST} bytes", cure="Name a plan's text.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputFileError(
            path, f"the file is not UTF-8 ({error.reason} at byte {error.start})", cure="Save it as UTF-8."
        ) from None
    if not text.strip():
        raise InputFileError(path, "the file holds no text", cure="Name a plan's text.")
    return EditionFile(path, text, hashlib.sha256(data).hexdigest())


def _plan_row(atlas: Atlas, old: EditionFile, plan: str | None) -> dict[str, Any]:
    known = "、".join(row["id"] for row in atlas.plans)
    if plan is not None:
        for row in atlas.plans:
            if row["id"] == plan:
                return row
        raise NotFoundError(f"没有规划“{plan[:60]}”。可用：{known}。")
    for row in atlas.plans:
        if row["sha256"] == old.sha256:
            return row
    raise InputFileError(
        old.path, "this is the text of no plan in the atlas", cure=f"Name the plan with --plan: {known}."
    )


def _parsed(row: dict[str, Any], file: EditionFile) -> PlanText:
    fields = {key: row[key] for key in PlanRecord.__slots__ if key not in ("text", "sha256")}
    return parse_plan(PlanRecord(**fields, text=file.path, sha256=file.sha256), file.text)


_Key = tuple[int, int, PassageRole]


def _passages(atlas: Atlas, plan: str) -> tuple[list[Passage], dict[_Key, list[str]]]:
    """Return the passages of a plan, each once, and the features that each belongs to."""
    features: dict[_Key, list[str]] = defaultdict(list)
    mentions: dict[_Key, set[tuple[int, int]]] = defaultdict(set)
    stored: dict[_Key, dict[str, Any]] = {}
    for feature in atlas.query(Query(plan=plan)).items:
        for row in feature.properties["passages"]:
            key = row["start"], row["end"], PassageRole(row["role"])
            features[key].append(feature.id)
            mentions[key].update((a, b) for a, b in row["mentions"])
            stored[key] = row
    passages = [
        Passage(
            plan=plan,
            start=row["start"],
            end=row["end"],
            exact=row["exact"],
            prefix=row["prefix"],
            suffix=row["suffix"],
            role=key[2],
            path=tuple((s["id"], s["label"], s["inferred"]) for s in row["path"]),
            mentions=tuple(sorted(mentions[key])),
        )
        for key, row in sorted(stored.items())
    ]
    return passages, dict(features)


def _shown(text: str) -> str:
    """The beginning of a text of unknown origin on one line, without what a terminal would act on."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
