"""The offline basemap of the last build, kept: it follows from the reference alone, and takes half a build.

What is kept is named by a hash over all it is made from (the extracts, the code that reads, draws and cuts
them, the libraries), and carries the hash of its own bytes. A file that does not match is made anew, so that
a build gives the same bytes with and without it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.atlas.backdrop import backdrops
from app.atlas.backdrop_tiles import cut_tiles
from app.atlas.inputs import library_versions
from app.places.linework import Lines
from app.places.records import RECORDS_FILE
from app.places.reference import Reference

_ATLAS = Path(__file__).resolve().parent
_MARK = len(hashlib.sha256().hexdigest())
_PARTS: Final = "backdrop-*.json"
_TILES: Final = "backdrop-*.pmtiles"


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The offline basemap: parts as GeoJSON by name, to print from, and tiles as a PMTiles archive."""

    parts: Mapping[str, bytes]
    tiles: bytes


def kept_backdrop(reference: Reference, lines: Lines, folder: Path) -> Backdrop:
    """What :func:`backdrops` draws and :func:`cut_tiles` cuts, read from ``folder`` where it holds them.

    Parameters
    ----------
    folder
        What is made is written there; made when missing.
    """
    key = _key(reference)
    parts = _unjoined(_kept(folder, _PARTS, key, lambda: _joined(backdrops(reference, lines))))
    return Backdrop(parts, _kept(folder, _TILES, key, lambda: cut_tiles(parts)))


def _key(reference: Reference) -> str:
    digest = hashlib.sha256(library_versions())
    # the records hold the hash of every extract, and those were checked when the reference was opened
    digest.update((reference.root / RECORDS_FILE).read_bytes())
    for path in _code():
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _code() -> Iterator[Path]:
    yield from sorted((_ATLAS.parent / "places").glob("*.py"))
    names = (
        "backdrop.py",
        "backdrop_tiles.py",
        "landmarks.py",
        "pinyin.py",
        "tilearchive.py",
        "tippecanoe.py",
    )
    yield from (_ATLAS / name for name in names)


def _joined(parts: Mapping[str, bytes]) -> bytes:
    return json.dumps({name: part.decode() for name, part in parts.items()}, ensure_ascii=False).encode()


def _unjoined(body: bytes) -> dict[str, bytes]:
    return {name: text.encode() for name, text in json.loads(body).items()}


def _kept(folder: Path, pattern: str, key: str, make: Callable[[], bytes]) -> bytes:
    path = folder / pattern.replace("*", key)
    body = _read(path)
    if body is None:
        body = make()
        _write(path, body, pattern)
    return body


def _read(path: Path) -> bytes | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    mark, body = content[:_MARK], content[_MARK:]
    return body if hashlib.sha256(body).hexdigest().encode() == mark else None


def _write(path: Path, body: bytes, pattern: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(f".{os.getpid()}")
    new.write_bytes(hashlib.sha256(body).hexdigest().encode() + body)
    new.replace(path)  # at once: another build may be reading
    for old in path.parent.glob(pattern):
        if old != path:
            old.unlink(missing_ok=True)
