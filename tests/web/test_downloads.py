"""Downloads: any selection, any format, any system, from one address and from the pages' own."""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.atlas.query import Query
from app.atlas.store import Atlas
from app.exports.formats import FORMATS


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After every download the folder for temporary files is as empty as before."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert list(tmp_path.iterdir()) == []


def ids(client: FlaskClient, address: str) -> list[str]:
    with client.get(address) as response:
        assert response.status_code == 200, response.text
        return [row["id"] for row in json.loads(response.data)["features"]]


@pytest.mark.parametrize("format_id", FORMATS)
def test_each_format_is_served_as_what_it_is(client: FlaskClient, format_id: str) -> None:
    with client.get(f"/download?f={format_id}&layer=heping-13-zones") as response:
        assert response.status_code == 200
        offered = FORMATS[format_id]
        assert response.content_type == offered.media_type
        name = f"heping-13-zones.{offered.extension}"
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert int(response.headers["Content-Length"]) == len(response.data) > 0
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_everything_is_everything(client: FlaskClient, atlas: Atlas) -> None:
    assert ids(client, "/download?f=geojson") == [item.id for item in atlas]


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ("plan=hedong-14&kind=road", Query(plan="hedong-14", kind="road")),
        ("bbox=117.18,39.1,117.2,39.12", Query(bbox=(117.18, 39.1, 117.2, 39.12))),
        ("q=五大道&registered=false", Query(q="五大道", registered=False)),
        ("limit=7&offset=3", Query(limit=7, offset=3)),
        ("layer=binhai-14-rail", Query(layer="binhai-14-rail")),
    ],
)
def test_conditions_select_what_they_select_elsewhere(
    client: FlaskClient, atlas: Atlas, asked: str, query: Query
) -> None:
    expected = [item.id for item in atlas.query(query).items]
    assert expected
    assert ids(client, f"/download?f=geojson&{asked}") == expected


def test_a_cql2_filter_selects_in_text_and_in_json(client: FlaskClient, atlas: Atlas) -> None:
    expected = [item.id for item in atlas if (item.properties["tolerance_m"] or 1e9) < 50]
    assert expected
    as_json = json.dumps({"op": "<", "args": [{"property": "tolerance_m"}, 50]})
    assert ids(client, "/download?f=geojson&filter=tolerance_m<50") == expected
    assert ids(client, f"/download?f=geojson&filter-lang=cql2-json&filter={as_json}") == expected


def test_pages_of_features_answer_f_with_the_same_file(client: FlaskClient) -> None:
    with client.get("/download?f=gpkg&layer=heping-13-zones") as response:
        whole = response.data
    with client.get("/layers/heping-13-zones?f=gpkg") as response:
        assert response.data == whole
    with client.get("/features?f=gpkg&layer=heping-13-zones") as response:
        assert response.data == whole


def test_f_of_a_page_keeps_the_twins_it_had(client: FlaskClient) -> None:
    assert client.get("/features?f=geojson").data == client.get("/features.geojson").data
    assert client.get("/features?f=html").content_type.startswith("text/html")
    refused = client.get("/features?f=dxf")
    assert refused.status_code == 400
    assert "gpkg" in refused.text


