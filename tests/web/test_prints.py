"""Paper, read back with independent readers: PDF text, fonts and sizes, PNG pixels."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader

from app.atlas.query import Query
from app.atlas.store import Atlas
from app.web import prints

SPOT = "117.195,39.113"
BOX = "117.19,39.11,117.20,39.12"


def pdf(body: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(body), strict=True)


def words(reader: PdfReader) -> str:
    return "".join(page.extract_text() for page in reader.pages).replace("\n", "")


def fonts_embedded(reader: PdfReader) -> bool:
    """Whether every font that the pages use carries its file."""
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    plain = [
        font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font for font in fonts
    ]
    descriptors = [
        font["/FontDescriptor"].get_object() if "/FontDescriptor" in font else {} for font in plain
    ]
    return bool(fonts) and all({"/FontFile2", "/FontFile3"} & set(found) for found in descriptors)


@pytest.mark.parametrize(
    ("paper", "orientation", "size_mm"), [("A4", "portrait", (210, 297)), ("A3", "landscape", (420, 297))]
)
def test_a_sheet_is_a_vector_pdf_with_chinese_that_can_be_read(
    client: FlaskClient, paper: str, orientation: str, size_mm: tuple[int, int]
) -> None:
    answer = client.get(f"/print?feature=heping-13-wudadao&paper={paper}&orientation={orientation}&dpi=300")
    assert answer.content_type == "application/pdf"
    reader = pdf(answer.data)
    box = reader.pages[0].mediabox
    assert (float(box.width) / 72 * 25.4, float(box.height) / 72 * 25.4) == pytest.approx(size_mm, abs=0.2)
    text = words(reader)
    for expected in ("五大道小洋楼历史文化体验区", "EPSG:4548", "1 : ", "数据版本", "OpenStreetMap", "确定"):
        assert expected in text
    assert fonts_embedded(reader)


def test_a_sheet_is_narrowed_as_the_map_is_and_says_to_what(client: FlaskClient) -> None:
    plain = words(pdf(client.get(f"/print?bbox={BOX}&layers=heping-14-zones,heping-14-parks").data))
    query = f"bbox={BOX}&layers=heping-14-zones,heping-14-parks&kind=park&district=和平区&period=2021-2025"
    narrowed = words(pdf(client.get(f"/print?{query}").data))
    assert "功能区" in plain  # the legend has what is on the sheet
    assert "功能区" not in narrowed
    assert "蓝绿空间" in narrowed
    assert "只有：十四五（2021–2025）、和平区、公园绿地" in narrowed


@pytest.mark.parametrize("dpi", [150, 300])
def test_a_picture_has_the_resolution_that_was_asked(client: FlaskClient, dpi: int) -> None:
    answer = client.get(f"/print?bbox={BOX}&format=png&dpi={dpi}&layers=heping-13-zones")
    assert answer.content_type == "image/png"
    image = Image.open(io.BytesIO(answer.data))
    assert image.size == pytest.approx((297 / 25.4 * dpi, 210 / 25.4 * dpi), abs=1)
    assert len(image.convert("RGB").getcolors(1 << 24) or []) > 200  # a map, not a blank sheet


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (f"at={SPOT}&paper=A0", "paper=A0"),
        (f"at={SPOT}&dpi=72", "dpi=72"),
        (f"at={SPOT}&format=svg", "format=svg"),
        (f"at={SPOT}&layers=nowhere", "layers"),
        (f"at={SPOT}&period=2021", "period=2021"),
        (f"at={SPOT}&at=1,2", "只能给出一次"),
        ("at=1,2", "超出"),
    ],
)
def test_what_cannot_be_printed_is_refused(client: FlaskClient, query: str, sentence: str) -> None:
    answer = client.get(f"/print?{query}")
    assert answer.status_code == 400
    assert sentence in answer.text


def test_a_title_is_text_and_nothing_else(client: FlaskClient) -> None:
    answer = client.get("/print", query_string={"at": SPOT, "title": r"$\frac{1}{2}$ <b>&_^{ 甲", "dpi": 150})
    assert r"$\frac{1}{2}$ <b>&_^{ 甲" in words(pdf(answer.data))


def test_control_characters_are_not_printed(client: FlaskClient) -> None:
    answer = client.get("/print", query_string={"at": SPOT, "title": "甲\x1b[31m\n乙", "dpi": 150})
    assert "甲 [31m 乙" in words(pdf(answer.data))


def test_a_sheet_that_nobody_could_read_is_refused(
    client: FlaskClient, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = atlas.query(Query(registered=False, layer="heping-13-zones")).matched
    box = "117.1,38.9,117.4,39.3"
    monkeypatch.setattr(prints, "MOST_FEATURES", drawn - 1)
    answer = client.get(f"/print?bbox={box}&layers=heping-13-zones")
    assert answer.status_code == 400
    assert f"图面内有 {drawn} 个要素，最多 {drawn - 1} 个" in answer.text
    monkeypatch.setattr(prints, "MOST_FEATURES", drawn)
    assert client.get(f"/print?bbox={box}&layers=heping-13-zones").status_code == 200


def test_a_card_quotes_its_passages_verbatim(client: FlaskClient, atlas: Atlas) -> None:
    feature = atlas.feature("heping-13-wudadao")
    assert feature is not None
    reader = pdf(client.get("/features/heping-13-wudadao.pdf").data)
    text = words(reader).replace(" ", "")
    for passage in feature.properties["passages"]:
        assert passage["exact"].replace("\n", "").replace(" ", "") in text
    assert fonts_embedded(reader)


def test_a_registered_feature_has_a_card_without_a_map(client: FlaskClient, atlas: Atlas) -> None:
    feature = next(f for f in atlas if f.geometry is None)
    reader = pdf(client.get(f"/features/{feature.id}.pdf").data)
    assert "未落图" in words(reader)
    assert not reader.pages[0].images


def test_cards_of_unknown_and_moved_features(client: FlaskClient) -> None:
    assert client.get("/features/nowhere.pdf").status_code == 404


def test_the_sheet_of_an_area_lists_what_applies(client: FlaskClient) -> None:
    hits = client.get(f"/here.geojson?bbox={BOX}").get_json()["features"]
    text = words(pdf(client.get(f"/here.pdf?bbox={BOX}").data)).replace(" ", "")
    for hit in hits:
        assert hit["properties"]["name"].replace(" ", "") in text


def test_a_plan_in_short_counts_what_the_atlas_counts(client: FlaskClient, atlas: Atlas) -> None:
    mine = [f for f in atlas if f.properties["plan"] == "heping-14"]
    located = sum(f.geometry is not None for f in mine)
    text = words(pdf(client.get("/plans/heping-14/summary.pdf").data)).replace(" ", "")
    assert f"{len(mine)}，其中落图{located}" in text
    for feature in mine:
        if feature.properties["level"] == "headline":
            assert feature.properties["name"].replace(" ", "") in text
    assert client.get("/plans/heping-99/summary.pdf").status_code == 404


def language_of(reader: PdfReader) -> object:
    return reader.trailer["/Root"].get("/Lang")


def test_a_sheet_for_readers_of_english(client: FlaskClient) -> None:
    reader = pdf(client.get("/print?feature=heping-13-wudadao&paper=A4&orientation=portrait&lang=en").data)
    text = words(reader)
    for expected in (
        "五大道小洋楼历史文化体验区",  # the name stays, and how it sounds stands with it
        "Wǔ dà dào xiǎo yáng lóu lì shǐ wén huà tǐ yàn qū",
        "CRS: CGCS2000 / 3-degree Gauss-Kruger CM 117E (EPSG:4548)",
        "data version",
        "Not a legal document",
        "Geometry derived from © OpenStreetMap contributors",
        "Functional zones",
        "approximate",
        "indicative",
    ):
        assert expected in text, expected
    for unsaid in ("数据版本", "坐标系", "近似", "示意", "功能区", "公里", "米"):
        assert unsaid not in text.replace("兆丰", ""), unsaid
    assert fonts_embedded(reader)


def test_a_title_of_ones_own_is_printed_as_it_is(client: FlaskClient) -> None:
    query = {"at": SPOT, "title": "鼓楼", "lang": "en", "layers": "heping-13-structures"}
    text = words(pdf(client.get("/print", query_string=query).data))
    assert "鼓楼" in text
    assert "Gǔ lóu" not in text


def test_a_card_for_readers_of_english_quotes_in_chinese(client: FlaskClient, atlas: Atlas) -> None:
    feature = atlas.feature("heping-13-wudadao")
    assert feature is not None
    reader = pdf(client.get("/features/heping-13-wudadao.pdf?lang=en").data)
    text = words(reader)
    for expected in ("Heping 13th Plan", "Stated in the plan", "1.49 km²", "off by no more than about 60"):
        assert expected in text, expected
    assert "source lines 74–80" in text
    solid = text.replace(" ", "")
    for passage in feature.properties["passages"]:
        assert passage["exact"].replace("\n", "").replace(" ", "") in solid
    for unsaid in ("平方公里", "规划所述", "原文第", "数据版本"):
        assert unsaid not in solid.replace("面积1.49平方公里", ""), unsaid
    assert language_of(reader) == "en"
    assert fonts_embedded(reader)


def test_a_finding_that_only_notes_something_is_no_page_about_the_map(client: FlaskClient) -> None:
    card = words(pdf(client.get("/features/heping-13-chuangxindasha.pdf?lang=en").data))
    (finding,) = client.get("/features/heping-13-chuangxindasha.geojson").get_json()["properties"]["findings"]
    assert f"note {finding['code']}" in card


def test_documents_say_their_language(client: FlaskClient) -> None:
    assert language_of(pdf(client.get("/plans/heping-14/summary.pdf").data)) == "zh-CN"
    assert language_of(pdf(client.get("/plans/heping-14/summary.pdf?lang=en").data)) == "en"


def test_area_and_plan_for_readers_of_english(client: FlaskClient) -> None:
    area = words(pdf(client.get(f"/here.pdf?bbox={BOX}&lang=en").data))
    assert "Plans at a place" in area
    assert "Drawn rectangle: " in area
    assert "May apply" in area
    assert "Wǔ dà dào" in area
    plan = words(pdf(client.get("/plans/heping-14/summary.pdf?lang=en").data))
    assert "Heping District 14th Five-Year Plan" in plan
    assert "Why features are not on the map" in plan
    for text in (area, plan):
        for unsaid in ("数据版本", "类别", "落图", "公顷", "平方公里", "适用"):
            assert unsaid not in text, unsaid


def test_what_cannot_be_printed_is_refused_in_english(client: FlaskClient) -> None:
    answer = client.get(f"/print?at={SPOT}&dpi=72&lang=en")
    assert answer.status_code == 400
    assert "dpi=72 is not offered; available: 150, 300." in answer.text


def test_the_form_carries_the_language(client: FlaskClient) -> None:
    page = client.get("/print?lang=en").text
    assert '<input type="hidden" name="lang" value="en">' in page.split("<main")[1]
    assert "Heping 14th Plan" in page


def test_the_form_asks_for_a_box(client: FlaskClient) -> None:
    page = client.get("/print")
    assert page.status_code == 200
    assert 'name="bbox"' in page.text
