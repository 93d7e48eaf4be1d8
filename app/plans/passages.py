"""What a plan says about each feature: passages, targets, sizes.

Rules of attribution
--------------------
*Passages.* A stretch headed by the feature's name (:mod:`app.plans.blocks`) is one passage. If
other features head parts of it (the six zones under 六区联动), the passage ends before the first of them;
a section that is made of such parts alone (五区) stays whole. A mention outside the feature's own
passages gives its sentence. Passages of one feature that overlap or follow each other directly are one.

*Targets* belong

1. inside headed stretches to the feature that heads the innermost one;
2. to the feature in whose very name the number stands (``23个区级夜间经济示范街区``), and then to no
   other but the heading one;
3. else to the features named last before the number in its clause, or in an earlier clause of the
   sentence if the number's clause says what the place gains (``引进 吸引 新增 增加 集聚 承载 达到``) and
   is no share: ``建成民园广场…,创建1个全国综合减灾示范社区`` says nothing about 民园广场. A number that
   opens a new item of a list (``小白楼小型消防站建设、20家文博场馆…``) belongs to its item.

Features named in one breath (``X、Y和Z``) share a target; it must never be summed.

*Sizes* inside headed stretches belong to the feature that heads the innermost one, unless a titled part
of it that nobody heads lies between. Outside, a size belongs to the one feature named last before it in
its clause, or in the clause before if its own begins with 面积, 总长 and the like; behind a list of names,
or behind roads that enclose (围合) what is measured, it belongs to nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from app.plans.blocks import Block, find_blocks
from app.plans.document import PlanText
from app.plans.mentions import find_mentions
from app.plans.model import (
    LinkedText,
    Mention,
    NameRule,
    Passage,
    PassageRole,
    SectionKind,
    StatedSize,
    Target,
)
from app.plans.sizes import find_sizes
from app.plans.targets import find_targets

_GAINS = re.compile(
    r"(?!.*每[百千万每]?\S{0,2}(?:人|名))(?:到?20\d{2}年[底末]?[，,]?|力争|预计|全年|每年|累计|进一步|并|计划)*"
    r"(?:引进|吸引|新增|增加|集聚|承载|[^，,]*达到?|[^，,]*增加到|在.{2,16}排名|(?:总?建筑)面积|共计|合计)"
)
"""Wording of a clause that tells what the place named in an earlier clause is to gain, or how large it is."""

_SIZE_AHEAD = re.compile(r"(?:其|总|规划|区域|占地)*(?:面积|占地|总长|全长|岸线|长|规模)")
_COMMA = re.compile(r"[，,]")
_SHARES = ("%", "％", "‰", "个百分点")
_JOINED = re.compile(r"[、和及与跟以及至—―\-]{1,2}|”“|”、“|")
"""What may stand between two names that are named in one breath."""


def link_text(
    plan: PlanText, rules: Sequence[NameRule], targets: Iterable[Target] | None = None
) -> dict[str, LinkedText]:
    """Link a plan's text to the features that its names stand for.

    Parameters
    ----------
    plan
        The plan.
    rules
        All names of all features of the plan, and the decoys.
    targets
        The targets of the plan where they have been read already; else they are read here.

    Returns
    -------
    dict of str to LinkedText
        For every owner among the rules, in the order of the rules; an owner whose names do not stand in
        the text has an empty LinkedText.
    """
    mentions = find_mentions(plan, rules)
    blocks = find_blocks(plan, mentions)
    by_owner: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        by_owner[mention.owner].append(mention)
    owned: dict[str, list[Block]] = defaultdict(list)
    for block in blocks:
        owned[block.owner].append(block)
    linker = _Linker(plan, mentions, blocks)
    owned_targets = linker.targets(find_targets(plan) if targets is None else targets)
    sizes = linker.sizes(find_sizes(plan))
    owners = dict.fromkeys(rule.owner for rule in rules if rule.owner is not None)
    return {
        owner: LinkedText(
            passages=_passages(plan, by_owner[owner], owned[owner], blocks),
            targets=tuple(owned_targets[owner]),
            sizes=tuple(sizes[owner]),
        )
        for owner in owners
    }


def _passages(
    plan: PlanText, mentions: Sequence[Mention], own: Sequence[Block], blocks: Sequence[Block]
) -> tuple[Passage, ...]:
    headed = _merged([_own_part(plan, block, blocks) for block in own])
    loose = [
        plan.sentence_at(mention.start)
        for mention in mentions
        if not any(start <= mention.start and mention.end <= end for start, end in headed)
    ]
    spans = [(m.start, m.end) for m in mentions]
    passages = [plan.passage(a, b, PassageRole.BLOCK, spans) for a, b in headed]
    passages.extend(plan.passage(a, b, PassageRole.SENTENCE, spans) for a, b in _merged(loose))
    return tuple(sorted(passages, key=lambda p: (p.start, p.end)))


def _own_part(plan: PlanText, block: Block, blocks: Iterable[Block]) -> tuple[int, int]:
    """Return the span of a block up to the first part that another feature heads."""
    if block.section is None:
        return block.start, block.end
    inner = [b.start for b in blocks if block.start < b.start < block.end and b.owner != block.owner]
    if not inner or not any(
        p.section == block.section and block.start <= p.start < min(inner) for p in plan.paragraphs
    ):
        return block.start, block.end
    return block.start, block.start + len(plan.clean[block.start : min(inner)].rstrip())


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that overlap or touch (with nothing but a line feed between, they do not touch)."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


class _Linker:
    """Who owns what stands at an offset."""

    def __init__(self, plan: PlanText, mentions: Sequence[Mention], blocks: Sequence[Block]) -> None:
        self.plan = plan
        self.blocks = blocks
        self.by_sentence: dict[tuple[int, int], list[Mention]] = defaultdict(list)
        for mention in mentions:
            self.by_sentence[plan.sentence_at(mention.start)].append(mention)

    def targets(self, targets: Iterable[Target]) -> dict[str, list[Target]]:
        linked: dict[str, list[Target]] = defaultdict(list)
        for target in targets:
            at = target.quantity.start
            named = self.named_around(at) or self.aimed_for(target)
            for owner in dict.fromkeys([*self.headed_by(at), *named]):
                linked[owner].append(target)
        return linked

    def sizes(self, sizes: Iterable[StatedSize]) -> dict[str, list[StatedSize]]:
        linked: dict[str, list[StatedSize]] = defaultdict(list)
        for size in sizes:
            owners = self.measured_heads(size) if self.headed_by(size.start) else self.measured(size)
            for owner in dict.fromkeys(owners):
                if all((s.kind, s.value) != (size.kind, size.value) for s in linked[owner]):
                    linked[owner].append(size)
        return linked

    def headed_by(self, offset: int) -> list[str]:
        """Return the features that head the innermost stretch around an offset."""
        return [block.owner for block in self.innermost(offset)]

    def innermost(self, offset: int) -> list[Block]:
        """Return the blocks that are the innermost stretch around an offset, one per owner."""
        around = [b for b in self.blocks if b.start <= offset < b.end]
        if not around:
            return []
        last = max(around, key=lambda b: (b.start, -b.end))
        return [b for b in around if (b.start, b.end) == (last.start, last.end)]

    def measured_heads(self, size: StatedSize) -> list[str]:
        """Return the features that head the stretch around a size, if it is the stretch that is measured."""
        blocks = self.innermost(size.start)
        if blocks[0].section is not None:
            path = [s.id for s in self.plan.path_at(size.start)]
            below = path[path.index(blocks[0].section) + 1 :]
            kind = self.plan.section(blocks[0].section).kind
            # 规划范围 under a zone's line is the zone's; another titled part is not.
            if below and kind is not SectionKind.BLOCK:
                return []
        return [block.owner for block in blocks]

    def measured(self, size: StatedSize) -> list[str]:
        """Return the feature that a size outside headed stretches is tied to by its wording."""
        breath = self.last_breath(size.start)
        if len({m.start for m in breath}) != 1:
            return []
        clauses = _COMMA.split(self.plan.clean[breath[0].end : size.start])
        if len(clauses) > 2 or (len(clauses) == 2 and not _SIZE_AHEAD.match(clauses[1])):
            return []
        return [] if "围合" in clauses[0] else [m.owner for m in breath]

    def named_around(self, offset: int) -> list[str]:
        """Return the features in whose name an offset stands."""
        return [m.owner for m in self.mentions_beside(offset) if m.start <= offset < m.end]

    def aimed_for(self, target: Target) -> list[str]:
        """Return the features named last before a target's number, where the wording ties it to them."""
        at, text = target.quantity.start, self.plan.clean
        breath = self.last_breath(at)
        if not breath:
            return []
        end = breath[-1].end
        if end > target.start:
            if text[end:at].rstrip().endswith("、"):
                return []
        elif target.quantity.unit in _SHARES or not _GAINS.match(text[target.start : at]):
            return []
        return [m.owner for m in breath]

    def mentions_beside(self, offset: int) -> list[Mention]:
        """Return the mentions in the sentence of an offset."""
        return self.by_sentence[self.plan.sentence_at(offset)]

    def last_breath(self, offset: int) -> list[Mention]:
        """Return the last mention before an offset in its sentence, and those named in one breath with it."""
        before = [m for m in self.mentions_beside(offset) if m.end <= offset]
        breath: list[Mention] = []
        for mention in sorted(before, key=lambda m: m.start, reverse=True):
            if breath and mention.start != breath[-1].start:
                between = self.plan.clean[mention.end : breath[-1].start]
                if not _JOINED.fullmatch(between):
                    break
            breath.append(mention)
        return breath[::-1]
