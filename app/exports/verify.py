"""A plan package checked as a stranger would: nothing of ours is asked but what is in the file.

Every fault is one sentence that says which member is wrong and how. A package is never unpacked to disk,
and nothing is read that its directory has not been checked for.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from stat import S_ISLNK
from typing import Any, Final
from xml.parsers import expat

import shapely
import yaml

from app.errors import InputFileError
from app.exports.packages import FORMAT, FORMAT_VERSION, MANIFEST
from app.places.staging import printable

BYTES_MAX: Final = 256 * 1024 * 1024
MEMBERS_MAX: Final = 500
YAML_MAX: Final = 100_000
"""Bytes of a YAML member: its parser takes seconds for a megabyte."""
RATIO_MAX: Final = 200
"""A member that shrinks to less than a 200th is no text or geometry that anyone wrote."""
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_REQUIRED: Final = (
    "text.txt", "raw.txt", "plan.json", "outline.json", "features.geojson", "annotations.jsonld",
    "indicators.json", "targets.json", "findings.json", "metadata.jsonld", "metadata.xml", "CITATION.cff",
)  # fmt: skip


_DAMAGED: Final = (
    OSError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong: the member it is in (empty for the file itself), and a sentence."""

    member: str
    message: str

    def __str__(self) -> str:
        told = f"{self.member}：{self.message}" if self.member else self.message
        return printable(told, limit=len(told))  # a stranger's words, to be shown on a terminal


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: the plan, the data version, how much was checked, and all faults."""

    plan: str
    version: str
    counts: Mapping[str, int]
    faults: tuple[Fault, ...]


def verify(path: Path) -> Report:
    """Check a package.

    Raises
    ------
    InputFileError
        The file cannot be opened as a zip, or opening it would be unsafe: then nothing in it is read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _safe(path, archive)
            return _Check({info.filename: archive.read(info) for info in archive.infolist()}).report()
    except FileNotFoundError:
        raise InputFileError(path, "没有这个文件") from None
    except _DAMAGED as error:
        raise InputFileError(path, f"不是完好的 zip 文件（{error}）", cure="请重新下载。") from None


