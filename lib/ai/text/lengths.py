"""Counts what the reader sees, and trims without breaking a character, a word or a tag apart.

Lengths are in code points, as the database counts them when it checks a field. A cut falls between grapheme clusters
(https://unicode.org/reports/tr29/): an emoji with its skin tone, or a letter with its accents, stays whole.
"""

import html
from html.parser import HTMLParser
from typing import Final

from lib.core.security.html import sanitize_html, visible_text

_VOID: Final = ("br",)


def _head(text: str, limit: int) -> str:
    """The longest beginning of whole grapheme clusters."""
    if text.isascii():
        return text[:limit]
    import regex

    end = 0
    for cluster in regex.finditer(r"\X", text[: limit + 100]):
        if cluster.end() > limit:
            break
        end = cluster.end()
    return text[:end]


def count_words(text: str) -> int:
    return len(text.split())


def plain_text(markup: str) -> str:
    """What is left of HTML when every tag is gone and every entity is its character."""
    return html.unescape(visible_text(markup.replace("</p>", "</p> ").replace("<br>", " "))).strip()


def trim_text(text: str, limit: int, *, end: str = "") -> str:
    """At most ``limit`` characters: to the last whole word, or within a word that is longer than that."""
    if len(text) <= limit:
        return text
    head = _head(text, max(0, limit - len(end)))
    is_within_a_word = not text[len(head) : len(head) + 1].isspace()
    if is_within_a_word and " " in head.strip():
        head = head.rsplit(" ", 1)[0]
    return head.rstrip(" ,;:–-") + end


class _Cutter(HTMLParser):
    """Copies sanitised HTML until the visible characters are used up, then closes what is open."""

    def __init__(self, limit: int) -> None:
        super().__init__(convert_charrefs=True)
        self._left = limit
        self._open: list[str] = []
        self._parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._left <= 0:
            return
        written = "".join(f' {name}="{html.escape(value or "")}"' for name, value in attrs)
        self._parts.append(f"<{tag}{written}>")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while (last := self._open.pop()) != tag:
                self._parts.append(f"</{last}>")
            self._parts.append(f"</{tag}>")

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
    """HTML of our allow-list with at most ``limit`` visible characters."""
    cut, left = markup, limit
    # Between paragraphs a reader sees a space that stands in no text: as much less is taken of the text.
    while len(plain_text(cut)) > limit and left >= 0:
        cut = sanitize_html(_Cutter(left).cut(markup))
        left -= 1
    return cut
