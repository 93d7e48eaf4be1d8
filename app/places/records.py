"""Metadata of the reference extracts: where each comes from, and whether the file is still that one.

``records.json`` lies beside the extracts. It says for each which package, version and file hash it was
derived from, what the data truly are (the licence of a package is not always that of the data in it),
and the sha256 of the extract, by which a damaged or edited file is known when it is opened.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.errors import MissingInputError

RECORDS_FILE = "records.json"


def cure(file: str = "") -> str:
    """The sentence that names both commands which restore the extracts (or one ``file`` of them)."""
    path = f"geodata/reference/{file}" if file else "geodata/reference"
    return f"Run `git checkout -- {path}`, or derive it anew with `flask --app app geodata refresh`."


@dataclass(frozen=True, slots=True)
class SourcePackage:
    """One pinned archive of a package registry and the file in it that was read."""

    registry: str  # "PyPI" or "npm"
    package: str
    version: str
    sha256: str
    member: str


@dataclass(frozen=True, slots=True)
class ExtractRecord:
    """What is known of one extract.

    ``datum`` names the CRS of its coordinates; ``accuracy`` and ``faults`` are sentences for people;
    ``columns`` documents the columns of a CSV file or the properties of a GeoJSON file.
    """

    name: str
    file: str
    title: str
    sources: tuple[SourcePackage, ...]
    licence: str
    credit: str
    datum: str
    date: str
    accuracy: str
    faults: tuple[str, ...]
    columns: Mapping[str, str]
    features: int
    size: int
    sha256: str


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def dump_records(records: Mapping[str, ExtractRecord], path: Path) -> None:
    """Write the records as JSON, in the order of their names, so that equal records give equal bytes."""
    rows = [asdict(records[name]) for name in sorted(records)]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def load_records(root: Path) -> Mapping[str, ExtractRecord]:
    """Records by extract name.

    Raises
    ------
    MissingInputError
        ``records.json`` is missing, or is not what :func:`dump_records` writes.
    """
    path = root / RECORDS_FILE
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        records = [
            ExtractRecord(
                **{
                    **row,
                    "sources": tuple(SourcePackage(**source) for source in row["sources"]),
                    "faults": tuple(row["faults"]),
                }
            )
            for row in rows
        ]
    except FileNotFoundError:
        raise MissingInputError(path, "the list of reference extracts is missing", cure=cure()) from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = f"the list of reference extracts is damaged ({error})"
        raise MissingInputError(path, reason, cure=cure(RECORDS_FILE)) from None
    return MappingProxyType({record.name: record for record in records})


def verify(root: Path, record: ExtractRecord) -> None:
    """Check that an extract is there and is the file that its record describes.

    Raises
    ------
    MissingInputError
        It is missing, or its sha256 differs.
    """
    path = root / record.file
    if not path.is_file():
        raise MissingInputError(
            path, f"the reference extract {record.name!r} is missing", cure=cure(record.file)
        )
    if sha256_of(path) != record.sha256:
        reason = f"the reference extract {record.name!r} is damaged (its sha256 differs from its record)"
        raise MissingInputError(path, reason, cure=cure(record.file))
