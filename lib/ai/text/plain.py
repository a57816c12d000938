"""Turns HTML and the answers of models into plain text."""

import html

from lib.core.security.html import is_markup, visible_text, without_markup
from lib.core.texts import normalized


def plain_text(markup: str) -> str:
    """Removes all tags of HTML and resolves its entities."""
    return html.unescape(visible_text(markup.replace("</p>", "</p> ").replace("<br>", " "))).strip()


def clean_line(text: str) -> str:
    """Returns one line of plain text in NFC: without markup, and without NUL characters, which cannot be stored."""
    # Entities may have spelt further tags.
    plain = without_markup(plain_text(text)) if is_markup(text) else text
    return normalized(" ".join(plain.replace("\x00", "").split()))
