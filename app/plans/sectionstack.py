"""The sections that are open while a text is read, and the finished sections made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.plans.model import Section, SectionKind

_RANK = {
    SectionKind.FRONT: 1,
    SectionKind.CHAPTER: 1,
    SectionKind.CLOSING: 1,
    SectionKind.NOTES: 1,
    SectionKind.SECTION: 2,
    SectionKind.SUBSECTION: 3,
    SectionKind.BOX: 4,
    SectionKind.BLOCK: 4,
    SectionKind.RUN_IN: 6,
}
"""A new section closes every open one of its own rank or a higher one."""

ITEM_RANK = 5
"""An item of a box lies in the box, whatever subsection the box stands in."""

RUN_IN_RANK = _RANK[SectionKind.RUN_IN]
MAX_INFERRED = 24
"""An inferred title is a few first words, not a sentence."""

_LETTER = {
    SectionKind.FRONT: "f",
    SectionKind.CHAPTER: "c",
    SectionKind.CLOSING: "e",
    SectionKind.NOTES: "n",
    SectionKind.SECTION: "s",
    SectionKind.SUBSECTION: "u",
    SectionKind.BOX: "b",
    SectionKind.BLOCK: "k",
    SectionKind.RUN_IN: "r",
}
_FIRST_CLAUSE = re.compile(r"[^，,。；;：:]+")


@dataclass(slots=True)
class Node:
    """A section while it is read.

    ``leads`` collects the run-in titles and first words of its paragraphs, for an inferred title.
    ``is_tight``: a box whose paragraphs stand without blank lines. ``continued``: a box one of whose
    items went on over a paragraph of its own. ``is_bare``: an item that is a title alone.
    """

    id: str
    kind: SectionKind
    rank: int
    level: int
    number: str
    title: str
    inferred: bool
    start: int
    body_start: int
    end: int
    parent: Node | None
    children: dict[str, int] = field(default_factory=dict)
    leads: list[str] = field(default_factory=list)
    is_table: bool = False
    is_tight: bool = False
    is_bare: bool = False
    continued: bool = False

    def finished(self) -> Section:
        """Return the section this node has become."""
        return Section(
            id=self.id,
            kind=self.kind,
            level=self.level,
            number=self.number,
            title=self.title if self.title or not self.inferred else _inferred_title(self.leads),
            inferred=self.inferred,
            start=self.start,
            body_start=self.body_start,
            end=self.end,
            parent=self.parent.id if self.parent else None,
        )


class SectionStack:
    """The open sections, outermost first; ids count siblings of one kind within their parent."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.nodes_open: list[Node] = []
        self._roots: dict[str, int] = {}

    def open(
        self,
        kind: SectionKind,
        start: int,
        body_start: int,
        number: str,
        title: str,
        *,
        inferred: bool = False,
        rank: int | None = None,
    ) -> Node:
        """Open a section, closing those it ends."""
        rank = rank or _RANK[kind]
        self.close_rank(rank)
        parent = self.nodes_open[-1] if self.nodes_open else None
        counts = parent.children if parent else self._roots
        letter = _LETTER[kind]
        counts[letter] = counts.get(letter, 0) + 1
        name = f"{letter}{counts[letter]}"
        node = Node(
            id=f"{parent.id}.{name}" if parent else name,
            kind=kind,
            rank=rank,
            level=parent.level + 1 if parent else 1,
            number=number,
            title=title,
            inferred=inferred,
            start=start,
            body_start=body_start,
            end=body_start,
            parent=parent,
        )
        self.nodes.append(node)
        self.nodes_open.append(node)
        self.extend(body_start)
        return node

    def extend(self, end: int) -> None:
        """Let all open sections reach to ``end``."""
        for node in self.nodes_open:
            node.end = max(node.end, end)

    def close_rank(self, rank: int) -> None:
        """Close the open sections of this rank and of all higher ones."""
        while self.nodes_open and self.nodes_open[-1].rank >= rank:
            self.nodes_open.pop()

    def inside(self, kind: SectionKind) -> bool:
        """Whether a section of this kind is open."""
        return any(node.kind is kind for node in self.nodes_open)

    def innermost(self) -> Node:
        """Return the innermost open section."""
        return self.nodes_open[-1]

    def sections(self) -> tuple[Section, ...]:
        """Return all sections that hold any text, in the order of the text."""
        return tuple(node.finished() for node in self.nodes if node.end > node.start)


def _inferred_title(leads: list[str]) -> str:
    """Make a title from the first clause of a section's first paragraph; 等 says that more follows."""
    clause = _FIRST_CLAUSE.match(leads[0])
    words = clause[0] if clause else leads[0]
    if len(words) > MAX_INFERRED:
        return f"{words[:MAX_INFERRED]}…"
    return f"{words}等" if len(leads) > 1 else words
