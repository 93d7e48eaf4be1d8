"""The offline basemap of the last build, kept: it follows from the reference alone, and takes half a build.

What is kept is named by a hash over all it is made from (the extracts, the code that reads and draws them,
the libraries), and carries the hash of its own bytes. A file that does not match is drawn anew, so that a
build gives the same bytes with and without it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from app.atlas.backdrop import backdrops
from app.atlas.inputs import library_versions
from app.places.linework import Lines
from app.places.records import RECORDS_FILE
from app.places.reference import Reference

_ATLAS = Path(__file__).resolve().parent
_MARK = len(hashlib.sha256().hexdigest())


def kept_backdrops(reference: Reference, lines: Lines, folder: Path | None) -> dict[str, bytes]:
    """As :func:`app.atlas.backdrop.backdrops`, read from ``folder`` where it holds them, else written there.

    Parameters
    ----------
    folder
        Made when missing; None keeps nothing.
    """
    if folder is None:
        return backdrops(reference, lines)
    path = folder / f"backdrop-{_key(reference)}.json"
    kept = _read(path)
    if kept is None:
        kept = backdrops(reference, lines)
        _write(path, kept)
    return kept


def _key(reference: Reference) -> str:
    digest = hashlib.sha256(library_versions())
    # the records hold the hash of every extract, and those were checked when the reference was opened
    digest.update((reference.root / RECORDS_FILE).read_bytes())
    for path in _code():
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _code() -> Iterator[Path]:
    yield from sorted((_ATLAS.parent / "places").glob("*.py"))
    yield from (_ATLAS / name for name in ("backdrop.py", "landmarks.py"))


def _read(path: Path) -> dict[str, bytes] | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    mark, body = content[:_MARK], content[_MARK:]
    if hashlib.sha256(body).hexdigest().encode() != mark:
        return None
    return {name: text.encode() for name, text in json.loads(body).items()}


def _write(path: Path, parts: dict[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    body = json.dumps({name: part.decode() for name, part in parts.items()}, ensure_ascii=False).encode()
    new = path.with_suffix(f".{os.getpid()}")
    new.write_bytes(hashlib.sha256(body).hexdigest().encode() + body)
    new.replace(path)  # at once: another build may be reading
    for old in path.parent.glob("backdrop-*.json"):
        if old != path:
            old.unlink(missing_ok=True)
