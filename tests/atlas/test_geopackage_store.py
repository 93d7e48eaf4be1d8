"""The large file: the same answers as memory, old or new but never mixed, stopped when its time is over."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.atlas.budget import time_budget
from app.atlas.query import Query, SortKey
from app.atlas.store import Atlas, AtlasFile
from app.errors import MissingInputError, TooLongError
from tests.atlas.stored import BOX, LargerThan, assert_alike, questions


@pytest.fixture(scope="module")
def atlas_path(atlas_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the atlas that nobody builds anew meanwhile."""
    return Path(shutil.copy(atlas_path, tmp_path_factory.mktemp("held") / "atlas.gpkg"))


@pytest.fixture(scope="module")
def atlas(atlas_path: Path) -> Atlas:
    """The measure: in memory."""
    return Atlas.open(atlas_path)


@pytest.fixture(scope="module")
def large(atlas_path: Path) -> Atlas:
    """The same, held as one too large for memory is."""
    return Atlas.open(atlas_path, memory_features=0)


def test_it_answers_as_memory_does(large: Atlas, atlas: Atlas) -> None:
    assert_alike(large, atlas)


def test_what_cannot_be_sorted_by_is_refused_as_in_memory(large: Atlas, atlas: Atlas) -> None:
    for store in (large, atlas):
        with pytest.raises(KeyError):
            store.query(Query(sortby=(SortKey('name" --'),)))


def test_threads_and_forked_processes_read_side_by_side(large: Atlas, atlas: Atlas) -> None:
    expected = [[f.id for f in atlas.query(query).items] for query in questions()]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            pages = pool.map(large.query, questions())
            assert [[f.id for f in page.items] for page in pages] == expected
    forking = multiprocessing.get_context("fork")  # as gunicorn does after it has loaded the application
    answers = forking.SimpleQueue()
    children = [forking.Process(target=_ask_in_child, args=(large, answers)) for _ in range(3)]
    for child in children:
        child.start()
    matched = atlas.query(Query(bbox=BOX)).matched
    assert [answers.get() for _ in children] == [matched] * 3
    for child in children:
        child.join()
    assert large.query(Query(bbox=BOX)).matched == matched


def _ask_in_child(large: Atlas, answers) -> None:
    answers.put(large.query(Query(bbox=BOX)).matched)


def test_work_stops_when_its_time_is_over(large: Atlas) -> None:
    with time_budget(0), pytest.raises(TooLongError):
        large.query(Query(where=LargerThan(0)))
    assert large.query(Query(limit=1)).matched == len(large)  # the same connection serves on


def test_a_statement_is_stopped_in_the_middle(large: Atlas) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with time_budget(0.2), pytest.raises(TooLongError), large._table._file.connection() as db:
        db.execute(endless).fetchone()


def test_a_replaced_file_is_never_read_through_the_old_atlas(atlas_path: Path, tmp_path: Path) -> None:
    target = tmp_path / "atlas.gpkg"
    shutil.copy(atlas_path, target)
    provider = AtlasFile(target, memory_features=0)
    old = provider()
    with old._table._file.connection(), ThreadPoolExecutor(1) as other:  # the one connection there is, lent
        shutil.copy(atlas_path, tmp_path / "next.gpkg")
        (tmp_path / "next.gpkg").replace(target)
        with pytest.raises(MissingInputError, match="replaced"):
            other.submit(old.query, Query()).result()
    assert old.query(Query()).matched == len(old)  # through the connection to the old file
    assert provider() is not old
    assert provider().query(Query(bbox=BOX)).matched > 20


@pytest.mark.parametrize(
    "damage",
    ["DELETE FROM atlas_rows WHERE fid = 7", "DROP TABLE rtree_features_geom", "DROP TABLE atlas_rows"],
)
def test_a_file_whose_tables_disagree_is_refused(atlas_path: Path, tmp_path: Path, damage: str) -> None:
    target = tmp_path / "atlas.gpkg"
    shutil.copy(atlas_path, target)
    db = sqlite3.connect(target)
    db.execute(damage)
    db.commit()
    db.close()
    with pytest.raises(MissingInputError, match="flask --app app atlas build"):
        Atlas.open(target, memory_features=0)
