"""Markdown of HTML that is within the allow-list, and of plain text.

The allow-list has few elements (lib/core/security/html.py), so this needs no library: paragraphs, breaks, links,
strong, em and u, and what a brand may take beyond them: lists, headings, tables (as GitHub writes them) and images. All
text is escaped, so that nothing in it is taken for Markdown or HTML. Underlines, and emphasis that Markdown's rules of
neighbours would not recognise, stay HTML elements, which Markdown takes.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import quote

_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>~|]|&(?=#?[0-9A-Za-z]+;)")
# The beginning of a block at that of a line: headings, lists, rules, underlines of headings, fences.
_BEGINNING: Final = re.compile(r"^(\s*)(?:([#+=:-])|(\d{1,9})([.)]))", re.MULTILINE)
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
# Characters that no text needs and that would break a line in some readers.
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_MARKS: Final = {"strong": "**", "em": "*"}
# Text that may stand between marks whatever its neighbours are.
_MARKABLE: Final = re.compile(r"[^\W_](?:.*[^\W_])?", re.DOTALL)
# A break until its block ends. Texts hold none: escape takes it away.
_BREAK: Final = "\0"
# Elements inside each other. Deeper ones are left out: each level writes its text once more.
_MAX_DEPTH: Final = 10
# Places in which blocks stand, with those that may be around them. Lists also stand in items.
_PLACES: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("ul", "ol"), ("", "li")),
    "li": ("ul", "ol"),
    **dict.fromkeys(("h2", "h3", "h4", "table"), ("",)),
    **dict.fromkeys(("caption", "tr"), ("table",)),
    **dict.fromkeys(("td", "th"), ("tr",)),
}
_BLOCKS: Final = ("p", *_PLACES)
# Places whose text is one line.
_LINES: Final = ("td", "th")
_MARKERS: Final = ("- ", "+ ", "1. ", "1) ")
# The marker of a list that follows one of its kind: with the same one, both would be one list.
_OTHER_MARKERS: Final = {"-": "+", "1.": "1)"}
# Between the cells of a row, and before the caption of a table. Texts hold neither: escape takes them away.
_CELL_END: Final = "\1"
_CAPTION: Final = "\2"
# An address within `<…>` keeps these: no space, bracket, backslash or line end is left.
_KEPT: Final = "%/:?#[]@!$&'()*+,;=~-._"


def escape(text: str) -> str:
    """Returns plain text, of one line, such that Markdown shows it as it is."""
    return _SPECIAL.sub(r"\\\g<0>", _SPACES.sub(" ", _UNSEEN.sub(" ", text)))


def guard_lines(markdown: str) -> str:
    """Escapes what begins a block at the beginning of a line."""

    def guarded(match: re.Match[str]) -> str:
        space, mark, number, end = match.groups()
        return f"{space}\\{mark}" if mark else f"{space}{number}\\{end}"

    return _BEGINNING.sub(guarded, markdown)


def paragraphs(text: str) -> str:
    """Returns plain text as paragraphs: at empty lines; other line ends are breaks."""
    blocks = (
        guard_lines("\\\n".join(escape(line.strip()) for line in block.strip().splitlines() if line.strip()))
        for block in re.split(r"\n[ \t\r]*\n", text)
    )
    return "\n\n".join(block for block in blocks if block)


@dataclass(slots=True)
class _Place:
    """A place in which blocks stand: the text itself, a list, an item, a cell or a heading."""

    name: str
    blocks: list[str] = field(default_factory=list[str])
    """The blocks: items of a list, cells of a row, rows of a table."""


class _Writer(HTMLParser):
    """Writes Markdown while it reads HTML. Elements outside of the allow-list are left out, and their text is kept."""

    def __init__(self, level: int) -> None:
        super().__init__(convert_charrefs=True)
        self._level = level
        self._places = [_Place("")]
        # Open inline elements: name, address, parts.
        self._open: list[tuple[str, str, list[str]]] = [("", "", [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _PLACES and self._takes(tag):
            self.end_block()
            self._places.append(_Place(tag))
        elif tag in _BLOCKS:
            self.end_block()
        elif tag == "br":
            self._open[-1][2].append(_BREAK)
        elif tag == "img":
            self._open[-1][2].append(_image(dict(attrs)))
        elif tag in ("strong", "em", "u", "a") and len(self._open) <= _MAX_DEPTH:
            self._open.append((tag, dict(attrs).get("href") or "", []))

    def handle_endtag(self, tag: str) -> None:
        if tag in _PLACES:
            self.end_block()
            if any(place.name == tag for place in self._places[1:]):
                while self._leave() != tag:
                    pass
        elif tag in _BLOCKS:
            self.end_block()
        elif any(name == tag for name, _, _ in self._open[1:]):
            while self._close() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1][2].append(escape(data))

    def _takes(self, tag: str) -> bool:
        last = self._places[-1].name
        if tag in ("ul", "ol"):
            return last in ("", "li") and sum(place.name == "li" for place in self._places) < _MAX_DEPTH
        return last in _PLACES[tag]

    def _close(self) -> str:
        name, address, parts = self._open.pop()
        self._open[-1][2].append(_inline(name, address, "".join(parts), "".join(self._open[-1][2][-1:])))
        return name

    def _leave(self) -> str:
        place = self._places.pop()
        around = self._places[-1].blocks
        if place.name == "li":
            around.append(_item(place.blocks))
        elif place.name == "table":
            around += _table(place.blocks)
        elif place.name == "caption":
            around.append(f"{_CAPTION}{' '.join(place.blocks)}")
        elif place.name == "tr":
            around.append(_CELL_END.join(place.blocks))
        elif place.name in ("td", "th"):
            around.append("<br>".join(place.blocks).replace("\\\n", "<br>").replace("\n", " "))
        elif place.name in ("ul", "ol"):
            marker = "1." if place.name == "ol" else "-"
            if around and around[-1].startswith(f"{marker} "):
                marker = _OTHER_MARKERS[marker]
            around += _list(place.blocks, marker)
        elif place.name.startswith("h") and place.blocks:
            depth = min(self._level + int(place.name[1]) - 2, 6)
            around.append(f"{'#' * depth} {' '.join(place.blocks).replace(f'{chr(92)}{chr(10)}', ' ')}")
        return place.name

    def end_block(self) -> None:
        while len(self._open) > 1:
            self._close()
        text = "".join(self._open[0][2])
        self._open[0][2].clear()
        text = re.sub(r" *\0 *", _BREAK, text).strip(f" {_BREAK}").replace(_BREAK, "\\\n")
        if text:
            is_line = self._places[-1].name in _LINES
            self._places[-1].blocks.append(text if is_line else guard_lines(text))

    def end(self) -> str:
        """Returns the whole as Markdown."""
        self.end_block()
        while len(self._places) > 1:
            self._leave()
        return "\n\n".join(self._places[0].blocks)


def _item(blocks: list[str]) -> str:
    """Returns the text of an item: a list in it follows without an empty line, so that the list stays a tight one."""
    text = ""
    for block in blocks:
        between = "\n" if block.startswith(_MARKERS) else "\n\n"
        text = f"{text}{between}{block}" if text else block
    return text


def _list(items: list[str], first: str) -> list[str]:
    """Returns a list as one block. ``first``: the marker of its first item."""
    lines: list[str] = []
    for number, item in enumerate(items, 1):
        marker = f"{first.replace('1', str(number))} "
        lines.append(marker + item.replace("\n", "\n" + " " * len(marker)))
    return ["\n".join(lines)] if lines else []


def _table(rows: list[str]) -> list[str]:
    """Returns a table as GitHub writes it, whose first row is its head, after its caption."""
    captions = [row.removeprefix(_CAPTION) for row in rows if row.startswith(_CAPTION)]
    cells = [row.split(_CELL_END) for row in rows if not row.startswith(_CAPTION)]
    if not cells:
        return captions
    width = max(map(len, cells))
    head = [*cells[0], *[""] * (width - len(cells[0]))]
    lines = [head, ["---"] * width, *cells[1:]]
    return [*captions, "\n".join(f"| {' | '.join(line)} |" for line in lines)]


def _image(attributes: dict[str, str | None]) -> str:
    address, text = attributes.get("src") or "", escape(attributes.get("alt") or "").strip()
    return f"![{text}](<{_destination(address)}>)" if address else text


def _inline(name: str, address: str, text: str, before: str) -> str:
    if not text.strip(f" {_BREAK}"):
        return text
    if name == "a":
        return f"[{text}](<{_destination(address)}>)" if address else text
    mark = _MARKS.get(name)
    is_markable = _MARKABLE.fullmatch(text) and "*" not in text and not before.endswith("*")
    return f"{mark}{text}{mark}" if mark and is_markable else f"<{name}>{text}</{name}>"


def _destination(address: str) -> str:
    # An entity is read in addresses too.
    return quote(address, safe=_KEPT).replace("&", "&amp;")


def link(text: str, address: str) -> str:
    """Returns a link with a plain text."""
    return f"[{escape(text).strip()}](<{_destination(address)}>)"


def of_html(html: str, *, level: int = 2) -> str:
    """Returns HTML as Markdown, in time linear in its length. ``level``: of the headings that are highest in HTML."""
    writer = _Writer(level)
    writer.feed(html)
    writer.close()
    return writer.end()
