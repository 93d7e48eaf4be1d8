"""From every published number back to the file, through the served data; and that a break is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas
from tests.web.chains import Fetch, walk

Edit = Callable[[Any], None]


@pytest.fixture
def fetch(client: FlaskClient) -> Fetch:
    def served(address: str) -> bytes:
        answer = client.get(address)
        assert answer.status_code == 200, address
        return answer.data

    return served


def test_every_chain_from_number_to_file_holds(fetch: Fetch, atlas: Atlas) -> None:
    done = walk(fetch)
    assert done.broken == []
    assert done.counts == {
        "plans": len(atlas.plans),
        "passages": len({p["id"] for f in atlas for p in f.properties["passages"]}),
        "targets": len(atlas.targets),
        "features": len(atlas),
        "indicators": 17 + 23 + 30,
    }
    assert {row["id"] for row in atlas.targets} >= {t["id"] for f in atlas for t in f.properties["targets"]}


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside a JSON value, the outer ones first."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from parts(part)


def set_first(key: str, change: Callable[[Any], Any], having: tuple[str, ...] = ()) -> Edit:
    """Change the first filled value of a key, in a mapping that has some others too."""

    def edit(answer: Any) -> None:
        part = next(p for p in parts(answer) if p.get(key) and all(p.get(other) for other in having))
        part[key] = change(part[key])

    return edit


def later(offset: int) -> int:
    return offset + 1


def to(value: Any) -> Callable[[Any], Any]:
    return lambda _: value


BREAKS: dict[str, tuple[str, Edit | None, str]] = {
    "a file that is not the record's": ("/plans/heping-14/raw.txt", None, "the file is not the one"),
    "a text with one character gone": ("/plans/hedong-14/text", None, "do not stand at"),
    "a record of another file": ("/plans.json", set_first("sha256", to("0" * 64)), "is not the one"),
    "a passage moved by one": ("/passages.json", set_first("start", later), "do not stand at"),
    "a passage's words changed": (
        "/passages.json", set_first("exact", lambda v: v[:-1] + "错"), "do not stand"
    ),
    "a suffix that is not behind": ("/passages.json", set_first("suffix", lambda v: v[1:]), "surroundings"),
    "raw lines of another place": ("/passages.json", set_first("raw_lines", to([1, 2])), "lines 1-2"),
    "a raw line too many": (
        "/passages.json", set_first("raw_lines", lambda v: [v[0] - 1, v[1]]), "does not begin in line"
    ),
    "a passage that loses a feature": ("/passages.json", set_first("features", to([])), "is not served as"),
    "a target of another passage": (
        "/passages.json", set_first("targets", to(["heping-13:1-2"])), "does not stand in it"
    ),
    "a target's number moved": (
        "/targets.json", set_first("number", lambda v: [v[0] + 1, v[1] + 1]), "is not its number's place"
    ),
    "a target's amount changed": ("/targets.json", set_first("raw", lambda v: f"1{v}"), "does not stand at"),
    "a target's value changed": (
        "/targets.json", set_first("value", lambda v: v * 10, ("features",)), "differs from the ledger"
    ),
    "a sentence moved": (
        "/targets.json", set_first("sentence", lambda v: v | {"start": v["start"] + 1}), "(sentence)"
    ),
    "a target whose feature is gone": ("/targets.json", set_first("features", to([])), "not in the ledger"),
    "a feature's passage moved": (
        "/features.geojson", set_first("end", lambda v: v - 1, ("prefix",)), "do not stand at"
    ),
    "a feature no passage names": ("/features.geojson", set_first("passages", to([])), "no passage names it"),
    "a name outside its passage": (
        "/features.geojson", set_first("mentions", to([[0, 2]])), "it is named at 0-2"
    ),
    "a feature's target of another passage": (
        "/features.geojson", set_first("passage", to("x")), "stands in no passage of it"
    ),
    "an indicator's cell changed": (
        "/indicators.json", set_first("target_raw", lambda v: f"{v}9"), "target_raw"
    ),
    "an indicator's row moved": (
        "/indicators.json", set_first("start", lambda v: v + 400), "does not stand in its row"
    ),
    "prose that the plan does not have": (
        "/indicators.json", set_first("quote", lambda v: f"{v}。"), "(prose)"
    ),
    "a quote of the lineage changed": ("/lineage.json", set_first("exact", lambda v: v[::-1]), "lineage"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_chain_is_found(fetch: Fetch, name: str) -> None:
    address, edit, complaint = BREAKS[name]
    done: list[str] = []

    def tampered(asked: str) -> bytes:
        body = fetch(asked)
        if done or not asked.startswith(address):
            return body
        done.append(asked)
        if edit is None:
            text = body.decode()
            return (text[:5000] + text[5001:]).encode()
        answer = json.loads(body)
        edit(answer)
        return json.dumps(answer).encode()

    broken = walk(tampered).broken
    assert done
    assert any(complaint in line for line in broken), broken[:5]
