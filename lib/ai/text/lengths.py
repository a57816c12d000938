"""Counts and trims visible text without splitting a character, a word or a tag.

Lengths are in Unicode code points, as in the database. Cuts are made between grapheme clusters
(https://unicode.org/reports/tr29/): an emoji with its skin tone, or a letter with its accents, stays whole.
"""

import html
from html.parser import HTMLParser
from typing import Final, override

from lib.ai.text.plain import plain_text
from lib.core.security.html import sanitize_html
from lib.core.texts import cut

_VOID: Final = ("br",)


def count_words(text: str) -> int:
    """Counts the words of a plain text, separated by white space."""
    return len(text.split())


def trim_text(text: str, limit: int, *, end: str = "") -> str:
    """Cuts a text to at most ``limit`` characters including ``end``, after a whole word unless the first is longer."""
    if len(text) <= limit:
        return text
    head = cut(text, max(0, limit - len(end)))
    is_within_a_word = not text[len(head) : len(head) + 1].isspace()
    if is_within_a_word and " " in head.strip():
        head = head.rsplit(" ", 1)[0]
    return head.rstrip(" ,;:–-") + end


class _Cutter(HTMLParser):
    """Copies sanitised HTML until the visible characters are used up, then closes the open tags."""

    def __init__(self, limit: int) -> None:
        super().__init__(convert_charrefs=True)
        self._left = limit
        self._open: list[str] = []
        self._parts: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._left <= 0:
            return
        written = "".join(f' {name}="{html.escape(value or "")}"' for name, value in attrs)
        self._parts.append(f"<{tag}{written}>")
        if tag not in _VOID:
            self._open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while (last := self._open.pop()) != tag:
                self._parts.append(f"</{last}>")
            self._parts.append(f"</{tag}>")

    @override
    def handle_data(self, data: str) -> None:
        if self._left <= 0:
            return
        kept = data
        if len(data) > self._left:
            kept = trim_text(data, self._left)
            self._left = 0
        else:
            self._left -= len(data)
        self._parts.append(html.escape(kept, quote=False))

    def cut(self, markup: str) -> str:
        self.feed(markup)
        self.close()
        return "".join([*self._parts, *(f"</{tag}>" for tag in reversed(self._open))])


def trim_html(markup: str, limit: int) -> str:
    """Cuts sanitised HTML to at most ``limit`` visible characters."""
    cut, left = markup, limit
    # plain_text adds a space between paragraphs, which counts as visible: cut the text by as much more.
    while len(plain_text(cut)) > limit and left >= 0:
        cut = sanitize_html(_Cutter(left).cut(markup))
        left -= 1
    return cut
