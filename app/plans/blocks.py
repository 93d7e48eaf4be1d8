"""Which stretches of a plan are headed by a feature's name.

A section belongs to a feature if its title is one of the feature's names, give or take quotation marks,
the verbs that plans put in front (``倾力打造海河东岸金创走廊``) and the nouns they put behind
(``着力构筑“六区联动”格局``). A 专栏 belongs to a feature as soon as its title holds a name of four
characters or more. In ``“一屏”，即双城间绿色生态屏障。…`` both names head the section. Titles that were
inferred, and indicator tables, belong to nobody.

Some plans run several themes together in one paragraph, each opened by a short sentence without a
comma. Where such a sentence is verbs and a name (``着力打造海河京津冀高端产业承接带。``), what follows up
to the next such sentence, or the end of the paragraph, belongs to the feature as well.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from app.plans.document import PlanText
from app.plans.model import Mention, Section, SectionKind

MIN_BOX_NAME = 4
"""A shorter name in a 专栏's title says too little about the whole of it."""

MAX_LEAD = 30
"""A sentence that opens a theme is short."""

_VERBS = re.compile(
    r"(?:倾力|精细|精品|全力|大力|着力|重点|聚焦|积极|加快|加速|持续|扎实|统筹|全面|深入|率先|继续|进一步|不断"
    r"|高水平|高标准|高质量|高起点|推进|推动|打造|建设|优化|提升|完善|改造|实施|启动|规划|培育|形成|拓展|畅通"
    r"|塑造|建成|做强|做大|做优|发展|构建|构筑|深化|强化|实现|加强|新建)*"
)
_NOUNS = re.compile(
    r"(?:的|战略|格局|布局|空间格局|空间布局|空间结构|结构|体系|建设|工程|行动|计划|项目|改造|提升|作用|功能"
    r"|带动作用|主导产业|发展|服务功能|核心发展极|建设工程)*"
)
_MARKS = str.maketrans("", "", "“”\"'‘’《》 　")
_COUNT = re.compile(r"\d+余?[个家座处条所项片栋]")
_COMMA = re.compile(r"[，,；;：:、]")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch headed by a name; ``section`` is None for a theme inside a paragraph."""

    owner: str
    start: int
    end: int
    section: str | None


def find_blocks(plan: PlanText, mentions: Sequence[Mention]) -> list[Block]:
    """Find the stretches headed by a feature's name.

    Only names that were found in the title itself count, so that homonyms and decoys are settled before.

    Returns
    -------
    list of Block
        Outer stretches before inner ones.
    """
    blocks = list(_section_blocks(plan, mentions))
    blocks.extend(_lead_blocks(plan, mentions))
    return sorted(blocks, key=lambda b: (b.start, -b.end, b.owner))


def _section_blocks(plan: PlanText, mentions: Sequence[Mention]) -> Iterator[Block]:
    heads = [s for s in plan.sections if not s.inferred and s.title and s.id not in plan.tables]
    by_head: dict[str, list[Mention]] = defaultdict(list)
    for section, mention in _within(heads, mentions):
        by_head[section.id].append(mention)
    for section in heads:
        named = [m.owner for m in by_head[section.id] if _heads(section, m.text)]
        for owner in dict.fromkeys([*named, *_defined(plan, section, mentions)]):
            yield Block(owner, section.start, section.end, section.id)


def _defined(plan: PlanText, section: Section, mentions: Sequence[Mention]) -> list[str]:
    """Return the features whose name is all that stands between 即 and the full stop of a definition."""
    if section.kind is not SectionKind.RUN_IN or plan.clean[section.body_start - 1] != "即":
        return []
    at = bisect_left(mentions, section.body_start, key=lambda m: m.start)
    return [
        m.owner
        for m in takewhile(lambda m: m.start == section.body_start, mentions[at:])
        if plan.clean.startswith("。", m.end)
    ]


def _within(heads: Sequence[Section], mentions: Sequence[Mention]) -> Iterator[tuple[Section, Mention]]:
    """Pair headings with the mentions that stand in them."""
    position = 0
    for section in heads:
        while position < len(mentions) and mentions[position].start < section.start:
            position += 1
        index = position
        while index < len(mentions) and mentions[index].end <= section.body_start:
            yield section, mentions[index]
            index += 1


def _heads(section: Section, name: str) -> bool:
    title, bare = section.title.translate(_MARKS), name.translate(_MARKS)
    if section.kind is SectionKind.BOX and len(bare) >= MIN_BOX_NAME and bare in title:
        return True
    if section.kind is SectionKind.BLOCK and title.startswith(bare):
        return True
    return is_named(title, bare)


def is_named(title: str, name: str) -> bool:
    """Whether a title is a name, give or take leading verbs, trailing nouns and quotation marks."""
    title, name = title.translate(_MARKS), name.translate(_MARKS)
    if not name or name not in title:
        return False
    before, _, after = title.partition(name)
    return _VERBS.fullmatch(before) is not None and _NOUNS.fullmatch(after) is not None


def _lead_blocks(plan: PlanText, mentions: Sequence[Mention]) -> Iterator[Block]:
    by_sentence: dict[tuple[int, int], list[Mention]] = defaultdict(list)
    for mention in mentions:
        by_sentence[plan.sentence_at(mention.start)].append(mention)
    for paragraph in plan.paragraphs:
        if paragraph.section in plan.tables:
            continue
        sentences = plan.sentences(paragraph.start, paragraph.end)
        leads = [i for i, span in enumerate(sentences) if is_lead(plan.clean[slice(*span)])]
        for number, index in enumerate(leads):
            if index == 0:
                continue  # a title that opens its paragraph is a section
            start, end = sentences[index]
            until = leads[number + 1] if number + 1 < len(leads) else len(sentences)
            if until == index + 1:
                continue
            words = plan.clean[start:end].rstrip("。")
            owners = dict.fromkeys(m.owner for m in by_sentence[start, end] if is_named(words, m.text))
            for owner in owners:
                yield Block(owner, start, sentences[until - 1][1], None)


def is_lead(sentence: str) -> bool:
    """Whether a sentence opens a theme: short, no comma, a full stop behind it.

    One that holds a count is an aim and opens nothing: ``建成6个大学生创业孵化园。``.
    """
    short = 4 < len(sentence) <= MAX_LEAD and sentence.endswith("。")
    return short and not _COMMA.search(sentence) and not _COUNT.search(sentence)
