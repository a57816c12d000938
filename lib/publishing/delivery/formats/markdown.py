"""Markdown of HTML that is within the allow-list, and of plain text.

The allow-list has six elements (lib/core/security/html.py), so this needs no library: paragraphs, breaks, links,
strong, em and u. All text is escaped, so that nothing in it is taken for Markdown or HTML. Underlines, and emphasis
that Markdown's rules of neighbours would not recognise, stay HTML elements, which Markdown takes.
"""

import re
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


class _Writer(HTMLParser):
    """Writes Markdown while it reads HTML. Elements outside of the allow-list are left out, and their text is kept."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        # Open inline elements: name, address, parts.
        self._open: list[tuple[str, str, list[str]]] = [("", "", [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "p":
            self.end_block()
        elif tag == "br":
            self._open[-1][2].append(_BREAK)
        elif tag in ("strong", "em", "u", "a") and len(self._open) <= _MAX_DEPTH:
            self._open.append((tag, dict(attrs).get("href") or "", []))

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.end_block()
        elif any(name == tag for name, _, _ in self._open[1:]):
            while self._close() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1][2].append(escape(data))

    def _close(self) -> str:
        name, address, parts = self._open.pop()
        self._open[-1][2].append(_inline(name, address, "".join(parts), "".join(self._open[-1][2][-1:])))
        return name

    def end_block(self) -> None:
        while len(self._open) > 1:
            self._close()
        text = "".join(self._open[0][2])
        self._open[0][2].clear()
        text = re.sub(r" *\0 *", _BREAK, text).strip(f" {_BREAK}").replace(_BREAK, "\\\n")
        if text:
            self.blocks.append(guard_lines(text))


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


def of_html(html: str) -> str:
    """Returns HTML as Markdown, in time linear in its length."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    writer.end_block()
    return "\n\n".join(writer.blocks)
