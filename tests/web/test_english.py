"""Every page in English: nothing but names and quotations is Chinese, and each is marked as Chinese.

The walk starts at all pages and goes one step along their links.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.exceptions import HTTPException

from app.atlas.store import Atlas
from app.language import read_catalogue
from tests.addresses import EMPTY, PAGES
from tests.chinese import CHINESE, is_chinese
from tests.web.reading import Page, Said

ROOT = Path(__file__).resolve().parents[2]
LINKED_PAGES = 3  # of each kind that are gone to: features, passages and the like are many
ASKED = ("没有这样的名字",)
"""What the walk looks for: pages say it again."""
RUN = re.compile(f"{CHINESE.pattern}+")
SENTENCE = re.compile(r"(?:[A-Za-z]{2,}[ ,]+){4,}[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Visit:
    """A page that was gone to, and how it was answered."""

    address: str
    status: int
    content_language: str
    page: Page


def in_english(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'lang': 'en'})}"


class Walk:
    """Pages of the application and the pages they lead to."""

    def __init__(self, app: Flask, starts: list[str]) -> None:
        self.app = app
        self.routes = app.url_map.bind("localhost")
        self.visits: dict[str, Visit] = {}
        self.client = app.test_client()
        for address in starts:
            self.visit(address)
        kinds: defaultdict[str, list[str]] = defaultdict(list)
        for visit in list(self.visits.values()):
            for href, hreflang in visit.page.links:
                kind = kinds[self.endpoint(href)]
                if self.is_page(href) and not hreflang and ".pdf" not in href and href not in kind:
                    kind.append(href)
        for found in kinds.values():
            for href in found[:LINKED_PAGES]:
                self.visit(href)

    def visit(self, address: str) -> None:
        answer = self.client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
        if answer.mimetype == "text/html":
            language = answer.headers.get("Content-Language", "")
            self.visits[address] = Visit(address, answer.status_code, language, Page(answer.text))

    def is_page(self, href: str) -> bool:
        """Whether a link of ours leads to something that has words of its own: no data, no file."""
        parts = urlsplit(href)
        file = re.search(r"\.(?!pdf$)[a-z]+$", parts.path)
        return bool(self.endpoint(href)) and not file and "f" not in parse_qs(parts.query)

    def endpoint(self, href: str) -> str:
        """What answers a link of ours; empty for places on the page and other hosts."""
        parts = urlsplit(href)
        if not parts.path or parts.netloc not in ("", "localhost"):
            return ""
        try:
            return str(self.routes.match(parts.path)[0])
        except HTTPException:
            return ""


@pytest.fixture(scope="module")
def walked(app: Flask) -> Walk:
    return Walk(app, [in_english(address) for address in (*PAGES, *EMPTY)])


@pytest.fixture(scope="module")
def walked_in_chinese(app: Flask) -> Walk:
    return Walk(app, [*PAGES, *EMPTY])


@pytest.fixture(scope="module")
def names(atlas: Atlas) -> str:
    """What the atlas calls its places and indicators, in one text to look in; and what the tests look for."""
    own = {
        str(name)
        for feature in atlas
        for name in (feature.properties["name"], *feature.properties["aliases"], feature.properties["system"])
    }
    plans = {str(value) for plan in atlas.plans for value in (plan["title"], plan["district"])}
    indicators = {str(value) for row in atlas.indicators for value in row.values()}
    return "\n".join((*own, *plans, *indicators, *ASKED))


def bare(said: Said, names: str) -> bool:
    """Whether there is Chinese in it that is neither marked as such nor the name of a place."""
    if said.lang.startswith("zh") or not is_chinese(said.text):
        return False
    return any(is_chinese(run) and run not in names for run in RUN.findall(said.text))


def asked(said: Said) -> bool:
    """Whether its only Chinese is what was looked for."""
    return not is_chinese(re.sub("|".join(ASKED), "", said.text))


def unmarkable(said: Said) -> bool:
    """Whether it stands where no part can be marked as being in another language."""
    return said.where.endswith((" title", " option"))


def test_texts_are_english_or_marked(walked: Walk):
    left = {
        f"{visit.address}: <{said.where}> {said.text[:80]}"
        for visit in walked.visits.values()
        for said in visit.page.texts
        if is_chinese(said.text)
        and not said.lang.startswith("zh")
        and not unmarkable(said)
        and not asked(said)
    }
    assert sorted(left) == []


def test_attributes_and_titles_are_english_but_for_names(walked: Walk, names: str):
    left = {
        f"{visit.address}: <{said.where}> {said.text[:80]}"
        for visit in walked.visits.values()
        for said in visit.page.everything()
        if (said in visit.page.attributes or unmarkable(said)) and bare(said, names)
    }
    assert sorted(left) == []


def test_pages_say_that_they_are_english(walked: Walk):
    assert {(v.page.lang, v.content_language) for v in walked.visits.values()} == {("en", "en")}
    assert len(walked.visits) > len(PAGES)


def test_links_and_forms_stay_in_english(walked: Walk):
    lost = set()
    for visit in walked.visits.values():
        for href, hreflang in visit.page.links:
            language = parse_qs(urlsplit(href).query).get("lang")
            if walked.is_page(href) and language != (None if hreflang == "zh" else ["en"]):
                lost.add(f"{visit.address}: {href}")
        for form in visit.page.forms:
            if form.method == "get" and form.hidden.get("lang") != "en":
                lost.add(f"{visit.address}: form to {form.action}")
    assert sorted(lost) == []


def test_chinese_pages_need_no_language(walked_in_chinese: Walk):
    visits = walked_in_chinese.visits.values()
    assert {(visit.page.lang, visit.content_language) for visit in visits} == {("zh-CN", "zh-CN")}
    named = {
        f"{visit.address}: {href}"
        for visit in visits
        for href, hreflang in visit.page.links
        if walked_in_chinese.endpoint(href) and "lang=" in href and hreflang != "en"
    }
    assert named == set()
    assert not any("lang" in form.hidden for visit in visits for form in visit.page.forms)


def test_chinese_pages_say_no_english_sentence(walked_in_chinese: Walk):
    left = {
        f"{visit.address}: <{said.where}> {said.text[:90]}"
        for visit in walked_in_chinese.visits.values()
        for said in visit.page.everything()
        if SENTENCE.search(said.text) and not said.lang.startswith("en") and not said.where.endswith(" pre")
    }
    assert sorted(left) == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nowhere", 404),
        ("/features/none-such", 404),
        ("/layers/none-such", 404),
        ("/plans/heping-14/passages/5-1", 404),
        ("/features?limit=none", 400),
        ("/features?colour=red", 400),
        ("/here?at=5", 400),
        ("/print?bbox=1,2,3", 400),
        ("/search?q=" + "长" * 200, 400),
        ("/ogc/collections/none", 404),
    ],
)
def test_what_goes_wrong_is_said_in_english(client: FlaskClient, names: str, address: str, status: int):
    answer = client.get(in_english(address), headers={"Accept": "text/html"})
    assert answer.status_code == status
    page = Page(answer.text)
    assert page.lang == answer.headers["Content-Language"] == "en"
    assert [said for said in page.everything() if bare(said, names)] == []
    told = client.get(in_english(address), headers={"Accept": "application/json"})
    assert told.status_code == status
    assert not is_chinese(told.get_json(force=True)["title"] + told.get_json(force=True)["detail"])


@pytest.mark.parametrize("feature", ["heping-13-wudadao", "hedong-14-metro-4", "binhai-14-nangang"])
def test_a_panel_is_english_but_for_names_and_quotations(client: FlaskClient, names: str, feature: str):
    page = Page(client.get(f"/features/{feature}/panel?lang=en").text)
    assert [said for said in page.texts if is_chinese(said.text) and not said.lang.startswith("zh")] == []
    assert [said for said in page.attributes if bare(said, names)] == []
    assert any(said.lang.startswith("zh") for said in page.texts), "its sentences stay as they are"


@pytest.mark.parametrize(
    "address",
    [
        "/features/heping-13-wudadao.pdf",
        "/plans/hedong-14/summary.pdf",
        "/here.pdf?at=117.195,39.113",
        "/print?feature=heping-13-wudadao",
    ],
)
def test_paper_says_nothing_of_its_own_in_chinese(client: FlaskClient, atlas: Atlas, address: str):
    reader = PdfReader(BytesIO(client.get(in_english(address)).data))
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    quoted = "".join(atlas.documents[f"text/{plan['id']}"].decode() for plan in atlas.plans)
    data = quoted + "".join(feature.geojson.decode() for feature in atlas)
    ours = {
        message.id
        for message in read_catalogue("en")
        if isinstance(message.id, str) and re.fullmatch(f"{CHINESE.pattern}{{4,}}", message.id)
    }
    assert len(ours) > 100
    assert {message for message in ours if message in text and message not in data} == set()
    assert reader.metadata is not None
    assert re.search("[A-Za-z]{2}", reader.metadata.title or "")


@pytest.mark.parametrize(
    "address",
    [
        "/features.geojson?limit=5",
        "/features/heping-13-wudadao.geojson",
        "/layers/heping-13-zones.geojson",
        "/plans/heping-13.json",
        "/register.csv",
        "/findings.json",
        "/indicators.csv",
        "/targets.csv",
        "/lineage.json",
        "/here.csv?at=117.195,39.113",
        "/overlaps.geojson?first=heping-13-zones&second=heping-14-zones",
        "/annotations.jsonld?limit=5",
        "/plans/heping-13/metadata.xml",
        "/metadata.jsonld",
        "/CITATION.cff",
        "/styles.json",
        "/styles/all.json",
        "/styles/zones.sld",
        "/download?f=csv&plan=heping-13",
        "/download?f=kml&layer=heping-13-zones",
        "/qgis/heping-13.qgz",
        "/packages/heping-13.plan.zip",
    ],
)
def test_data_are_the_same_in_both_languages(client: FlaskClient, address: str):
    with client.get(address) as chinese:
        expected = chinese.data
    with client.get(in_english(address)) as english:
        assert chinese.status_code == english.status_code == 200
        # a list's links to itself and its next page go on as they were asked for
        assert re.sub(rb"[?&]lang=en", b"", english.data) == expected


def test_a_language_that_is_not_there_is_refused(client: FlaskClient):
    answer = client.get("/about?lang=fr")
    assert answer.status_code == 400
    assert "fr" in answer.text
    assert client.get("/about?lang=").status_code == 200


def test_pages_in_english_need_no_dictionary():
    """Names are spelled when the atlas is built: the dictionary is large, and a worker would keep it."""
    addresses = [
        in_english(address) for address in ("/", "/features", "/features/heping-13-wudadao", "/lineage")
    ]
    code = f"""
import sys
from app import create_app
client = create_app({{}}).test_client()
print([client.get(address).status_code for address in {addresses!r}], "pypinyin" in sys.modules)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "[200, 200, 200, 200] False"
