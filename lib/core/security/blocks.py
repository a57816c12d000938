"""Rewrites what an allow-list lacks into what it has, so that words stay apart and emphasis stays emphasis.

Editors and word processors write blocks (lists, `div` lines, cells, headings) and emphasis (`b`, `i`, styles) in ways
that an allow-list may lack. Without its tags such a block runs into the next one. Nothing here makes HTML safe: it
reads HTML that a parser has written, and its own result is sanitised again.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from lib.core.html_text import BLOCKS
from lib.core.security.tables import CELL, CELLS, ROWS

# Inline elements that are kept, and what they become.
_EMPHASIS: Final = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u"}
_HEADINGS: Final = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
# The places of structural elements: those that may be around them. The empty name is the text itself.
_PLACES: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(("ul", "ol"), frozenset(("", "li", "td", "th"))),
    "li": frozenset(("ul", "ol")),
    **dict.fromkeys(("h2", "h3", "h4", "table"), frozenset(("",))),
    **dict.fromkeys(("caption", "thead", "tbody", "tfoot"), frozenset(("table",))),
    "tr": frozenset((*ROWS, "table")),
    **dict.fromkeys(("td", "th"), frozenset(("tr",))),
}
# Browsers end what they put into the clipboard with such a break.
_END_OF_CLIPBOARD: Final = "Apple-interchange-newline"
# Elements that the first pass keeps for this rewriting to read, but for those whose content is shown as it is written.
READ_BLOCKS: Final = BLOCKS - {"br", "head", "plaintext", "select", "textarea", "title"}
READ_TAGS: Final = READ_BLOCKS | frozenset((*_EMPHASIS, "a", "br", "font", "img", "span", CELL))
READ_ATTRIBUTES: Final = {
    "br": {"class"},
    "a": {"href", "target"},
    "img": {"src", "alt", "width", "height"},
    **{name: {"style"} for name in ("b", "em", "font", "i", "span", "strong", "u")},
    **{name: {"colspan", "rowspan"} for name in CELLS},
}

# Parsers write tags in one way, with all values in double quotes.
_TOKEN: Final = re.compile(r'<(/?)([a-zA-Z][^\s/>]*)((?:\s+[^\s=>"]+="[^"]*")*)\s*>|([^<]+|<)')
_ATTRIBUTE: Final = re.compile(r'([^\s=>"]+)="([^"]*)"')
_BOLD: Final = re.compile(r"font-weight\s{0,5}:\s{0,5}(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD: Final = re.compile(r"font-weight\s{0,5}:\s{0,5}(?:normal|lighter|[1-5]00)", re.IGNORECASE)
_ITALIC: Final = re.compile(r"font-style\s{0,5}:\s{0,5}(?:italic|oblique)", re.IGNORECASE)
_NOT_ITALIC: Final = re.compile(r"font-style\s{0,5}:\s{0,5}normal", re.IGNORECASE)
_UNDERLINED: Final = re.compile(r"text-decoration(?:-line)?\s{0,5}:[^;]{0,100}underline", re.IGNORECASE)
_SPAN: Final = re.compile(r"[1-9]\d{0,2}")
_LENGTH: Final = re.compile(r"[1-9]\d{0,4}")
_SPACE: Final = " \t\n\r\f"


@dataclass(slots=True)
class _Place:
    """A structural element that is kept, or the text itself."""

    name: str
    is_ours: bool = False
    """Whether it was not in the text: a list item around what stood in a list."""
    is_written: bool = True
    has_line: bool = False
    """Whether a line of text comes before the next one, so that a break is needed between them."""


@dataclass(slots=True)
class _Open:
    """An element of the text that is open."""

    name: str
    marks: int = 0
    """How many marks it added."""
    place: _Place | None = None


@dataclass(slots=True)
class _Rewriter:
    kept: frozenset[str]
    is_wrapped: bool
    """Whether the text has several lines or paragraphs of its own."""
    parts: list[str] = field(default_factory=list[str])
    open: list[_Open] = field(default_factory=list[_Open])
    places: list[_Place] = field(default_factory=lambda: [_Place("")])
    marks: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    written: int = 0
    """How many of the marks are written in the present line."""
    is_in_line: bool = False
    has_gap: bool = False
    """Whether a cell ended that is not kept."""
    depth_of_pre: int = 0

    def read(self, html: str) -> str:
        for token in _TOKEN.finditer(html):
            end, name, attributes, text = token.groups()
            if text is not None:
                self._text("&lt;" if text == "<" else text)
            elif end:
                self._end(name)
            else:
                self._start(name, dict(_ATTRIBUTE.findall(attributes)) if attributes else {})
        self._end_line()
        return "".join(self.parts)

    # Lines

    def _begin_line(self) -> None:
        place = self.places[-1]
        if place.name in ("ul", "ol"):
            place = self._enter(_Place("li", is_ours=True))
        if not place.is_written:
            self.parts.append(f"<{place.name}>")
            place.is_written = True
        if place.name:
            if place.has_line:
                self.parts.append(self._break)
        elif self.is_wrapped:
            if "p" in self.kept:
                self.parts.append("<p>")
            elif place.has_line:
                self.parts.append(self._break)
        place.has_line = True
        self.is_in_line = True

    @property
    def _break(self) -> str:
        return "<br>" if "br" in self.kept else " "

    def _end_line(self) -> None:
        if not self.is_in_line:
            return
        self._close_marks(0)
        if self.is_wrapped:
            while self.parts:
                if last := self.parts.pop().rstrip(_SPACE):
                    self.parts.append(last)
                    break
            if not self.places[-1].name and "p" in self.kept:
                self.parts.append("</p>")
            self.is_in_line = False

    def _content(self, piece: str) -> None:
        if not self.is_in_line:
            self._begin_line()
        elif self.has_gap and not self.parts[-1].endswith(" "):
            self.parts.append(" ")
        self.has_gap = False
        for name, attributes in self.marks[self.written :]:
            self.parts.append(f"<{name}{attributes}>")
        self.written = len(self.marks)
        self.parts.append(piece)

    def _line_break(self) -> None:
        # A break that is a space shows nothing where a line begins, as other white space does.
        if self._break.strip(_SPACE) or self.is_in_line or not self.is_wrapped:
            self._content(self._break)

    def _text(self, text: str) -> None:
        if self.depth_of_pre and "\n" in text:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self._line_break()
                if line:
                    self._content(line)
            return
        if not self.is_in_line and self.is_wrapped:
            text = text.lstrip(_SPACE)
            if not text:
                return
        if text.strip(_SPACE):
            self._content(text)
        elif self.is_in_line:
            # White space needs no emphasis.
            self.parts.append(text)
        else:
            self._content(text)

    # Marks

    def _close_marks(self, down_to: int) -> None:
        for name, _ in reversed(self.marks[down_to : self.written]):
            self.parts.append(f"</{name}>")
        self.written = min(self.written, down_to)

    def _marks_of(self, name: str, attributes: dict[str, str]) -> list[tuple[str, str]]:
        if name == "a":
            if not attributes.get("href"):
                return []
            return [("a", "".join(f' {key}="{attributes[key]}"' for key in ("href", "target") if key in attributes))]
        style = attributes.get("style", "")
        wanted = {_EMPHASIS[name]} if name in _EMPHASIS else set[str]()
        if style:
            if _NOT_BOLD.search(style):
                wanted.discard("strong")
            elif _BOLD.search(style):
                wanted.add("strong")
            if _NOT_ITALIC.search(style):
                wanted.discard("em")
            elif _ITALIC.search(style):
                wanted.add("em")
            # Links are underlined anyway.
            if _UNDERLINED.search(style) and not any(mark == "a" for mark, _ in self.marks):
                wanted.add("u")
        return [(mark, "") for mark in ("strong", "em", "u") if mark in wanted]

    # Elements

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "br":
            if attributes.get("class") != _END_OF_CLIPBOARD:
                self._line_break()
        elif name == "hr":
            self._end_line()
        elif name == "img":
            self._image(attributes)
        elif name == CELL:
            self.open.append(_Open(name))
            self.has_gap = True
        elif name in READ_BLOCKS:
            self._start_block(name, attributes)
        else:
            present = {mark for mark, _ in self.marks}
            added = [
                mark for mark in self._marks_of(name, attributes) if mark[0] in self.kept and mark[0] not in present
            ]
            self.marks += added
            self.open.append(_Open(name, len(added)))

    def _image(self, attributes: dict[str, str]) -> None:
        if "img" in self.kept and attributes.get("src", "").lower().startswith("https://"):
            sizes = {name: attributes.get(name, "") for name in ("width", "height")}
            written = f' src="{attributes["src"]}" alt="{attributes.get("alt", "")}"'
            written += "".join(f' {name}="{size}"' for name, size in sizes.items() if _LENGTH.fullmatch(size))
            self._content(f"<img{written}>")

    def _start_block(self, name: str, attributes: dict[str, str]) -> None:
        kept = _HEADINGS.get(name, name)
        # A cell that is not kept stands in the line of its row.
        if name in CELLS and not self._takes(kept):
            self.open.append(_Open(name))
            self.has_gap = True
            return
        self._end_line()
        if kept in self.kept and kept != "p":
            if self.places[-1].is_ours and kept == "li":
                self._leave(self.places[-1])
            if kept in ("ul", "ol") and self.places[-1].name in ("ul", "ol"):
                self._enter(_Place("li", is_ours=True))
            if self._takes(kept):
                place = self._enter(_Place(kept, is_written=kept not in _HEADINGS), attributes)
                self.open.append(_Open(name, place=place))
                return
        self.depth_of_pre += name in ("pre", "listing", "xmp")
        self.open.append(_Open(name))

    def _takes(self, name: str) -> bool:
        return name in self.kept and self.places[-1].name in _PLACES.get(name, ())

    def _enter(self, place: _Place, attributes: dict[str, str] | None = None) -> _Place:
        spans = "".join(
            f' {key}="{value}"'
            for key, value in (attributes or {}).items()
            if place.name in CELLS and key in ("colspan", "rowspan") and _SPAN.fullmatch(value)
        )
        if place.is_written:
            self.parts.append(f"<{place.name}{spans}>")
        self.places.append(place)
        return place

    def _leave(self, place: _Place) -> None:
        while True:
            last = self.places.pop()
            if last.is_written:
                self.parts.append(f"</{last.name}>")
            if last is place:
                break
        self.places[-1].has_line = False

    def _end(self, name: str) -> None:
        # A parser writes each end after those of all elements within.
        if not self.open or self.open[-1].name != name:
            return
        ended = self.open.pop()
        if ended.marks:
            left = len(self.marks) - ended.marks
            self._close_marks(left)
            del self.marks[left:]
        if name in READ_BLOCKS and not (name in CELLS and ended.place is None):
            self._end_line()
            self.depth_of_pre -= ended.place is None and name in ("pre", "listing", "xmp")
        if ended.place is not None:
            self._leave(ended.place)


def rewrite(html: str, kept: frozenset[str]) -> str:
    """Returns HTML of a parser with the elements ``kept`` only, in time linear in its length.

    Each line of a block that is not kept becomes a paragraph, or ends with a break within an item, a cell or a heading
    that is kept. Cells that are not kept are set apart by spaces. Text without any block stays one line.
    """
    has_blocks = any(tag[2] in READ_BLOCKS for tag in _TOKEN.finditer(html))
    return _Rewriter(kept, has_blocks).read(html)
