"""Strangers' files before anything opens them: one sentence each, and nothing outside the private folder."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest

from app.places.staging import Limits, UnusableFileError, staged

LIMITS = Limits(file_bytes=200_000, features=1000, vertices=1000)
POINT = b'{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[117.2,39.1]}}'


def archive(path: Path, members: dict[str, bytes], *, mode: int = 0o644) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in members.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = (stat.S_IFREG | mode) << 16
            target.writestr(member, body)
    return path


def refused(path: Path) -> str:
    with pytest.raises(UnusableFileError) as error, staged(path, LIMITS):
        pass
    message = str(error.value)
    assert message.startswith(f"{path.name}：")
    assert message.endswith("。")
    assert "\n" not in message
    return message


def test_a_bomb_is_stopped_by_what_it_says_of_itself(tmp_path: Path) -> None:
    bomb = archive(tmp_path / "bomb.zip", {"a.geojson": b"0" * 50_000_000})
    assert bomb.stat().st_size < LIMITS.file_bytes
    assert "上限" in refused(bomb)


def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    bomb = archive(tmp_path / "bomb.zip", {"a.geojson": b"0" * 5_000_000})
    size = (5_000_000).to_bytes(4, "little")
    bomb.write_bytes(bomb.read_bytes().replace(size, (100).to_bytes(4, "little")))
    with pytest.raises(UnusableFileError), staged(bomb, LIMITS):
        pass


@pytest.mark.parametrize(
    "name", ["../a.geojson", "x/../../a.geojson", "/etc/a.geojson", "..\\..\\a.geojson", "C:\\a.geojson"]
)
def test_a_path_that_climbs_out_is_refused_with_the_whole_archive(tmp_path: Path, name: str) -> None:
    inner = tmp_path / "in"
    inner.mkdir()
    path = archive(inner / "climb.zip", {"good.geojson": POINT, name: POINT})
    assert "越出压缩包" in refused(path)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["climb.zip", "in"]


def test_a_symbolic_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as target:
        link = zipfile.ZipInfo("a.geojson")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        target.writestr(link, "/etc/passwd")
    assert "符号链接" in refused(path)


def test_symbolic_links_on_disk_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.geojson"
    secret.write_bytes(POINT)
    link = tmp_path / "link.geojson"
    link.symlink_to(secret)
    assert "符号链接" in refused(link)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.geojson").symlink_to(secret)
    assert "符号链接" in refused(folder)


def test_files_that_are_none(tmp_path: Path) -> None:
    assert "没有这个文件" in refused(tmp_path / "none.geojson")
    empty = tmp_path / "empty.geojson"
    empty.touch()
    assert "空的" in refused(empty)
    os.mkfifo(tmp_path / "pipe.geojson")
    assert "不是普通文件" in refused(tmp_path / "pipe.geojson")
    large = tmp_path / "large.geojson"
    large.write_bytes(b" " * (LIMITS.file_bytes + 1))
    assert "0.2 MB" in refused(large)
    assert "ATLAS_IMPORT_MB" in refused(large)
    (tmp_path / "letter.docx").write_bytes(b"PK\x03\x04word")
    assert "不是可读的地理数据" in refused(tmp_path / "letter.docx")
    (tmp_path / "holder").mkdir()
    assert "不是可读的地理数据" in refused(tmp_path / "holder")


def test_archives_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04 and no more")
    assert "损坏" in refused(tmp_path / "cut.zip")
    good = archive(tmp_path / "good.zip", {"a.geojson": POINT * 50}).read_bytes()
    (tmp_path / "torn.zip").write_bytes(good.replace(good[45:60], b"\xff" * 15, 1))
    assert "损坏" in refused(tmp_path / "torn.zip")
    locked = bytearray(archive(tmp_path / "locked.zip", {"a.geojson": POINT}).read_bytes())
    locked[locked.find(b"PK\x01\x02") + 8] |= 1  # the "encrypted" flag of the directory entry
    (tmp_path / "locked.zip").write_bytes(locked)
    assert "密码" in refused(tmp_path / "locked.zip")
    assert "不是可读的地理数据" in refused(archive(tmp_path / "words.zip", {"readme.txt": b"hello"}))
    twice = tmp_path / "twice.zip"
    with zipfile.ZipFile(twice, "w") as target, pytest.warns(UserWarning, match="Duplicate"):
        target.writestr("a.geojson", POINT)
        target.writestr("a.geojson", POINT)
    assert "两份" in refused(twice)
    many = {f"{n}.txt": b"" for n in range(1001)}
    assert "超过 1000 个" in refused(archive(tmp_path / "many.zip", many))


def test_an_archive_is_staged_under_names_of_ours_and_gone_after(tmp_path: Path) -> None:
    name = "分区/五大道.geojson".encode("gbk").decode("cp437")  # as Windows writes it
    path = archive(
        tmp_path / "good.zip", {name: POINT, "__MACOSX/._x.geojson": b"junk", "说明.txt": b"words"}
    )
    with staged(path, LIMITS) as room:
        (dataset,) = room.datasets
        assert dataset.path.read_bytes() == POINT
        assert dataset.path.name == "d0.geojson"
        assert dataset.path.parent != tmp_path
    assert not dataset.path.parent.exists()


def test_the_hash_is_that_of_the_file_as_it_came(tmp_path: Path) -> None:
    import hashlib

    path = tmp_path / "a.geojson"
    path.write_bytes(POINT)
    with staged(path, LIMITS) as room:
        assert room.sha256 == hashlib.sha256(POINT).hexdigest()
    zipped = archive(tmp_path / "a.zip", {"a.geojson": POINT})
    with staged(zipped, LIMITS) as room:
        assert room.sha256 == hashlib.sha256(zipped.read_bytes()).hexdigest()


def test_of_a_shapefile_only_its_own_family_is_taken(tmp_path: Path) -> None:
    for name in ("a.shp", "a.shx", "a.dbf", "b.shp", "a.sbn"):
        (tmp_path / name).write_bytes(name.encode())
    with staged(tmp_path / "a.shp", LIMITS) as room:
        (dataset,) = room.datasets
        assert dataset.title == "a"
        assert sorted(p.suffix for p in dataset.path.parent.iterdir()) == [".dbf", ".shp", ".shx"]
    (tmp_path / "other.csv").symlink_to("/etc/passwd")  # beside it, but none of its own
    with staged(tmp_path / "a.shp", LIMITS) as room:
        assert len(room.datasets) == 1
    (tmp_path / "other.csv").unlink()
    (tmp_path / "a.prj").symlink_to("/etc/passwd")
    assert "符号链接" in refused(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with staged(tmp_path, LIMITS) as room:
        assert [dataset.title for dataset in room.datasets] == ["a", "b"]
