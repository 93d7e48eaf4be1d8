"""Find sentences and clauses of the real texts that differ only in a place or a figure.

``python -m tests.plans.lookalikes`` writes ``lookalikes.json`` beside this file. Names of places and
figures are masked, runs of them in a list count as one; what is then alike (rapidfuzz, at least 97 %) but
was different before is a pair. The masks come from the layer files and the net of place words, not from
the code under test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from rapidfuzz import fuzz

from app.atlas.layers import load_layers
from app.atlas.placewords import PlaceWords, load_place_words
from app.plans.document import PlanText, read_plan
from app.plans.quantities import find_quantities
from app.plans.sentences import clause_spans
from app.settings import load_settings

DATA = Path(__file__).parent / "lookalikes.json"
ALIKE = 97
FIGURE = re.compile(r"\d+(?:\.\d+)?[A-Za-z]?|[A-Z]\d*|[一二三四五六七八九十]+")
PLACES, FIGURES = "◇", "#"


def units(plan: PlanText) -> Iterator[tuple[int, int]]:
    """Sentences of up to 200 characters, and the clauses of at least 8 in all."""
    for start, end in plan.sentences(0, len(plan.clean)):
        if 8 <= end - start <= 200:
            yield start, end
        yield from ((a, b) for a, b in clause_spans(plan.clean, start, end) if b - a >= 8)


def masked(plan: PlanText, span: tuple[int, int], names: re.Pattern[str], net: PlaceWords) -> str:
    start, end = span
    text = list(plan.clean[start:end])
    places = [(m.start(), m.end()) for m in names.finditer(plan.clean, start, end)]
    places += list(net.find(plan.clean, start, end))
    figures = [(q.start, q.end) for q in find_quantities(plan.clean, start, end)]
    figures += [(m.start(), m.end()) for m in FIGURE.finditer(plan.clean, start, end)]
    for mark, spans in ((FIGURES, figures), (PLACES, places)):
        for a, b in spans:
            text[a - start : b - start] = mark * (b - a)
    return re.sub(rf"({PLACES}[、和及与]?)*{PLACES}", PLACES, re.sub(rf"{FIGURES}+", FIGURES, "".join(text)))


def find() -> list[dict[str, object]]:
    config = load_settings({})
    net = load_place_words(config["LAYERS_DIR"])
    found: list[dict[str, object]] = []
    for folder in load_layers(config["LAYERS_DIR"], config["TEXTS_DIR"]):
        plan = read_plan(folder.record)
        words = {rule.text for entry in folder.entries for rule in entry.names}
        names = re.compile("|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w)))))
        shapes = {span: masked(plan, span, names, net) for span in units(plan)}
        shapes = {
            span: shape
            for span, shape in shapes.items()
            if {PLACES, FIGURES} & set(shape) and len(re.sub(r"\W", "", shape)) >= 3
        }
        for (a, one), (b, two) in combinations(sorted(shapes.items()), 2):
            here, there = plan.clean[slice(*a)], plan.clean[slice(*b)]
            apart = a[1] <= b[0] and here not in there and there not in here
            if apart and fuzz.ratio(one, two, score_cutoff=ALIKE):
                found.append({"plan": folder.record.id, "a": [*a], "b": [*b], "texts": [here, there]})
    return found


if __name__ == "__main__":
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in find())
    DATA.write_text(f"[\n{rows}\n]\n", encoding="utf-8")
