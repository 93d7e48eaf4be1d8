"""Files that strangers send, brought into a private folder before any library opens them.

What may be wrong with a file as a file is found here: not there, no plain file, a symbolic link, too
large, an archive that climbs out of its folder, unpacks to more than allowed, is encrypted or holds no
geodata. Each is one Chinese sentence; nothing outside the private folder is written, and a name from an
archive is never used as a name on disk. What is *in* the files is :mod:`app.places.geofile`'s affair.
"""

from __future__ import annotations

import hashlib
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from app.errors import AtlasError

DATASETS = (".geojson", ".json", ".gpkg", ".shp", ".kml", ".csv", ".fgb")
ARCHIVES = (".zip", ".kmz")
READABLE = "GeoJSON、Shapefile（文件夹、zip 或 .shp）、GeoPackage、KML／KMZ、FlatGeobuf、CSV（经纬度或 WKT）"

_SIDECARS = (".shx", ".dbf", ".prj", ".cpg")
_KNOWN = frozenset((*DATASETS, *_SIDECARS))
_MEMBERS_MAX = 1000  # entries in an archive or folder, whatever their size
_CHUNK = 1 << 20
_MACOS = ("__MACOSX", ".DS_Store")


class UnusableFileError(AtlasError, ValueError):
    """A supplied file cannot be taken; the message is the file's name and one sentence."""

    def __init__(self, path: Path, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(f"{path.name}：{sentence}")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken: bytes of a file or of an unpacked archive, features, vertices of one geometry."""

    file_bytes: int
    features: int
    vertices: int


@dataclass(frozen=True, slots=True)
class Dataset:
    """One staged file to open (its sidecars beside it) and the name that people know it by."""

    path: Path
    title: str


@dataclass(frozen=True, slots=True)
class Staged:
    """The datasets of a supplied file and the SHA-256 of that file as it came.

    Of a folder or of a ``.shp`` with sidecars the hash is over the names and contents taken, by name.
    """

    datasets: tuple[Dataset, ...]
    sha256: str


@contextmanager
def staged(path: Path, limits: Limits) -> Iterator[Staged]:
    """Copy or unpack what ``path`` names into a private folder, which is gone after the block.

    Raises
    ------
    UnusableFileError
        The file cannot be taken.
    """
    if path.is_symlink():
        raise UnusableFileError(path, "是符号链接；请给出文件本身。")
    if not path.exists():
        raise UnusableFileError(path, "没有这个文件。")
    with tempfile.TemporaryDirectory(prefix="atlas-") as name:
        room = _Room(path, Path(name), limits)
        try:
            room.fill()
        except OSError as error:
            raise UnusableFileError(path, f"无法读取（{error.strerror or error}）。") from None
        yield room.staged()


class _Room:
    """The private folder being filled; every byte that enters is counted and hashed."""

    def __init__(self, path: Path, folder: Path, limits: Limits) -> None:
        self.path = path
        self.folder = folder
        self.limits = limits
        self.left = limits.file_bytes
        self.digest = hashlib.sha256()
        self.stems: dict[str, str] = {}  # member without suffix -> name on disk
        self.datasets: list[Dataset] = []

    def fail(self, sentence: str) -> UnusableFileError:
        return UnusableFileError(self.path, sentence)

    def too_large(self) -> UnusableFileError:
        megabytes = self.limits.file_bytes / 1e6
        return self.fail(f"文件（或解压后）超过上限 {megabytes:g} MB（设置 ATLAS_IMPORT_MB）。")

    def staged(self) -> Staged:
        if not self.datasets:
            raise self.fail(f"不是可读的地理数据；可读 {READABLE}。")
        return Staged(tuple(self.datasets), self.digest.hexdigest())

    def fill(self) -> None:
        suffix = self.path.suffix.lower()
        if self.path.is_dir():
            self._take_files(self._members(self.path.iterdir()))
        elif not self.path.is_file():
            raise self.fail("不是普通文件。")
        elif self.path.stat().st_size == 0:
            raise self.fail("文件是空的。")
        elif suffix in ARCHIVES:
            self._unpack()
        elif suffix == ".shp":
            family = (self.path.with_suffix(s) for s in _SIDECARS + tuple(s.upper() for s in _SIDECARS))
            self._take_files(self._members([self.path, *(p for p in family if p.exists() or p.is_symlink())]))
        else:
            self._take_files([self.path])

    def _members(self, files: Iterable[Path]) -> list[Path]:
        """The geodata files among ``files``, by name."""
        members: list[Path] = []
        for member in files:
            if member.suffix.lower() in _KNOWN:
                if member.is_symlink() or not member.is_file():
                    raise self.fail(f"其中的“{member.name}”是符号链接或不是普通文件。")
                members.append(member)
            if len(members) > _MEMBERS_MAX:
                raise self.fail(f"文件夹里的文件超过 {_MEMBERS_MAX} 个。")
        return sorted(members)

    def _take_files(self, files: Iterable[Path]) -> None:
        for file in files:
            target = self._place(PurePosixPath(file.name))
            if target is None:
                continue
            alone = file == self.path
            if not alone:
                self.digest.update(file.name.encode() + b"\0")
            with file.open("rb") as source:
                self._copy(source, target)

    # --- archives --------------------------------------------------------------------------------

    def _unpack(self) -> None:
        if self.path.stat().st_size > self.limits.file_bytes:
            raise self.too_large()
        with self.path.open("rb") as file:
            self.digest = hashlib.file_digest(file, "sha256")
        try:
            with zipfile.ZipFile(self.path) as archive:
                self._unpack_members(archive)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise self.fail("压缩包损坏，或用了读不了的压缩方式。") from None

    def _unpack_members(self, archive: zipfile.ZipFile) -> None:
        members = archive.infolist()
        if len(members) > _MEMBERS_MAX:
            raise self.fail(f"压缩包里的条目超过 {_MEMBERS_MAX} 个。")
        taken: list[tuple[zipfile.ZipInfo, PurePosixPath]] = []
        for member in members:
            name = _member_name(member)
            if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
                raise self.fail(f"压缩包里的路径“{printable(str(name))}”越出压缩包，整包不取。")
            if stat.S_ISLNK(member.external_attr >> 16):
                raise self.fail(f"压缩包里的“{printable(str(name))}”是符号链接，整包不取。")
            if not member.is_dir() and name.parts[0] not in _MACOS and not name.name.startswith("._"):
                taken.append((member, name))
        taken = [(member, name) for member, name in taken if name.suffix.lower() in _KNOWN]
        if any(member.flag_bits & 0x1 for member, _ in taken):
            raise self.fail("压缩包有密码；请先解压。")
        if sum(member.file_size for member, _ in taken) > self.limits.file_bytes:
            raise self.too_large()
        for member, name in taken:
            if (target := self._place(name)) is not None:
                with archive.open(member) as source:
                    self._copy(source, target, hashed=False)

    # --- files on disk ---------------------------------------------------------------------------

    def _place(self, name: PurePosixPath) -> Path | None:
        """Where a member is to stand, under a name of our own; None for what is no geodata."""
        suffix = name.suffix.lower()
        if suffix not in _KNOWN:
            return None
        stem = self.stems.setdefault(name.with_suffix("").as_posix(), f"d{len(self.stems)}")
        target = self.folder / f"{stem}{suffix}"
        if target.exists():
            raise self.fail(f"“{printable(str(name))}”有两份。")
        if suffix in DATASETS:
            self.datasets.append(Dataset(target, name.stem))
        return target

    def _copy(self, source: IO[bytes], target: Path, *, hashed: bool = True) -> None:
        with target.open("wb") as sink:
            # The size that an archive states is its maker's word; what comes out is counted.
            while block := source.read(min(_CHUNK, self.left + 1)):
                self.left -= len(block)
                if self.left < 0:
                    raise self.too_large()
                if hashed:
                    self.digest.update(block)
                sink.write(block)


def _member_name(member: zipfile.ZipInfo) -> PurePosixPath:
    """The name of an archive member; Chinese Windows writes GBK where the standard says CP437."""
    name = member.orig_filename
    if not member.flag_bits & 0x800:
        raw = name.encode("cp437", errors="replace")
        name = raw.decode("gb18030", errors="replace")
    path = PurePosixPath(name.replace("\\", "/"))
    return path if path.parts else PurePosixPath("_")


def printable(text: str, *, limit: int = 80) -> str:
    """A stranger's words as a message may show them: short, without control characters."""
    return "".join(c if c.isprintable() else " " for c in text[:limit]) + ("…" if len(text) > limit else "")
