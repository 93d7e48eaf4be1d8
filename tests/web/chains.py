"""Every chain from a published number to the file it was read from, walked by what the server answers.

number → sentence → clean text → raw lines → file: a target's or indicator's raw string stands where the row
says, the quoted words are the clean text's at their offsets, each of their characters comes from the raw
lines that are named, and the file has the SHA-256 of the plan's record. Nothing here knows the project's
code; it reads JSON and texts as any client would.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Fetch = Callable[[str], bytes]


def squeezed(text: str) -> str:
    return "".join(text.split())


@dataclass
class Text:
    """A plan's texts as served."""

    plan: str
    clean: str
    lines: list[str]

    def broken(self, what: str, quote: dict[str, Any], raw_lines: list[int]) -> Iterator[str]:
        """What is wrong with a quote: ``start``, ``end``, ``exact``, perhaps ``prefix`` and ``suffix``."""
        start, end, exact = quote["start"], quote["end"], quote["exact"]
        if not 0 <= start < end <= len(self.clean) or self.clean[start:end] != exact:
            yield f"{what}: its words do not stand at {start}-{end} of {self.plan}"
            return
        if "prefix" in quote and not (
            self.clean[:start].endswith(quote["prefix"])
            and self.clean.startswith(quote["suffix"], end)
            and len(quote["prefix"]) == min(20, start)
            and len(quote["suffix"]) == min(20, len(self.clean) - end)
        ):
            yield f"{what}: its surroundings are not the text's"
        first, last = raw_lines
        if not 1 <= first <= last <= len(self.lines):
            yield f"{what}: the file has no lines {first}-{last}"
            return
        # the first and last line must be needed, and hold the words in their order
        lines = [squeezed(line) for line in self.lines[first - 1 : last]]
        wanted, at = squeezed(exact), 0
        raw = "".join(lines)
        for character in wanted:
            at = raw.find(character, at) + 1
            if not at:
                yield f"{what}: its words do not stand in lines {first}-{last}"
                return
        head, tail = next(filter(None, exact.split("\n"))), list(filter(None, exact.split("\n")))[-1]
        if squeezed(head)[:4] not in lines[0] or squeezed(tail)[-4:] not in lines[-1]:
            yield f"{what}: it does not begin in line {first} and end in line {last}"


@dataclass
class Walk:
    """What was walked, by kind, and what was found broken."""

    counts: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


def rows_of(fetch: Fetch, address: str, member: str) -> Iterator[dict[str, Any]]:
    """All rows of a list, page by page; ends with an error if they are not as many as announced."""
    at: str | None = address
    seen = 0
    while at is not None:
        answer = json.loads(fetch(at))
        seen += len(answer[member])
        yield from answer[member]
        at = next((link["href"] for link in answer["links"] if link["rel"] == "next"), None)
    assert seen == answer["numberMatched"], address


def walk(fetch: Fetch) -> Walk:
    """Walk every chain that is published."""
    done = Walk()
    texts: dict[str, Text] = {}
    for plan in json.loads(fetch("/plans.json"))["plans"]:
        raw = fetch(f"/plans/{plan['id']}/raw.txt")
        if hashlib.sha256(raw).hexdigest() != plan["sha256"]:
            done.broken.append(f"{plan['id']}: the file is not the one of the record")
        clean = fetch(f"/plans/{plan['id']}/text").decode()
        texts[plan["id"]] = Text(plan["id"], clean, raw.decode().split("\n"))
    passages = {row["id"]: row for row in rows_of(fetch, "/passages.json?limit=500", "passages")}
    targets = {row["id"]: row for row in rows_of(fetch, "/targets.json?limit=500", "targets")}
    done.counts |= {"plans": len(texts), "passages": len(passages), "targets": len(targets)}
    for row in passages.values():
        text = texts[row["plan"]]
        done.broken += text.broken(row["id"], row, row["raw_lines"])
        for target in row["targets"]:
            number = targets[target]["number"] if target in targets else (-1, -1)
            if not row["start"] <= number[0] < number[1] <= row["end"]:
                done.broken.append(f"{row['id']}: {target} does not stand in it")
    for row in targets.values():
        done.broken += _target(row, texts[row["plan"]])
    features = list(rows_of(fetch, "/features.geojson?limit=1000", "features"))
    done.counts["features"] = len(features)
    for feature in features:
        done.broken += _feature(feature["properties"], texts, passages, targets)
    said = {identifier for row in passages.values() for identifier in row["features"]}
    owned = {feature["id"] for feature in features if feature["properties"]["passages"]}
    done.broken += [f"{identifier}: its passages are not served" for identifier in sorted(said ^ owned)]
    indicators = list(rows_of(fetch, "/indicators.json", "indicators"))
    done.counts["indicators"] = len(indicators)
    for row in indicators:
        done.broken += _indicator(row, texts[row["plan"]])
    for row in rows_of(fetch, "/lineage.json", "lineage"):
        for quote in row["quotes"]:
            done.broken += texts[quote["plan"]].broken(f"lineage {row['id']}", quote, quote["raw_lines"])
    return done


