"""Turns the answers of models into plain text."""

from lib.core.html_text import text_of_html
from lib.core.security.html import is_markup, without_markup


def clean_line(text: str) -> str:
    """Returns one line of plain text: without markup, and without NUL characters, which PostgreSQL cannot store."""
    # References may have spelt further tags.
    plain = without_markup(text_of_html(text)) if is_markup(text) else text
    return " ".join(plain.replace("\x00", "").split())
