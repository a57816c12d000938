"""Turns HTML and the answers of models into plain text."""

import html

from lib.core.security.html import is_markup, visible_text, without_markup


def plain_text(markup: str) -> str:
    """Removes all tags of HTML and resolves its entities."""
    return html.unescape(visible_text(markup.replace("</p>", "</p> ").replace("<br>", " "))).strip()


def clean_line(text: str) -> str:
    """Returns one line of plain text: without markup, and without NUL characters, which PostgreSQL cannot store."""
    # Entities may have spelt further tags.
    plain = without_markup(plain_text(text)) if is_markup(text) else text
    return " ".join(plain.replace("\x00", "").split())
