"""What is said in which language, and what a request leaves behind."""

from __future__ import annotations

import threading

import pytest

from app.atlas.query import bbox_of
from app.errors import BusyError, RequestError
from app.language import current, gettext, listed, ngettext, pgettext, speak, speaking, titled


def test_what_the_catalogue_lacks_is_said_in_chinese() -> None:
    with speaking("en"):
        assert gettext("没有人翻译过的话") == "没有人翻译过的话"
        assert gettext("") == ""


def test_percent_signs_are_filled_in_only_where_there_are_values() -> None:
    assert gettext("计算面积与文本所述面积相差超过10%").endswith("10%")
    with speaking("en"):
        assert gettext("计算面积与文本所述面积相差超过10%").endswith("by more than 10%")
        assert gettext("约 %(metres)s 米", metres="5%") == "约 5% 米"


def test_a_word_that_means_two_things_is_said_by_its_context() -> None:
    assert pgettext("finding", "说明") == "说明"
    with speaking("en"):
        assert pgettext("finding", "说明") == "note"
        assert gettext("说明") == "About"
        assert pgettext("nowhere", "说明") == "说明"


def test_one_and_many() -> None:
    message = "%(num)s 个要素，含未落图的"
    assert ngettext(message, message, 1) == "1 个要素，含未落图的"
    with speaking("en"):
        assert ngettext(message, message, 1).startswith("1 feature,")
        assert ngettext(message, message, 2).startswith("2 features,")


def test_things_in_a_row() -> None:
    assert listed(("a", 2)) == "a、2"
    with speaking("en"):
        assert listed(("a", 2)) == "a, 2"
        assert listed(()) == ""


def test_titles_come_from_the_data() -> None:
    row = {"title": "功能区", "title_en": "Functional zones"}
    assert titled(row) == "功能区"
    with speaking("en"):
        assert titled(row) == "Functional zones"


def test_the_language_ends_with_its_block_and_stays_in_its_thread() -> None:
    heard: list[str] = []
    with pytest.raises(ZeroDivisionError), speaking("en"):
        other = threading.Thread(target=lambda: heard.append(current()))
        other.start()
        other.join()
        raise ZeroDivisionError
    assert heard == ["zh"]
    assert current() == "zh"


def test_a_language_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        speak("fr")
    assert current() == "zh"


def test_an_error_is_said_in_the_language_in_which_it_is_raised() -> None:
    with speaking("en"):
        error = BusyError()
        with pytest.raises(RequestError, match=r"^bbox takes four WGS84 .*; 3 numbers were given\.$"):
            bbox_of("1,2,3")
    assert str(error) == "The server is busy making files and map sheets. Try again in 5 seconds."
    with pytest.raises(RequestError, match=r"收到 3 个数。$"):
        bbox_of("1,2,3")