def test_coordinates_come_in_the_system_that_is_asked_for(client: FlaskClient, tmp_path: Path) -> None:
    with client.get("/download?f=csv&crs=4548&layer=heping-13-zones") as response:
        assert "heping-13-zones-EPSG4548.csv" in response.headers["Content-Disposition"]
        rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))
    assert all(500_000 < float(row["x"]) < 540_000 for row in rows)
    with client.get("/download?f=csv&crs=GCJ-02&layer=heping-13-zones") as response:
        assert "GCJ-02-not-for-surveying" in response.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/download?f=dxf", "gpkg"),
        ("/download?f=kml&crs=4548", "KML"),
        ("/download?crs=BD-09", "EPSG:4548"),
        ("/download?format=gpkg", "未知参数"),
        ("/download?f=csv&f=kml", "只能给出一次"),
        ("/download?plan=heping-12", "不存在"),
        ("/download?bbox=1,2,3", "bbox"),
        ("/download?filter=kind =", "CQL2"),
        ("/download?filter=nothing = 1", "nothing"),
        ("/download?filter=kind='zone'&filter-lang=sql", "filter-lang"),
        ("/layers/heping-13-zones?f=gpkg&layer=heping-13-towns", "此地址只有图层"),
        ("/download?f=pmtiles&q=没有这个名称", "没有图形"),
    ],
)
def test_what_cannot_be_had_is_one_sentence(client: FlaskClient, address: str, told: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert told in response.text
    assert "Traceback" not in response.text


def test_a_wrong_download_is_json_for_programs_and_a_page_for_people(client: FlaskClient) -> None:
    program = client.get("/download?f=dxf", headers={"Accept": "*/*"})
    assert program.content_type.startswith("application/problem+json")
    assert "gpkg" in program.get_json(force=True)["detail"]
    person = client.get("/download?f=dxf", headers={"Accept": "text/html,*/*;q=0.8"})
    assert person.content_type.startswith("text/html")
    assert "gpkg" in person.text


def test_an_unknown_layer_is_not_there(client: FlaskClient) -> None:
    assert client.get("/layers/nowhere?f=gpkg").status_code == 404


def test_a_download_has_a_limit(atlas_path: Path) -> None:
    app = create_app({"TESTING": True, "ATLAS_FILE": atlas_path, "EXPORT_LIMIT": 10})
    client = app.test_client()
    refused = client.get("/download?f=csv")
    assert refused.status_code == 400
    assert "最多 10 个" in refused.text
    with client.get("/download?f=csv&limit=10") as response:
        assert response.status_code == 200


def test_who_has_the_file_is_told_so_before_it_is_written(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client.get("/download?f=fgb&plan=heping-13") as response:
        mark = response.headers["ETag"]

    def written(*_: object, **__: object) -> None:
        raise AssertionError("written again")

    monkeypatch.setattr("app.web.downloads.write", written)
    again = client.get("/download?f=fgb&plan=heping-13", headers={"If-None-Match": mark})
    assert (again.status_code, again.data) == (304, b"")
    monkeypatch.undo()
    for other in ("f=fgb&plan=heping-14", "f=csv&plan=heping-13", "f=fgb&plan=heping-13&crs=4548"):
        with client.get(f"/download?{other}", headers={"If-None-Match": mark}) as response:
            assert response.status_code == 200
            assert response.headers["ETag"] != mark


def test_text_is_packed_for_who_takes_it_and_files_are_sent_by_parts(client: FlaskClient) -> None:
    with client.get("/download?f=csv&plan=heping-13") as response:
        plain = response.data
    with client.get("/download?f=csv&plan=heping-13", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(response.data) == plain
    with client.get("/download?f=csv&plan=heping-13", headers={"Range": "bytes=10-19"}) as response:
        assert response.status_code == 206
        assert response.data == plain[10:20]
    with client.head("/download?f=csv&plan=heping-13") as response:
        assert int(response.headers["Content-Length"]) == len(plain)


def test_a_geopackage_of_the_server_is_whole(client: FlaskClient, atlas: Atlas) -> None:
    with client.get("/download?f=gpkg") as response:
        body = response.data
    db = sqlite3.connect(":memory:")
    db.deserialize(body)
    tables = [
        row[0] for row in db.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")
    ]
    count = sum(db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables)
    db.close()
    assert count == len(atlas)


def resident_kib() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


@pytest.mark.parametrize("format_id", ["gpkg", "fgb", "parquet", "shp"])
def test_downloads_do_not_grow_the_server(client: FlaskClient, format_id: str) -> None:
    def rounds(count: int) -> int:
        for _ in range(count):
            with client.get(f"/download?f={format_id}&plan=heping-13") as response:
                assert response.status_code == 200
        return resident_kib()

    settled = rounds(6)
    # a leak of one file a round, the least there can be, would show as 20 times its size
    assert rounds(20) - settled < 20 * 1024


@pytest.mark.parametrize(
    "address", ["/", "/layers/heping-13-zones", "/features?plan=heping-13&kind=zone&q=大道"]
)
def test_the_menu_offers_every_format_with_the_conditions_of_its_page(
    client: FlaskClient, address: str
) -> None:
    page = client.get(address).text
    (menu,) = re.findall(r'<details class="downloads">.*?</details>', page, re.S)
    assert set(re.findall(r'name="f" value="(\w+)"', menu)) == set(FORMATS)
    assert 'value="GCJ-02"' in menu and 'value="EPSG:4548"' in menu
    given = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', menu))
    expected = {
        "/": {},
        "/layers/heping-13-zones": {"layer": "heping-13-zones"},
    }.get(address, {"plan": "heping-13", "kind": "zone", "q": "大道"})
    assert given == expected


def test_a_menu_cannot_be_broken_out_of(client: FlaskClient) -> None:
    page = client.get('/features?q="><script>alert(1)</script>').text
    assert "<script>alert(1)" not in page


def test_names_that_attack_are_words_in_every_file(nasty_app: Flask, victim: str) -> None:
    client = nasty_app.test_client()
    for format_id in FORMATS:
        with client.get(f"/download?f={format_id}&layer=heping-13-zones") as response:
            assert response.status_code == 200, format_id
            if format_id in ("kml", "csv"):
                assert victim.encode() in response.data


def test_a_file_is_the_same_in_every_language_and_a_refusal_is_not(client: FlaskClient) -> None:
    asked = "/download?f=csv&plan=heping-13&kind=street"
    with client.get(asked) as chinese, client.get(f"{asked}&lang=en") as english:
        assert english.data == chinese.data
        assert len(english.data) > 1000
    refused = client.get("/download?f=kml&crs=EPSG:4490&lang=en")
    assert refused.status_code == 400
    assert refused.get_json()["detail"].startswith(
        "The coordinate system of KML is fixed by the format and cannot be EPSG:4490; "
        "formats that take others: GeoJSON, GeoPackage,"
    )


def test_the_menu_in_english_keeps_the_language_and_has_each_hint_once(client: FlaskClient) -> None:
    menu = client.get("/layers/heping-14-zones?lang=en").text.split('class="downloads-menu"')[1]
    menu = menu.split("</form>")[0]
    assert '<input type="hidden" name="lang" value="en">' in menu
    for offered in FORMATS.values():
        assert menu.count(f"<small>{offered.hint_en}</small>") == 1
        assert offered.hint not in menu


def test_a_features_page_offers_it_alone_in_every_format(client: FlaskClient) -> None:
    page = client.get("/features/binhai-14-nangang").text
    menu = page[page.index('class="downloads-menu"') :]
    given = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', menu.split("</form>")[0]))
    formats = re.findall(r'name="f" value="(\w+)"', menu.split("</form>")[0])
    assert set(formats) == set(FORMATS)
    with client.get("/download", query_string={**unescaped(given), "f": "geojson"}) as answer:
        found = answer.get_json()
    assert [feature["id"] for feature in found["features"]] == ["binhai-14-nangang"]


def unescaped(values: dict[str, str]) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in values.items()}
