"""Plan packages: whole, the same each time, and every way of breaking one is noticed and named."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.atlas.store import Atlas
from app.errors import InputFileError, NotFoundError
from app.exports.metadata import Origins, read_origins
from app.exports.packages import package
from app.exports.selection import style_book
from app.exports.site import Site
from app.exports.verify import verify
from app.settings import load_settings

HOME = Site("https://example.org/atlas", "gis@example.org")
Members = dict[str, bytes]


@pytest.fixture(scope="module")
def origins() -> Origins:
    return read_origins(load_settings({})["REFERENCE_DIR"])


@pytest.fixture(scope="module")
def whole(atlas: Atlas, origins: Origins) -> bytes:
    return package(atlas, "hedong-14", origins=origins, book=style_book(), site=HOME)


def unpacked(body: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, members: Members, *, sealed: bool = True) -> Path:
    """A zip of the members; ``sealed`` states their checksums anew, so that only the content is wrong."""
    if sealed:
        manifest = json.loads(members["manifest.json"])
        manifest["files"] = [
            {"path": name, "bytes": len(body), "sha256": sha256(body).hexdigest()}
            for name, body in members.items()
            if name != "manifest.json"
        ]
        members = {**members, "manifest.json": json.dumps(manifest).encode()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return path


@pytest.mark.parametrize("plan", ["heping-13", "heping-14", "heping-2021", "hedong-14", "binhai-14"])
def test_the_package_of_every_plan_is_sound(plan: str, atlas: Atlas, origins: Origins, tmp_path: Path):
    body = package(atlas, plan, origins=origins, book=style_book(), site=HOME)
    path = tmp_path / f"{plan}.plan.zip"
    path.write_bytes(body)
    report = verify(path)
    assert report.faults == ()
    assert (report.plan, report.version) == (plan, atlas.version)
    assert report.counts["features"] == next(row["features"] for row in atlas.plans if row["id"] == plan)
    assert report.counts["targets"] == sum(row["plan"] == plan for row in atlas.targets)
    assert report.counts["findings"] == sum(row["plan"] == plan for row in atlas.findings)
    assert report.counts["passages"] > 100
    assert body == package(atlas, plan, origins=origins, book=style_book(), site=HOME)


def test_an_unknown_plan_is_named(atlas: Atlas, origins: Origins):
    with pytest.raises(NotFoundError, match="没有编号为 nope 的规划；可用的有：heping-13"):
        package(atlas, "nope", origins=origins, book=style_book(), site=HOME)


def test_the_package_holds_the_received_file_and_a_reader_s_guide(whole: bytes):
    members = unpacked(whole)
    plan = json.loads(members["plan.json"])
    assert sha256(members["raw.txt"]).hexdigest() == plan["sha256"]
    assert "ODbL" in members["README.txt"].decode("utf-8-sig")
    collection = json.loads(members["features.geojson"])
    assert collection["licence"] == "ODbL-1.0"
    assert any(feature["geometry"] is None for feature in collection["features"])
    assert "styles/zones.qml" in members


def edit(name: str, change: Callable[[Any], None]) -> Callable[[Members], None]:
    """A change to one JSON member."""

    def apply(members: Members) -> None:
        value = json.loads(members[name])
        change(value)
        members[name] = json.dumps(value, ensure_ascii=False).encode()

    return apply


def with_text(members: Members) -> None:
    members["text.txt"] = members["text.txt"].decode().replace("天津", "天 津", 1).encode()


def first_polygon(value: Any) -> Any:
    return next(f for f in value["features"] if f["geometry"] and f["geometry"]["type"] == "Polygon")


def bow_tie(value: Any) -> None:
    west, south, east, north = 117.2, 39.1, 117.3, 39.2
    ring = [[west, south], [east, north], [east, south], [west, north], [west, south]]
    first_polygon(value)["geometry"]["coordinates"] = [ring]


def gauss(value: Any) -> None:
    first_polygon(value)["geometry"]["coordinates"] = [
        [[520_000, 4_330_000], [521_000, 4_330_000], [521_000, 4_331_000], [520_000, 4_330_000]]
    ]


def with_target(value: Any) -> Any:
    return next(f for f in value["features"] if f["properties"]["targets"])["properties"]


BROKEN: list[tuple[Callable[[Members], None], str]] = [
    (with_text, "features.geojson：.* 的摘录 说 .*，文本那里不是；它在"),
    (lambda m: m.pop("targets.json"), "targets.json：缺少这个文件"),
    (lambda m: m.update({"features.geojson": b"{"}), "features.geojson：读不出来"),
    (lambda m: m.update({"features.geojson": b"[]"}), "features.geojson：内容不合规定的结构"),
    (lambda m: m.update({"findings.json": b'{"findings": NaN}'}), "findings.json：读不出来（NaN 不是 JSON"),
    (lambda m: m.update({"text.txt": b"\xff\xfe"}), "text.txt：不是 UTF-8"),
    (lambda m: m.update({"raw.txt": b"other"}), "raw.txt：SHA-256 是 .*不是同一份原文件"),
    (lambda m: m.update({"metadata.xml": b"<a><b></a>"}), "metadata.xml：读不出来"),
    (
        lambda m: m.update({"metadata.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "metadata.xml：XML 里定义了实体",
    ),
    (
        lambda m: m.update({"metadata.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16")}),
        "metadata.xml：XML 里定义了实体",
    ),
    (lambda m: m.update({"CITATION.cff": b"a: [1"}), "CITATION.cff：读不出来"),
    (
        lambda m: m.update({"CITATION.cff": b"".join(b"- %d\n" % n for n in range(20_000))}),
        "CITATION.cff：读不出来（有 148890 字节",
    ),
    (
        edit("features.geojson", lambda v: v["features"][0].update(id="\x1b[2J")),
        r"要素编号  \[2J 不合规定",
    ),
    (
        edit("plan.json", lambda v: v.update(id="heping-14")),
        "plan.json：规划编号 heping-14 与清单的 hedong-14",
    ),
    (edit("manifest.json", lambda v: v.update(format="zip")), "manifest.json：format 应为"),
    (edit("manifest.json", lambda v: v.update(formatVersion=2)), "formatVersion 是 2，本程序只懂 1"),
    (edit("outline.json", lambda v: v["sections"][2].update(end=10**9)), "的字位越出文本"),
    (edit("outline.json", lambda v: v["sections"][2].update(parent="c99")), "的上级 c99 不存在"),
    (edit("outline.json", lambda v: v["sections"].append(v["sections"][0])), "章节编号有重复"),
    (edit("features.geojson", lambda v: v["features"].append(v["features"][0])), "出现了两次"),
    (edit("features.geojson", lambda v: v["features"][0].update(id="../x")), "要素编号 ../x 不合规定"),
    (edit("features.geojson", bow_tie), "的几何无效（Self-intersection"),
    (edit("features.geojson", gauss), "的坐标不是 WGS84"),
    (
        edit("features.geojson", lambda v: first_polygon(v).update(geometry={"type": "Polygon"})),
        "的几何读不出来|内容不合规定的结构",
    ),
    (
        edit("features.geojson", lambda v: first_polygon(v).update(geometry=None)),
        "没有几何，也没有写明原因",
    ),
    (
        edit("features.geojson", lambda v: v["features"][0]["properties"].update(plan="heping-14")),
        "属于规划 heping-14，不属于这一份",
    ),
    (
        edit("features.geojson", lambda v: with_target(v)["targets"][0].update(raw="999亿元")),
        "的目标“999亿元”不在它所引的摘录里",
    ),
    (
        edit("features.geojson", lambda v: with_target(v)["passages"][0].update(prefix="别的")),
        "的前后文与文本不同",
    ),
    (
        edit("annotations.jsonld", lambda v: v["items"][0].update(body="https://example.org/features/nope")),
        "指向包里没有的要素",
    ),
    (
        edit("targets.json", lambda v: v["targets"][0]["sentence"].update(exact="凭空的一句")),
        "文本中没有这段话",
    ),
    (
        edit("targets.json", lambda v: v["targets"][0].update(number=[0, 2], raw=v["targets"][0]["raw"])),
        "的数字",
    ),
    (edit("indicators.json", lambda v: v["indicators"][0].update(name_raw="幸福指数")), "“幸福指数”不在文本"),
    (edit("findings.json", lambda v: v["findings"][0].update(feature="nope")), "说的要素 nope 不在包里"),
]


@pytest.mark.parametrize(("change", "words"), BROKEN)
def test_a_package_that_says_something_wrong_is_found_out(
    whole: bytes, tmp_path: Path, change: Callable[[Members], None], words: str
):
    members = unpacked(whole)
    change(members)
    report = verify(packed(tmp_path / "broken.plan.zip", members))
    assert report.faults
    told = "\n".join(map(str, report.faults))
    assert re.search(words, told), told[:2000]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: m.update({"raw.txt": m["raw.txt"][:-1]}), "字节，清单上是"),
        (lambda m: m.update({"README.txt": m["README.txt"].replace(b"QGIS", b"QGIX")}), "SHA-256 与清单不符"),
        (lambda m: m.pop("README.txt"), "清单上有，包里没有"),
        (lambda m: m.update({"extra.txt": b"x"}), "包里有，清单上没有"),
        (lambda m: m.pop("manifest.json"), "manifest.json：缺少这个文件"),
        (lambda m: m.update({"manifest.json": b"{}"}), "manifest.json：内容不合规定的结构"),
    ],
)
def test_a_file_that_was_changed_is_found_out(
    whole: bytes, tmp_path: Path, change: Callable[[Members], Any], words: str
):
    members = unpacked(whole)
    change(members)
    report = verify(packed(tmp_path / "changed.plan.zip", members, sealed=False))
    assert any(words in str(fault) for fault in report.faults), report.faults


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/passwd", "a\\..\\b", "C:evil", "styles/../../x"])
def test_a_way_out_of_the_package_is_refused_unread(whole: bytes, tmp_path: Path, name: str):
    path = tmp_path / "out.plan.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for member, body in unpacked(whole).items():
            archive.writestr(member, body)
        info = zipfile.ZipInfo("placeholder")
        info.filename = name  # as an attacker's program would write it
        archive.writestr(info, b"x")
    with pytest.raises(InputFileError, match="指向包外"):
        verify(path)


def test_a_bomb_is_refused_unread(tmp_path: Path):
    path = tmp_path / "bomb.plan.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("text.txt", b"\0" * 50_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(InputFileError, match="压缩炸弹"):
        verify(path)


def test_too_many_files_links_and_twins_are_refused(tmp_path: Path):
    path = tmp_path / "many.plan.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(501):
            archive.writestr(f"{number}.txt", b"")
    with pytest.raises(InputFileError, match="内有 501 个文件"):
        verify(path)
    link = zipfile.ZipInfo("text.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, b"/etc/passwd")
    with pytest.raises(InputFileError, match="符号链接"):
        verify(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("text.txt", b"a")
        archive.writestr("TEXT.txt", b"b")
    with pytest.raises(InputFileError, match="出现了两次"):
        verify(path)


@pytest.mark.parametrize("keep", [0, 10, 5000, -200])
def test_what_is_no_whole_zip_is_said(whole: bytes, tmp_path: Path, keep: int):
    path = tmp_path / "cut.plan.zip"
    path.write_bytes(whole[:keep])
    with pytest.raises(InputFileError, match="不是完好的 zip"):
        verify(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packed_bytes_that_cannot_be_unpacked_are_said(tmp_path: Path, method: int):
    path = tmp_path / "spoiled.plan.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("text.txt", bytes(range(256)) * 40)
    spoiled = bytearray(path.read_bytes())
    spoiled[60:140] = b"\xff" * 80
    path.write_bytes(spoiled)
    with pytest.raises(InputFileError, match="不是完好的 zip"):
        verify(path)


def test_a_name_that_a_terminal_would_obey_is_refused(tmp_path: Path):
    path = tmp_path / "names.plan.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("\x1b[2J.txt", b"a")
    with pytest.raises(InputFileError, match=r"文件名 '\\x1b\[2J.txt' 含有控制字符"):
        verify(path)


def test_a_byte_gone_wrong_on_the_way_is_noticed(whole: bytes, tmp_path: Path):
    path = tmp_path / "flipped.plan.zip"
    spoiled = bytearray(whole)
    spoiled[len(whole) // 2] ^= 0xFF
    path.write_bytes(spoiled)
    with pytest.raises(InputFileError, match="不是完好的 zip"):
        verify(path)


def test_the_command_tells_by_its_exit_code(app: Flask, whole: bytes, tmp_path: Path):
    run = app.test_cli_runner()
    path = tmp_path / "hedong-14.plan.zip"
    path.write_bytes(whole)
    sound = run.invoke(args=["package", "verify", str(path)])
    assert sound.exit_code == 0
    assert "完好。hedong-14" in sound.output
    members = unpacked(whole)
    with_text(members)
    broken = run.invoke(args=["package", "verify", str(packed(path, members, sealed=False))])
    assert broken.exit_code == 1
    assert "text.txt：" in broken.output
    missing = run.invoke(args=["package", "verify", str(tmp_path / "nope.zip")])
    assert missing.exit_code == 2
    assert "没有这个文件" in missing.output
