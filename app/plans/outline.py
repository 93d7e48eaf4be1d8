"""The outline of a plan: chapters, sections, boxes, run-in titles, blocks, notes, closing part.

What the five texts do, and what is done about it:

* **Lost headings.** A text converted from Word (it carries bookmark tags) has lost headings where a line
  begins with one plain space. A short such line is the rest of a chapter heading: its words stay the
  title. A long one opens a section, or a chapter if the line after it opens a section and the current
  chapter already has one. Such a section gets an *inferred* title from its first words. Numbers are
  restored by counting and written in 〔〕, as an editor would; they are never the plan's words.
* **A lost 三、** is restored the same way: a short line without punctuation, exactly where one
  numbered section is missing.
* **Wrapped headings** are joined in the title; the text keeps its lines.
* **Boxes** (专栏) have no end mark. A box ends at the next heading; or, where its paragraphs stand
  without blank lines between them, at the first blank line; or, where it consists of （一）… items none
  of which goes on over a paragraph, at the first paragraph behind the last item.
* **Blocks**: an un-numbered line ending in a colon names the zone that all paragraphs up to the next
  such line or heading are about.
* **Run-in titles** make a section of their one paragraph.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.plans import headings
from app.plans.cleaning import CleanLine, CleanText
from app.plans.headings import Heading
from app.plans.model import Paragraph, Section, SectionKind
from app.plans.sectionstack import ITEM_RANK, RUN_IN_RANK, Node, SectionStack

FRONT_TITLE = "文前"
CLOSING_TITLE = "结语"


@dataclass(frozen=True, slots=True)
class Outline:
    """Sections in the order of their starts, paragraphs in the order of the text.

    ``tables`` holds the ids of the boxes that are flattened tables: their paragraphs are cells.
    """

    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    tables: frozenset[str]


def read_outline(clean: CleanText) -> Outline:
    """Read the outline of a clean plan text."""
    return _Reader(clean).read()


class _Reader:
    def __init__(self, clean: CleanText) -> None:
        self.text = clean.text
        self.lines = clean.lines
        self.words = [clean.text[line.start : line.end] for line in clean.lines]
        self.marks_lost = clean.bookmarks > 0
        self.numbered = [headings.numbered_heading(text) for text in self.words]
        self.has_chapters = any(h is not None and h.kind is SectionKind.CHAPTER for h in self.numbered)
        self.stack = SectionStack()
        self.paragraphs: list[Paragraph] = []
        self.chapter_count = 0
        self.section_count = 0

    def read(self) -> Outline:
        if self.lines:
            self.stack.open(SectionKind.FRONT, 0, 0, "", FRONT_TITLE, inferred=True)
        index = 0
        while index < len(self.lines):
            index = self.take(index)
        self.stack.close_rank(0)
        return Outline(
            sections=self.stack.sections(),
            paragraphs=tuple(self.paragraphs),
            tables=frozenset(node.id for node in self.stack.nodes if node.is_table),
        )

    def take(self, index: int) -> int:
        """Read the line at ``index``; return the index of the next unread line."""
        numbered = self.numbered[index]
        if numbered is not None:
            return self.take_numbered(index, numbered)
        if not self.take_heading(index):
            self.end_box(index)
            self.take_text(index)
        return index + 1

    def take_heading(self, index: int) -> bool:
        """Open the section that an un-numbered line heads; False where the line is text."""
        text, line = self.words[index], self.lines[index]
        if box := headings.box_heading(text, tabbed=line.tabbed):
            self.take_box(index, box)
        elif notes := headings.notes_heading(text):
            self.stack.open(SectionKind.NOTES, line.start, line.end, "", notes.title)
        elif self.marks_lost and line.lone_space:
            return self.lost_heading(index)
        elif headings.opens_closing(text):
            self.stack.open(SectionKind.CLOSING, line.start, line.start, "", CLOSING_TITLE, inferred=True)
            return False
        elif self.lost_number(index):
            number = f"〔{headings.chinese(self.section_count + 1)}、〕"
            self.open_section(SectionKind.SECTION, line, number, text)
        elif (block := headings.block_heading(text)) and self.takes_blocks():
            self.stack.open(SectionKind.BLOCK, line.start, line.end, "", block.title)
        else:
            return False
        return True

    def takes_blocks(self) -> bool:
        """Blocks stand in sections; a line with a colon in a box or before the first section heads none."""
        return self.box() is None and self.stack.inside(SectionKind.SECTION)

    def take_text(self, index: int) -> None:
        text, line = self.words[index], self.lines[index]
        item = headings.item_heading(text)
        if item is not None and (self.box() is not None or not self.has_chapters):
            self.take_item(line, text, item)
        else:
            self.take_paragraph(line, text)

    # Headings ------------------------------------------------------------------------------------

    def take_numbered(self, index: int, heading: Heading) -> int:
        line = self.lines[index]
        kind = heading.kind
        if kind is SectionKind.SUBSECTION:
            kind = self.kind_of_list_mark()
        title, last = heading.title, index
        if index + 1 < len(self.lines) and self.is_continuation(index + 1):
            last = index + 1
            gap = " " if line.trailing_space else ""
            title = f"{title}{gap}{self.words[last]}"
        if kind is SectionKind.CHAPTER:
            self.chapter_count, self.section_count = heading.ordinal, 0
        elif kind is SectionKind.SECTION:
            self.section_count = heading.ordinal
        self.stack.open(kind, line.start, self.lines[last].end, heading.number, title)
        return last + 1

    def kind_of_list_mark(self) -> SectionKind:
        """Return what 一、 heads here: a chapter in a report, a subsection inside 第N节, else a section."""
        if not self.has_chapters:
            return SectionKind.CHAPTER
        sections = [n for n in self.stack.nodes_open if n.kind is SectionKind.SECTION]
        inside = any(n.number.startswith(("第", "〔第")) for n in sections)
        return SectionKind.SUBSECTION if inside else SectionKind.SECTION

    def is_continuation(self, index: int) -> bool:
        text, line = self.words[index], self.lines[index]
        return (
            headings.continues_heading(text)
            and self.numbered[index] is None
            and not (self.marks_lost and line.lone_space)
            and headings.box_heading(text, tabbed=line.tabbed) is None
            and headings.item_heading(text) is None
            and not headings.notes_heading(text)
        )

    def open_section(self, kind: SectionKind, line: CleanLine, number: str, title: str) -> None:
        if kind is SectionKind.CHAPTER:
            self.chapter_count, self.section_count = self.chapter_count + 1, 0
        else:
            self.section_count += 1
        self.stack.open(kind, line.start, line.end, number, title)

    def lost_heading(self, index: int) -> bool:
        """Open what the line's lone space stands for; True where the line itself is the heading's rest."""
        text, line = self.words[index], self.lines[index]
        if headings.continues_heading(text):
            number = f"〔第{headings.chinese(self.chapter_count + 1)}章〕"
            self.open_section(SectionKind.CHAPTER, line, number, text)
            return True
        if self.chapter_count == 0:
            return False
        following = self.opens_section(index + 1)
        if following and self.section_count > 0:
            self.chapter_count, self.section_count = self.chapter_count + 1, 0
            number = f"〔第{headings.chinese(self.chapter_count)}章〕"
            self.stack.open(SectionKind.CHAPTER, line.start, line.start, number, "", inferred=True)
        else:
            self.section_count += 1
            number = f"〔第{headings.chinese(self.section_count)}节〕"
            self.stack.open(SectionKind.SECTION, line.start, line.start, number, "", inferred=True)
        return False

    def opens_section(self, index: int) -> bool:
        if index >= len(self.lines):
            return False
        heading = self.numbered[index]
        if heading is not None:
            return heading.kind is SectionKind.SECTION
        return self.lines[index].lone_space and not headings.continues_heading(self.words[index])

    def lost_number(self, index: int) -> bool:
        """Whether a short line stands exactly where one numbered section of the chapter is missing."""
        if not self.section_count or self.box() is not None or not headings.plain_short(self.words[index]):
            return False
        following = next((h for h in self.numbered[index + 1 :] if h is not None), None)
        return (
            following is not None
            and following.kind is SectionKind.SUBSECTION
            and self.kind_of_list_mark() is SectionKind.SECTION
            and following.ordinal == self.section_count + 2
        )

    # Boxes and paragraphs ------------------------------------------------------------------------

    def take_box(self, index: int, heading: Heading) -> None:
        line = self.lines[index]
        box = self.stack.open(SectionKind.BOX, line.start, line.end, heading.number, heading.title)
        box.is_table = self.words[index + 1 : index + 2] == ["序号"]
        after = self.lines[index + 1 : index + 3]
        box.is_tight = not box.is_table and len(after) == 2 and after[1].blanks_before == 0

    def box(self) -> Node | None:
        return next((n for n in self.stack.nodes_open if n.kind is SectionKind.BOX), None)

    def end_box(self, index: int) -> None:
        """Close the open box if the line at ``index`` no longer belongs to it."""
        box = self.box()
        if box is None or box.is_table:
            return
        if box.is_tight:
            first = self.lines[index - 1].start == box.start
            if self.lines[index].blanks_before and not first:
                self.stack.close_rank(box.rank)
            return
        item = next((n for n in self.stack.nodes_open if n.rank == ITEM_RANK), None)
        if item is None or headings.item_heading(self.words[index]) is not None:
            return
        if box.continued or item.is_bare or self.item_follows(index):
            box.continued = True
        else:
            self.stack.close_rank(box.rank)

    def item_follows(self, index: int) -> bool:
        """Whether another （N） item stands below, before the next heading or box."""
        for later in range(index + 1, len(self.lines)):
            text = self.words[later]
            if self.numbered[later] or headings.box_heading(text, tabbed=self.lines[later].tabbed):
                return False
            if headings.item_heading(text):
                return True
        return False

    def take_item(self, line: CleanLine, text: str, item: Heading) -> None:
        """Read （一）…: an item of a box, or a section of a report that has no chapters."""
        if self.box() is None:
            if len(text) <= headings.MAX_HEADING and "。" not in text:
                self.section_count = item.ordinal
                self.stack.open(SectionKind.SECTION, line.start, line.end, item.number, item.title)
            else:
                self.take_paragraph(line, text)
            return
        title, stop, rest = item.title.partition("。")
        body_start = line.end if not rest else line.end - len(rest)
        node = self.stack.open(
            SectionKind.SUBSECTION, line.start, body_start, item.number, title, rank=ITEM_RANK
        )
        node.is_bare = not rest
        if stop:
            self.add_paragraph(line, node)
        self.stack.extend(line.end)

    def take_paragraph(self, line: CleanLine, text: str) -> None:
        holder = self.stack.innermost()
        run_in = None if holder.is_table else headings.run_in(text)
        if run_in is None:
            self.add_paragraph(line, holder)
            holder.leads.append(text)
        else:
            holder.leads.append(f"{run_in.title}。")
            body_start = line.start + run_in.length
            node = self.stack.open(SectionKind.RUN_IN, line.start, body_start, run_in.number, run_in.title)
            self.add_paragraph(line, node)
        self.stack.extend(line.end)
        self.stack.close_rank(RUN_IN_RANK)

    def add_paragraph(self, line: CleanLine, node: Node) -> None:
        self.paragraphs.append(Paragraph(line.start, line.end, node.id))
