"""The search page and its data."""

from __future__ import annotations

from flask.testing import FlaskClient

from app.atlas.store import Atlas


def rows_of(client: FlaskClient, query: str, group: str, **more: object) -> list[dict]:
    found = client.get("/search.json", query_string={"q": query, "group": group, **more}).json
    (only,) = found["groups"]
    assert only["group"] == group
    return only["rows"]


def test_the_page_groups_what_it_finds_and_marks_the_words(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "五大道"})
    assert page.status_code == 200
    for heading in ("地点", "目标", "章节", "原文"):
        assert f">{heading} <small>" in page.text
    assert "<mark>五大道</mark>" in page.text
    assert "/?feature=heping-13-wudadao" in page.text


def test_a_target_leads_to_its_row_in_the_ledger_and_to_its_sentence(client: FlaskClient) -> None:
    (row,) = rows_of(client, "亿元税收楼宇超过12栋", "targets")
    assert row["raw"] == "12栋"
    ledger = client.get(row["url"], follow_redirects=True)
    assert 'id="t5405-heping-13"' in ledger.text
    assert row["url"] == "/targets/heping-13:5405-5408"
    assert client.get(f"{row['url']}.json").json["sentence"]["start"] == row["start"]
    assert client.get(row["passage_url"]).status_code == 200


def test_every_target_s_address_opens_the_page_that_has_its_row(client: FlaskClient, atlas: Atlas) -> None:
    pages: dict[str, str] = {}
    for row in atlas.targets:
        address, _, anchor = client.get(f"/targets/{row['id']}").location.partition("#")
        if address not in pages:
            pages[address] = client.get(address).text
        assert f'id="{anchor}"' in pages[address]
    assert client.get("/targets/heping-13:1-2").status_code == 404


def test_every_row_of_every_group_leads_somewhere(client: FlaskClient) -> None:
    for query in ("五大道", "就业", "wudadao", "小百楼"):
        for group in client.get("/search.json", query_string={"q": query, "limit": 3}).json["groups"]:
            assert group["numberReturned"] == len(group["rows"]) <= 3 <= max(3, group["numberMatched"])
            for row in group["rows"]:
                for key in ("url", "passage_url", "map_url"):
                    if key in row:
                        address, _, anchor = row[key].partition("#")
                        answer = client.get(address, follow_redirects=True)
                        assert answer.status_code == 200
                        assert not anchor or f'id="{anchor}"' in answer.text


def test_what_a_query_was_read_as_is_said(client: FlaskClient) -> None:
    assert client.get("/search.json?q=wdd").json["readAs"] == ["五大道", "武德殿"]
    assert "按“五大道”、“武德殿”查找" in client.get("/search?q=wdd").text
    assert client.get("/search.json?q=五大道").json["readAs"] == []


def test_one_group_is_paged(client: FlaskClient) -> None:
    first = client.get("/search.json?q=建设&group=passages&limit=50").json
    (group,) = first["groups"]
    links = {link["rel"]: link["href"] for link in first["links"]}
    seen = [row["id"] for row in group["rows"]]
    while "next" in links:
        answer = client.get(links["next"]).json
        links = {link["rel"]: link["href"] for link in answer["links"]}
        seen += [row["id"] for row in answer["groups"][0]["rows"]]
    assert len(seen) == len(set(seen)) == group["numberMatched"] > 500
    assert client.get("/search?q=建设&group=passages&offset=60").status_code == 200
    assert client.get("/search?q=建设&offset=60").status_code == 400


def test_an_empty_and_a_hopeless_query(client: FlaskClient) -> None:
    assert client.get("/search").status_code == 200
    assert "没有找到" in client.get("/search", query_string={"q": "乌兰巴托"}).text


def test_what_no_feature_is_called_may_be_an_address(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "鞍山道与南京路交口"}).text
    link = next(part for part in page.split('"') if part.startswith("/here?place="))
    assert client.get(link).status_code == 302
    assert "/here?place=" not in client.get("/search", query_string={"q": "五大道"}).text


def test_nothing_in_a_query_becomes_markup(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_limits_and_unknown_parameters(client: FlaskClient) -> None:
    assert client.get("/search", query_string={"q": "道" * 101}).status_code == 400
    assert client.get("/search?query=x").status_code == 400
    assert client.get("/search.json?q=x&page=2").status_code == 400
    assert client.get("/search.json?q=x&group=all").status_code == 400
    assert client.get("/search.json?q=x&limit=0").status_code == 400


def test_in_english_the_box_gets_what_it_needs_to_say_and_in_chinese_nothing_changes(
    client: FlaskClient,
) -> None:
    asked = {"q": "五大道", "limit": "3"}
    chinese = client.get("/search.json", query_string=asked).get_json()
    english = client.get("/search.json", query_string={**asked, "lang": "en"}).get_json()
    titles = ["Places", "Targets", "Indicators", "Sections", "Passages"]
    assert [group.pop("title_en") for group in english["groups"]] == titles
    places = english["groups"][0]["rows"]
    assert places[0]["pinyin"].startswith("Wǔ dà dào")
    for before, after in zip(chinese["groups"], english["groups"], strict=True):
        for row, told in zip(before["rows"], after["rows"], strict=True):
            assert told.pop("plan_title_en").endswith(("Plan", "report"))
            told.pop("pinyin", None)
            # where a row leads to is a page, and that is read in English
            assert told.pop("url").split("#")[0].endswith("lang=en")
            assert row.keys() - told.keys() == {"url"}
            same = row.keys() & told.keys() - {"map_url", "passage_url"}
            assert {key: row[key] for key in same} == {key: told[key] for key in same}


def test_in_english_the_page_says_what_was_read_and_where_else_to_look(client: FlaskClient) -> None:
    read = client.get("/search?q=wudadao&lang=en").text
    assert "The five plans do not say “wudadao”; searched for" in read
    assert '“<span lang="zh-CN">五大道</span>”' in read
    assert '<input type="hidden" name="lang" value="en">' in read.split('id="find"')[1].split("</form>")[0]
    nothing = client.get("/search", query_string={"q": "<b>zzqx</b>", "lang": "en"}).text
    assert "The five plans do not have “&lt;b&gt;zzqx&lt;/b&gt;”" in nothing
    assert '<a href="/features?lang=en">' in nothing
