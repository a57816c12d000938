"""The allow-list for HTML (reference §5.3), and plain text.

To change the allow-list, change the constants, and count ``MARKUP_VERSION`` up, also in ``private.markup_version`` of
the database: contents that were stored under another version are sanitised again when they are delivered.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

import nh3

from lib.core.security.markup import TAG, limit_markup, words_of

ALLOWED_TAGS: Final = frozenset({"p", "br", "strong", "em", "u", "a"})
ALLOWED_ATTRIBUTES: Final = {"a": {"href", "target"}}
ALLOWED_SCHEMES: Final = frozenset({"http", "https", "mailto"})
MARKUP_VERSION: Final = 1


def sanitize_html(html: str, *, tags: Iterable[str] | None = None) -> str:
    """Keeps allowed tags, and links by http, https and mailto, which all get ``rel="noopener noreferrer"``.

    ``tags`` can only narrow the allow-list. The time is linear in the text: what no editor writes, such as thousands of
    elements inside each other, loses all of its tags.
    """
    limited = limit_markup(html)
    if limited is None:
        return words_of(html)
    kept = set(ALLOWED_TAGS) if tags is None else set(ALLOWED_TAGS).intersection(tags)
    return nh3.clean(
        limited,
        tags=kept,
        attributes={tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items() if tag in kept},
        url_schemes=set(ALLOWED_SCHEMES),
        link_rel="noopener noreferrer",
    )


# Plain text holds no beginning of a tag, which later text could complete; `5 < 6` and `<3` are none.
PLAIN_PATTERN: Final = r"^(?:[^<]|<+[^a-zA-Z/!?<])*$"
_BEGINNINGS: Final = re.compile(r"<+(?=[a-zA-Z/!?]|\Z)")
# A complete tag of any name, or the beginning of one with an attribute, which text that follows could complete.
_MARKUP: Final = re.compile(r"<[a-zA-Z/!?][^<>]*[>=]")


def is_markup(text: str) -> bool:
    """Tells whether a text holds a tag, or the beginning of a tag that later text could complete."""
    return _MARKUP.search(text) is not None


def clean_value(value: Any) -> Any:
    """Reduces HTML anywhere in a JSON value to the allow-list. Text without markup stays as it was written."""
    if isinstance(value, str):
        return sanitize_html(value) if is_markup(value) else value
    if isinstance(value, list):
        return [clean_value(item) for item in value]
    if isinstance(value, dict):
        return {without_markup(key): clean_value(item) for key, item in value.items()}
    return value


def without_markup(text: str) -> str:
    """Removes tags and beginnings of tags, and leaves all else as it was written: for plain text."""
    return _BEGINNINGS.sub("", TAG.sub("", text)) if "<" in text else text


def visible_text(html: str) -> str:
    """Removes every tag. Entities stay as they were written."""
    limited = limit_markup(html)
    return words_of(html) if limited is None else nh3.clean(limited, tags=set())