def _safe(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse what could harm whoever unpacks it: too much, too dense, outside, links, twins, secrets."""
    infos = archive.infolist()
    cure = "不要解压这个文件；请从可信的来源重新取得。"
    if len(infos) > MEMBERS_MAX:
        raise InputFileError(path, f"内有 {len(infos)} 个文件，最多 {MEMBERS_MAX} 个", cure=cure)
    total = sum(info.file_size for info in infos)
    if total > BYTES_MAX:
        raise InputFileError(path, f"解压后有 {total // 2**20} MiB，最多 {BYTES_MAX // 2**20} MiB", cure=cure)
    seen: set[str] = set()
    for info in infos:
        name = info.filename
        parts = PurePosixPath(name).parts
        if not name.isprintable():
            raise InputFileError(path, f"文件名 {name[:80]!r} 含有控制字符", cure=cure)
        if not name or name.startswith("/") or "\\" in name or ":" in name or ".." in parts:
            raise InputFileError(path, f"文件名 {name[:80]!r} 指向包外", cure=cure)
        if S_ISLNK(info.external_attr >> 16):
            raise InputFileError(path, f"{name[:80]} 是符号链接", cure=cure)
        if info.flag_bits & 1:
            raise InputFileError(path, f"{name[:80]} 加了密", cure=cure)
        if name.casefold() in seen:
            raise InputFileError(path, f"{name[:80]} 出现了两次", cure=cure)
        if info.file_size > 100_000 and info.file_size > RATIO_MAX * max(1, info.compress_size):
            raise InputFileError(path, f"{name[:80]} 压缩得过密，像是压缩炸弹", cure=cure)
        seen.add(name.casefold())


class _Check:
    """One pass over the members of a package."""

    def __init__(self, members: Mapping[str, bytes]) -> None:
        self._members = members
        self._faults: list[Fault] = []
        self._json = dict(self._parsed())
        self._counts = {"files": len(members)}
        self.text = self._decoded("text.txt")
        manifest = self._json.get(MANIFEST)
        self.manifest: Mapping[str, Any] = manifest if isinstance(manifest, dict) else {}

    def report(self) -> Report:
        """Run every check; a check that trips over the shape of the data is a fault of the data."""
        checks: tuple[tuple[str, Callable[[], None]], ...] = (
            (MANIFEST, self._check_manifest),
            ("", self._check_members),
            ("plan.json", self._check_plan),
            ("outline.json", self._check_outline),
            ("features.geojson", self._check_features),
            ("annotations.jsonld", self._check_annotations),
            ("targets.json", self._check_targets),
            ("indicators.json", self._check_indicators),
            ("findings.json", self._check_findings),
        )
        for member, check in checks:
            if member and member not in self._members:
                continue  # told by the check of the members
            try:
                check()
            except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
                self._fault(member, f"内容不合规定的结构（{type(error).__name__}：{error}）。")
        return Report(
            plan=str(self.manifest.get("plan", "")),
            version=str(self.manifest.get("dataVersion", "")),
            counts=self._counts,
            faults=tuple(dict.fromkeys(self._faults)),
        )

    def _fault(self, member: str, message: str) -> None:
        self._faults.append(Fault(member, message))

    def _decoded(self, name: str) -> str:
        try:
            return self._members.get(name, b"").decode("utf-8")
        except UnicodeDecodeError as error:
            self._fault(name, f"不是 UTF-8 文字（第 {error.start} 字节）。")
            return ""

    def _parsed(self) -> Iterator[tuple[str, Any]]:
        for name, body in self._members.items():
            try:
                if name.endswith((".json", ".geojson", ".jsonld")):
                    yield name, json.loads(body, parse_constant=_no_constant)
                elif name.endswith((".xml", ".qml", ".sld")):
                    _well_formed(body)
                elif name.endswith(".cff"):
                    if len(body) > YAML_MAX:
                        raise ValueError(f"有 {len(body)} 字节，最多 {YAML_MAX}")
                    yaml.safe_load(body)
            except _EntityError:
                self._fault(name, "XML 里定义了实体，不予读取。")
            except (ValueError, expat.ExpatError, yaml.YAMLError, RecursionError) as error:
                self._fault(name, f"读不出来（{str(error).splitlines()[0]}）。")

    def _check_manifest(self) -> None:
        if self.manifest.get("format") != FORMAT:
            self._fault(MANIFEST, f"format 应为 {FORMAT}。")
        if self.manifest.get("formatVersion") != FORMAT_VERSION:
            self._fault(
                MANIFEST,
                f"formatVersion 是 {self.manifest.get('formatVersion')}，本程序只懂 {FORMAT_VERSION}。",
            )
        listed = {entry["path"]: entry for entry in self.manifest["files"]}
        for name, entry in listed.items():
            body = self._members.get(name)
            if body is None:
                self._fault(name, "清单上有，包里没有。")
            elif entry["bytes"] != len(body):
                self._fault(name, f"有 {len(body)} 字节，清单上是 {entry['bytes']}：文件被改动或截断。")
            elif entry["sha256"] != hashlib.sha256(body).hexdigest():
                self._fault(name, "SHA-256 与清单不符：文件被改动。")
        for name in self._members:
            if name != MANIFEST and name not in listed:
                self._fault(name, "包里有，清单上没有。")

    def _check_members(self) -> None:
        for name in (MANIFEST, *_REQUIRED):
            if name not in self._members:
                self._fault(name, "缺少这个文件。")

    def _check_plan(self) -> None:
        plan = self._json["plan.json"]
        if plan["id"] != self.manifest.get("plan"):
            self._fault("plan.json", f"规划编号 {plan['id']} 与清单的 {self.manifest.get('plan')} 不同。")
        digest = hashlib.sha256(self._members.get("raw.txt", b"")).hexdigest()
        if plan["sha256"] != digest:
            self._fault(
                "raw.txt", f"SHA-256 是 {digest}，plan.json 记的是 {plan['sha256']}：不是同一份原文件。"
            )

    def _check_outline(self) -> None:
        sections = self._json["outline.json"]["sections"]
        known = {section["id"]: section for section in sections}
        self._counts["sections"] = len(sections)
        if len(known) < len(sections):
            self._fault("outline.json", "章节编号有重复。")
        for section in sections:
            if not 0 <= section["start"] <= section["body_start"] <= section["end"] <= len(self.text):
                self._fault("outline.json", f"{section['id']} 的字位越出文本。")
            parent = section["parent"]
            if parent is not None and parent not in known:
                self._fault("outline.json", f"{section['id']} 的上级 {parent} 不存在。")

    def _quote(self, member: str, what: str, start: int, end: int, exact: str) -> None:
        """The words stand in the text where they are said to stand."""
        if self.text[start:end] == exact and 0 <= start < end:
            return
        at = self.text.find(exact) if exact else -1
        where = f"它在 {at}-{at + len(exact)}" if at >= 0 else "文本中没有这段话"
        self._fault(member, f"{what} 说 {start}-{end} 是“{exact[:30]}”，文本那里不是；{where}。")

    def _check_features(self) -> None:
        member = "features.geojson"
        features = self._json[member]["features"]
        self._counts |= {"features": len(features), "passages": 0, "feature_targets": 0}
        ids: set[str] = set()
        for feature in features:
            values = feature["properties"]
            name = str(feature["id"])
            if name in ids:
                self._fault(member, f"要素编号 {name} 出现了两次。")
            ids.add(name)
            if not _ID.fullmatch(name) or values["id"] != name:
                self._fault(member, f"要素编号 {name[:80]} 不合规定，或与属性中的不同。")
            if values["plan"] != self.manifest.get("plan"):
                self._fault(member, f"{name} 属于规划 {values['plan']}，不属于这一份。")
            self._check_geometry(member, name, feature["geometry"], values)
            passages = {}
            for passage in values["passages"]:
                self._counts["passages"] += 1
                passages[passage["id"]] = passage
                self._quote(member, f"{name} 的摘录", passage["start"], passage["end"], passage["exact"])
                before = self.text[max(0, passage["start"] - len(passage["prefix"])) : passage["start"]]
                after = self.text[passage["end"] : passage["end"] + len(passage["suffix"])]
                if (before, after) != (passage["prefix"], passage["suffix"]):
                    self._fault(member, f"{name} 的摘录 {passage['id']} 的前后文与文本不同。")
            for target in values["targets"]:
                self._counts["feature_targets"] += 1
                home = passages.get(target["passage"])
                if home is None or target["raw"] not in home["exact"]:
                    self._fault(member, f"{name} 的目标“{target['raw'][:30]}”不在它所引的摘录里。")

    def _check_geometry(
        self, member: str, name: str, geometry: Mapping[str, Any] | None, values: Mapping[str, Any]
    ) -> None:
        if geometry is None:
            if not values["reason"]:
                self._fault(member, f"{name} 没有几何，也没有写明原因。")
            return
        try:
            shape = shapely.from_geojson(json.dumps(geometry))
        except shapely.errors.GEOSException as error:
            self._fault(member, f"{name} 的几何读不出来（{error}）。")
            return
        if shape.is_empty or not shape.is_valid:
            self._fault(member, f"{name} 的几何无效（{shapely.is_valid_reason(shape)}）。")
            return
        west, south, east, north = shape.bounds
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            self._fault(member, f"{name} 的坐标不是 WGS84 经度、纬度。")

    def _check_annotations(self) -> None:
        member = "annotations.jsonld"
        items = self._json[member]["items"]
        self._counts["annotations"] = len(items)
        known = {str(feature["id"]) for feature in self._json["features.geojson"]["features"]}
        for item in items:
            position, quote = item["target"]["selector"]
            self._quote(member, item["id"], position["start"], position["end"], quote["exact"])
            if str(item["body"]).rsplit("/", 1)[-1] not in known:
                self._fault(member, f"{item['id']} 指向包里没有的要素。")

    def _check_targets(self) -> None:
        member = "targets.json"
        rows = self._json[member]["targets"]
        self._counts["targets"] = len(rows)
        for row in rows:
            sentence = row["sentence"]
            self._quote(member, row["id"], sentence["start"], sentence["end"], sentence["exact"])
            start, end = row["number"]
            self._quote(member, f"{row['id']} 的数字", start, end, row["raw"])
            if not sentence["start"] <= start < end <= sentence["end"]:
                self._fault(member, f"{row['id']} 的数字不在它所引的句子里。")

    def _check_indicators(self) -> None:
        member = "indicators.json"
        rows = self._json[member]["indicators"]
        self._counts["indicators"] = len(rows)
        for row in rows:
            cell = "".join(self.text[row["start"] : row["end"]].split())  # names run over lines
            if "".join(row["name_raw"].split()) not in cell:
                self._fault(
                    member,
                    f"{row['id']} 的名称“{row['name_raw'][:30]}”不在文本 {row['start']}-{row['end']}。",
                )
            for prose in row["prose"]:
                self._quote(member, f"{row['id']} 的正文引句", prose["start"], prose["end"], prose["quote"])

    def _check_findings(self) -> None:
        member = "findings.json"
        findings = self._json[member]["findings"]
        self._counts["findings"] = len(findings)
        known = {str(feature["id"]) for feature in self._json["features.geojson"]["features"]}
        for finding in findings:
            if finding["feature"] and finding["feature"] not in known:
                self._fault(member, f"{finding['code']} 说的要素 {finding['feature']} 不在包里。")


class _EntityError(Exception):
    """An XML member defines an entity."""


def _well_formed(body: bytes) -> None:
    """Read XML in whatever encoding it is, up to the first definition of an entity."""

    def refuse(*_: object) -> None:
        raise _EntityError

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse
    parser.Parse(body, True)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} 不是 JSON")
