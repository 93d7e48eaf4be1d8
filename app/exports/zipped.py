"""Zip files whose bytes depend on their contents alone."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of members by their names, in the order given."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(_entry(name), body)
    return sink.getvalue()


def zip_files(files: list[Path], draft: Path) -> None:
    """Put files into a zip by their names, in the order given."""
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            info = _entry(file.name)
            info.file_size = file.stat().st_size  # lets zip64 be used where it must: old readers know none
            with file.open("rb") as source, archive.open(info, "w") as sink:
                shutil.copyfileobj(source, sink)
