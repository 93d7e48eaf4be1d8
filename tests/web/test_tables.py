"""CSV that no spreadsheet computes."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask

from app.web.tables import csv_response, safe_cell


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("http://example.org","点我")',
        "+86",
        "-1+2",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "\u3000=1",
        "\r=1",
        "＝1+1",
        "＋1",
    ],
)
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["五大道", "——建成", "2—3个", "1.5", "", "甲=乙", "“=”"])
def test_other_words_stay_as_they_are(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_nothing_is_an_empty_cell_and_numbers_are_written() -> None:
    assert safe_cell(None) == ""
    assert safe_cell(12) == "12"


def test_a_file_opens_in_excel_and_keeps_its_cells(app: Flask) -> None:
    rows = [{"a": '引"号,逗号\n换行', "b": "=1+1", "c": "not shown"}, {"a": "五大道", "b": None, "c": 1}]
    with app.test_request_context():
        response = csv_response("x.csv", ("a", "b"), rows)
    assert response.content_type == "text/csv; charset=utf-8"
    assert 'filename="x.csv"' in response.headers["Content-Disposition"]
    assert response.data.startswith(b"\xef\xbb\xbf")
    text = response.data.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["a", "b"],
        ['引"号,逗号\n换行', "'=1+1"],
        ["五大道", ""],
    ]
    assert text.count("\r\n") == 3