def _target(row: dict[str, Any], text: Text) -> Iterator[str]:
    sentence, (start, end) = row["sentence"], row["number"]
    if row["id"] != f"{row['plan']}:{start}-{end}":
        yield f"{row['id']}: its id is not its number's place"
    if text.clean[start:end] != row["raw"]:
        yield f"{row['id']}: {row['raw']} does not stand at {start}-{end}"
    if not sentence["start"] <= start < end <= sentence["end"]:
        yield f"{row['id']}: its number is outside its sentence"
    yield from text.broken(f"{row['id']} (sentence)", sentence, _lines_of(sentence, row, text))
    yield from text.broken(row["id"], {"start": start, "end": end, "exact": row["raw"]}, row["raw_lines"])


def _lines_of(sentence: dict[str, Any], row: dict[str, Any], text: Text) -> list[int]:
    """Lines of a sentence: those of its number, widened while the file's lines still hold its ends."""
    first, last = row["raw_lines"]
    words = squeezed(sentence["exact"])
    while first > 1 and words[:4] not in squeezed(text.lines[first - 1]):
        first -= 1
    while last < len(text.lines) and words[-4:] not in squeezed(text.lines[last - 1]):
        last += 1
    return [first, last]


def _feature(
    values: dict[str, Any], texts: dict[str, Text], passages: dict[str, Any], targets: dict[str, Any]
) -> Iterator[str]:
    own = {passage["id"] for passage in values["passages"]}
    if not own:
        yield f"{values['id']}: no passage names it"
    for passage in values["passages"]:
        text = texts[passage["plan"]]
        yield from text.broken(f"{values['id']} {passage['id']}", passage, passage["raw_lines"])
        served = passages.get(passage["id"])
        if served is None or values["id"] not in served["features"] or served["exact"] != passage["exact"]:
            yield f"{values['id']}: {passage['id']} is not served as its passage"
        for start, end in passage["mentions"]:
            if not passage["start"] <= start < end <= passage["end"]:
                yield f"{values['id']}: it is named at {start}-{end}, outside {passage['id']}"
    for target in values["targets"]:
        row = targets.get(target["id"])
        if row is None or values["id"] not in {place["id"] for place in row["features"]}:
            yield f"{values['id']}: {target['id']} is not in the ledger as its target"
        elif target["raw"] != row["raw"] or target["value"] != row["value"]:
            yield f"{values['id']}: {target['id']} differs from the ledger"
        if target["passage"] not in own:
            yield f"{values['id']}: {target['id']} stands in no passage of it"


def _indicator(row: dict[str, Any], text: Text) -> Iterator[str]:
    exact = text.clean[row["start"] : row["end"]]
    yield from text.broken(row["id"], {**row, "exact": exact or "?"}, row["raw_lines"])
    words = squeezed(exact)
    for cell in ("name_raw", "base_raw", "target_raw"):
        if row[cell] and squeezed(row[cell]) not in words:
            yield f"{row['id']}: {cell} {row[cell]} does not stand in its row"
    if not squeezed(exact).startswith(str(row["number"])) and str(row["number"]) not in words:
        yield f"{row['id']}: its number does not stand in its row"
    for remark in row["prose"]:
        quote = {"start": remark["start"], "end": remark["end"], "exact": remark["quote"]}
        yield from text.broken(f"{row['id']} (prose)", quote, remark["raw_lines"])
        if remark["quote"] not in remark["sentence"] or remark["sentence"] not in text.clean:
            yield f"{row['id']}: the prose's sentence is not the text's"
