"""“About this map” says what it is and is not, where everything is from, and whom to tell of an error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import create_app
from app.atlas.store import Atlas
from app.atlas.words import METHOD_TITLES
from app.places.reference import Reference
from app.settings import load_settings
from tests.chinese import is_chinese


def report(contact: str, atlas_path: Path) -> str:
    """The paragraph on whom to tell, for a contact in the settings."""
    app = create_app({"TESTING": True, "ATLAS_FILE": atlas_path, "CONTACT": contact})
    page = app.test_client().get("/about").text
    return page.split('<h2 id="report">')[1].split("</p>")[0]


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("plans@example.cn", "mailto:plans@example.cn"),
        ("https://example.cn/report", "https://example.cn/report"),
        ("022-00000000", None),
        ("javascript:alert(1)", None),
        ('"><script>alert(1)</script>@x', None),
    ],
)
def test_a_contact_is_named_and_linked_where_it_is_an_address(
    atlas_path: Path, contact: str, link: str | None
) -> None:
    said = report(contact, atlas_path)
    assert "请告诉" in said
    assert re.findall('href="([^"]*)"', said) == ([] if link is None else [link])
    assert "<script" not in said


def test_without_a_contact_the_page_says_so_plainly(atlas_path: Path) -> None:
    assert "没有登记联系方式" in report("", atlas_path)


def test_the_page_says_what_the_map_is_not_and_what_is_missing(client: FlaskClient, atlas: Atlas) -> None:
    page = client.get("/about").text
    unlocated = sum(feature.geometry is None for feature in atlas)
    assert "不是：法定规划图" in page
    assert f"{unlocated} 个（共 {len(list(atlas))} 个）" in page
    assert atlas.version in page
    for title in METHOD_TITLES.values():
        assert f"<dt>{title}</dt>" in page


def test_every_extract_is_named_with_its_licence(client: FlaskClient) -> None:
    page = client.get("/about").text
    for record in Reference.open(load_settings({})["REFERENCE_DIR"]).records.values():
        assert f'<th scope="row">{record.title}</th><td>{record.credit}</td>' in page
        assert f"<td>{record.licence}</td><td>{record.date}</td>" in page


def test_in_english_the_page_says_the_same(client: FlaskClient, atlas: Atlas) -> None:
    page = client.get("/about?lang=en").text
    unlocated = sum(feature.geometry is None for feature in atlas)
    assert "not a statutory plan" in page
    assert f"{unlocated} of the {len(list(atlas))} places named" in page
    for address in ("/register", "/coverage", "/findings"):
        assert f'<a href="{address}?lang=en">' in page
    records = Reference.open(load_settings({})["REFERENCE_DIR"]).records.values()
    sources = page.split(">Accuracy</th>")[1].split("</table>")[0]
    assert sources.count("<tr>") == len(records) + 1  # and the district boundaries
    assert not is_chinese(sources)
    for record in records:
        assert record.licence in sources or is_chinese(record.licence)


def test_in_english_too_a_contact_is_text_and_never_markup(atlas_path: Path) -> None:
    nasty = '"><script>alert(1)</script>@x'
    app = create_app({"TESTING": True, "ATLAS_FILE": atlas_path, "CONTACT": nasty})
    page = app.test_client().get("/about?lang=en").text
    assert "Please tell" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
