"""Counts and trims visible text without splitting a character, a word or a tag.

Lengths are in Unicode code points, as in the database. Cuts are made between grapheme clusters
(https://unicode.org/reports/tr29/): an emoji with its skin tone, or a letter with its accents, stays whole.
"""

import html
import re
from typing import Final

from lib.core.html_text import BLOCKS, PICTURES, SPACE, on_one_line, text_of_html, tokens, without_references
from lib.core.texts import cut

# Elements without an end tag that the sanitiser may keep.
_VOID: Final = ("br", "hr", "img")
_PIECES: Final = re.compile(f"[{SPACE}]+|[^{SPACE}]+")


def trim_text(text: str, limit: int, *, end: str = "") -> str:
    """Cuts a text to at most ``limit`` characters including ``end``, after a whole word unless the first is longer."""
    if len(text) <= limit:
        return text
    head = cut(text, max(0, limit - len(end)))
    is_within_a_word = not text[len(head) : len(head) + 1].isspace()
    if is_within_a_word and " " in head.strip():
        head = head.rsplit(" ", 1)[0]
    return head.rstrip(" ,;:–-") + end


def _cut(markup: str, limit: int) -> str:
    """Copies sanitised HTML until so many characters of its text are used up, and closes the elements that are open."""
    parts: list[str] = []
    open_names: list[str] = []
    used, is_separated = 0, False
    for token in tokens(markup):
        if used >= limit:
            break
        if token.kind == "text":
            for piece in _PIECES.findall(without_references(token.written)):
                kept = piece
                if on_one_line(piece):
                    # White space counts as one character, and none at the beginning.
                    used += is_separated and used > 0
                    kept = piece[: limit - used]
                    used += len(kept)
                is_separated = not on_one_line(piece)
                parts.append(html.escape(kept, quote=False).replace("\xa0", "&nbsp;"))
                if used >= limit:
                    break
            continue
        is_separated = is_separated or token.name in BLOCKS or token.name in PICTURES
        parts.append(token.written)
        if token.kind == "tag" and token.name not in _VOID:
            open_names.append(token.name)
        elif token.kind == "end" and open_names:
            open_names.pop()
    return "".join([*parts, *(f"</{name}>" for name in reversed(open_names))])


def trim_html(markup: str, limit: int) -> str:
    """Cuts sanitised HTML to at most ``limit`` visible characters, counted as the database counts them."""
    text = text_of_html(markup)
    return markup if len(text) <= limit else _cut(markup, len(trim_text(text, limit)))
