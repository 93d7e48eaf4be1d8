"""Few costly answers at once: who comes when the places are taken hears so at once; maps go on."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.errors import BusyError
from app.web.costly import PATIENCE, PLACES, WAITING, _inside, costly

COSTLY = ("/download?f=csv", "/print?at=117.195,39.113", "/features/heping-13-wudadao.pdf")


def until_nobody_may_come_in() -> None:
    """Wait until every place is taken, to work and to wait; to try one would take it from who comes."""
    end = time.monotonic() + 60  # the first sheet of a process brings its libraries
    while _inside._value:
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("address", COSTLY)
def test_one_waits_and_the_next_is_asked_to_come_back(app: Flask, address: str) -> None:
    def wait() -> int:
        with app.test_client().get(address) as answer:
            return answer.status_code

    with ThreadPoolExecutor() as others:
        with ExitStack() as places:
            for _ in range(PLACES):
                places.enter_context(costly())
            waiting = [others.submit(wait) for _ in range(WAITING)]
            until_nobody_may_come_in()
            begun = time.monotonic()
            client = app.test_client()
            answer = client.get(address, headers={"Accept": "application/json"})
            assert time.monotonic() - begun < PATIENCE
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert answer.get_json()["detail"] == "正在制作的文件和图件已满；请 5 秒后再试。"
            assert client.get("/features.geojson?limit=1").status_code == 200
            assert not any(one.done() for one in waiting)
        assert [one.result() for one in waiting] == [200] * WAITING


def test_a_place_is_given_back_by_work_that_fails(client: FlaskClient) -> None:
    for _ in range(PLACES + WAITING + 1):
        with pytest.raises(ZeroDivisionError), costly():
            raise ZeroDivisionError
    with client.get(COSTLY[0]) as answer:
        assert answer.status_code == 200


def test_who_waits_too_long_is_told_so() -> None:
    with costly(), costly(), pytest.raises(BusyError, match="秒后再试"), costly():
        pass
