"""Where the names of features stand in a plan.

All names and decoys of a plan are looked for in one pass. Where finds overlap the longer one wins, then
the one further left: 河东 inside 海河东岸金创走廊 is no find, and 睦南公园 in 道路和睦南公园 beats 和睦. A
decoy swallows what lies in it and is then forgotten. A name whose conditions are not met swallows as
well: 大港 inside 大港港区 does not become the town because the port was not meant. A name whose last
character is the first of a common word is no find: 和平路 in 探索新时代文明实践和平路径.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import ahocorasick

from app.plans.document import PlanText
from app.plans.model import Mention, NameRule

_WORD_GOES_ON = re.compile(r"路[径由]|道[德理]|线索")
"""Common words that begin with the last character of a street's or line's name."""


def find_mentions(plan: PlanText, rules: Sequence[NameRule]) -> list[Mention]:
    """Find the names of features in a plan's clean text.

    Parameters
    ----------
    plan
        The plan.
    rules
        Names and decoys. Several rules may share a text: conditions decide between their owners, and
        where they leave more than one, all of them own the find.

    Returns
    -------
    list of Mention
        By start; finds of one text in the order of the rules; one per owner.
    """
    by_text: dict[str, list[NameRule]] = defaultdict(list)
    for rule in rules:
        if rule.text:
            by_text[rule.text].append(rule)
    mentions: list[Mention] = []
    for start, end in _spans(plan.clean, list(by_text)):
        text = plan.clean[start:end]
        seen: set[str] = set()
        meant = [rule for rule in by_text[text] if _is_meant(plan, start, rule)]
        if any(rule.owner is None for rule in meant):
            continue
        for rule in meant:
            if rule.owner is not None and rule.owner not in seen:
                seen.add(rule.owner)
                mentions.append(Mention(start, end, text, rule.owner))
    return mentions


def _spans(text: str, names: list[str]) -> list[tuple[int, int]]:
    """Return the spans of names in a text, longest first where they overlap, in the order of the text."""
    if not names:
        return []
    taken = bytearray(len(text))
    spans: list[tuple[int, int]] = []
    for start, end in sorted(_all_spans(text, names), key=lambda span: (span[0] - span[1], span[0])):
        # A shorter span that overlaps a longer taken one has at least one of its ends inside it.
        if not taken[start] and not taken[end - 1]:
            taken[start:end] = b"\1" * (end - start)
            spans.append((start, end))
    return sorted(spans)


def _all_spans(text: str, names: list[str]) -> Iterator[tuple[int, int]]:
    automaton = ahocorasick.Automaton()
    for name in names:
        automaton.add_word(name, len(name))
    automaton.make_automaton()
    for last, length in automaton.iter(text):
        if not _WORD_GOES_ON.match(text, last):
            yield last + 1 - length, last + 1


def _is_meant(plan: PlanText, offset: int, rule: NameRule) -> bool:
    """Whether the conditions of a rule hold at a find."""
    if rule.near or rule.not_near:
        start, end = plan.sentence_at(offset)
        sentence = plan.clean[start:end]
        if rule.near and not any(word in sentence for word in rule.near):
            return False
        if any(word in sentence for word in rule.not_near):
            return False
    if rule.sections or rule.not_sections:
        labels = [section.label for section in plan.path_at(offset)]
        if rule.sections and not any(word in label for word in rule.sections for label in labels):
            return False
        if any(word in label for word in rule.not_sections for label in labels):
            return False
    return True
