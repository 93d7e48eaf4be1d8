"""The atlas in PostGIS: the same answers, whole or not at all, and columns that a GIS can use."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask

from app import create_app
from app.atlas.publish import publish
from app.atlas.query import Query, SortKey
from app.atlas.store import Atlas, StoredFeature
from app.atlas.stores import postgis as store
from app.atlas.stores.memory import MemoryTable
from app.errors import TooLongError
from tests.atlas.stored import BOX, LargerThan, assert_alike
from tests.servers import ROOT


def quiet(_label: str, _done: int, _total: int) -> None:
    pass


@pytest.fixture
def schema(postgis: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A schema of the test's own."""
    name = f"s{abs(hash(request.node.name))}"
    yield name
    with psycopg.connect(postgis) as db:
        db.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')


@pytest.fixture(scope="session")
def published(postgis: str, atlas: Atlas) -> Atlas:
    publish(atlas, postgis, schema="plan_atlas", progress=quiet)
    return store.AtlasDatabase(postgis, schema="plan_atlas", seconds=10)()


def renamed(atlas: Atlas, version: str) -> Atlas:
    """The first three features of an atlas as a later version of it."""
    features = [feature for feature, _ in zip(atlas, range(3), strict=False)]
    meta = atlas.documents["meta"].replace(atlas.version.encode(), version.encode())
    return Atlas(MemoryTable(features), {**atlas.documents, "meta": meta})


class Failing(MemoryTable):
    """Features of which the last cannot be read."""

    def __iter__(self) -> Iterator[StoredFeature]:
        yield from super().__iter__()
        raise OSError("the disk is gone")


def test_it_answers_as_memory_does(published: Atlas, atlas: Atlas) -> None:
    assert_alike(published, atlas)
    assert published.documents == atlas.documents
    assert 0 <= time.time() - published.modified < 3600


def test_text_that_no_database_can_hold_is_no_fault(published: Atlas) -> None:
    assert published.feature("a\x00b") is None
    with pytest.raises(KeyError):
        published.query(Query(sortby=(SortKey('name"; DROP'),)))


def test_a_failed_publication_changes_nothing(postgis: str, schema: str, atlas: Atlas) -> None:
    broken = Atlas(Failing(list(atlas)), atlas.documents)
    with pytest.raises(OSError, match="the disk is gone"):
        publish(broken, postgis, schema=schema, progress=quiet)
    with psycopg.connect(postgis) as db:
        assert db.execute("SELECT to_regnamespace(%s)", (schema,)).fetchone() == (None,)
    publish(renamed(atlas, "first"), postgis, schema=schema, progress=quiet)
    with pytest.raises(OSError, match="the disk is gone"):
        publish(broken, postgis, schema=schema, progress=quiet)
    assert store.AtlasDatabase(postgis, schema=schema, seconds=10)().version == "first"
    with psycopg.connect(postgis) as db:
        assert db.execute(f"SELECT count(*) FROM {schema}.features").fetchone() == (3,)
        tables = db.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", (schema,)).fetchone()
        assert tables == (3,)


def test_a_publication_killed_half_way_changes_nothing(postgis: str, schema: str, atlas: Atlas) -> None:
    publish(renamed(atlas, "first"), postgis, schema=schema, progress=quiet)
    command = [sys.executable, "-m", "flask", "--app", "app", "atlas", "publish", "--to", postgis]
    with psycopg.connect(postgis, autocommit=True) as watcher:
        process = subprocess.Popen([*command, "--schema", schema], cwd=ROOT, stderr=subprocess.DEVNULL)
        copying = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE %s AND pid <> pg_backend_pid()"
        while process.poll() is None:
            row = watcher.execute(copying, (f'COPY "{schema}"%',)).fetchone()
            if row and row[0]:
                break
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert store.AtlasDatabase(postgis, schema=schema, seconds=10)().version == "first"


