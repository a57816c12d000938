"""Turns the answers of models into plain text."""

from lib.core.html_text import text_of_html
from lib.core.security.html import is_markup, without_markup
from lib.core.texts import normalized


def clean_line(text: str) -> str:
    """Returns one line of plain text in NFC: without markup, and without NUL characters, which cannot be stored."""
    # References may have spelt further tags.
    plain = without_markup(text_of_html(text)) if is_markup(text) else text
    return normalized(" ".join(plain.replace("\x00", "").split()))