def test_readers_see_the_old_or_the_new_and_keep_what_they_began_with(
    postgis: str, schema: str, atlas: Atlas
) -> None:
    old, new = renamed(atlas, "first"), Atlas(MemoryTable(list(atlas)), atlas.documents)
    publish(old, postgis, schema=schema, progress=quiet)
    provider = store.AtlasDatabase(postgis, schema=schema, seconds=10)
    begun = provider()
    seen: set[tuple[str, int]] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            current = store.AtlasDatabase(postgis, schema=schema, seconds=10)()
            seen.add((current.version, current.query(Query()).matched))

    reader = threading.Thread(target=read)
    reader.start()
    publish(new, postgis, schema=schema, progress=quiet)
    time.sleep(0.3)
    done.set()
    reader.join()
    assert seen == {("first", 3), (atlas.version, len(atlas))}
    assert (begun.version, begun.query(Query()).matched, len(list(begun))) == ("first", 3, 3)
    time.sleep(store.LOOK_AGAIN)
    assert provider().version == atlas.version
    for _ in range(2):
        publish(old, postgis, schema=schema, progress=quiet)
    with psycopg.connect(postgis) as db:
        kept = db.execute(f"SELECT array_agg(generation ORDER BY generation) FROM {schema}.publications")
        assert kept.fetchone() == ([3, 4],)


def test_a_gis_finds_columns_crs_and_index(
    published: Atlas, atlas: Atlas, postgis: str, run_program: Callable[..., str]
) -> None:
    told = run_program("ogrinfo", "-so", f"PG:{postgis}", "plan_atlas.features")
    assert f"Feature Count: {len(atlas)}\n" in told
    assert 'ID["EPSG",4326]' in told
    for column in ("name: String", "certainty: String", "tolerance_m: Real", "passages: String(JSON)"):
        assert column in told
    with psycopg.connect(postgis) as db:
        box = "ST_MakeEnvelope(117.2, 39.1, 117.201, 39.101, 4326)"
        plan = db.execute(f"EXPLAIN SELECT id FROM plan_atlas.features WHERE geom && {box}")
        assert "_geom_idx" in "\n".join(row[0] for row in plan)


def test_the_server_runs_from_it(postgis: str, published: Atlas, app: Flask) -> None:
    client, other = app.test_client(), _served_from(postgis).test_client()
    for path in (
        "/",
        "/features.geojson?bbox=117.18,39.10,117.21,39.13",
        "/features.geojson?q=%E4%BA%94%E5%A4%A7%E9%81%93&limit=3&offset=1",
        "/features/heping-13-wudadao.geojson",
        "/layers/heping-13-zones.geojson",
        "/features/none",
        "/features.geojson?bbox=1,2,3",
    ):
        mine, theirs = client.get(path), other.get(path)
        assert theirs.status_code == mine.status_code, path
        if "json" in mine.content_type:
            assert theirs.data == mine.data, path


def test_the_interface_passes_its_tests_on_it(postgis: str, published: Atlas) -> None:
    modules = [path for path in ROOT.glob("tests/**/test_*.py") if "\nEVERY_STORE = True" in path.read_text()]
    assert modules
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--database", postgis, *modules]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def _served_from(url: str) -> Flask:
    return create_app({"TESTING": True, "DATABASE": url, "ATLAS_FILE": ROOT / "no-such-file.gpkg"})


def test_a_database_that_is_not_there_is_503_and_tells_no_password(caplog: pytest.LogCaptureFixture) -> None:
    for url in (
        "postgresql://reader:s3cret@127.0.0.1:1/atlas",
        "postgresql://127.0.0.1:1/atlas?user=reader&password=s3cret",
        "host=127.0.0.1 port=1 user=reader password='s3cret'",
    ):
        answer = _served_from(url).test_client().get("/features.geojson")
        assert answer.status_code == 503
        assert "s3cret" not in caplog.text + answer.text


def test_a_statement_is_stopped_when_its_time_is_over(postgis: str) -> None:
    database = store.Database(postgis, seconds=0.2)
    with pytest.raises(TooLongError), database.connection() as db:
        db.execute("SELECT pg_sleep(20)")
    with database.connection() as db, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        db.execute("CREATE TABLE x ()")


def test_a_broken_connection_is_replaced(postgis: str, published: Atlas) -> None:
    with psycopg.connect(postgis, autocommit=True) as db:
        assert published.query(Query(bbox=BOX, where=LargerThan(0.1))).matched > 0
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    time.sleep(1.1)
    assert published.query(Query(bbox=BOX)).matched > 20
