"""Tells whether readers see anything of a text or a value. The database does the same: private.shows_something.

Both are tested by tests/cases/filled.json.
"""

import re
from typing import Any, Final

from lib.core.html_text import SPACE, on_one_line, text_of_html

# Characters that show nothing and are no white space: Default_Ignorable_Code_Point, format characters (but those that
# enclose numbers), marks that belong to no script, which show nothing alone, and the blank characters of some scripts.
UNSEEN: Final = (
    r"\u00ad\u0300-\u036f\u0485\u0486\u061c\u064b-\u0655\u0670\u0951-\u0954\u115f\u1160\u17b4\u17b5"
    r"\u180b-\u180f\u1ab0-\u1af0\u1cd0-\u1cd2\u1cd4-\u1ce0\u1ce2-\u1ce8\u1ced\u1cf4\u1cf8\u1cf9\u1dc0-\u1dff"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20f0\u2800\u302a-\u302d\u3099\u309a\u3164\ufe00-\ufe0f"
    r"\ufe20-\ufe2d\ufeff\uffa0\ufff0-\ufffb\U000101fd\U000102e0\U0001133b\U00013430-\U0001343f"
    r"\U00013441\U00013442\U0001bca0-\U0001bca3\U0001cf00-\U0001cf2d\U0001cf30-\U0001cf46\U0001d127\U0001d128"
    r"\U0001d159\U0001d167-\U0001d169\U0001d173-\U0001d182\U0001d185-\U0001d18b\U0001d1aa-\U0001d1ad"
    r"\U0001d25b\U0001d25c\U000e0000-\U000e0fff"
)
_UNSEEN: Final = re.compile(f"[{UNSEEN}]+")
_SEEN: Final = re.compile(f"[^{SPACE}{UNSEEN}]")
_PICTURE: Final = re.compile(
    r"<(?:img|picture|svg|video|audio|iframe|embed|object|canvas)[ \t\n\f\r/>]", re.IGNORECASE | re.ASCII
)


def shows_something(text: str) -> bool:
    """Tells whether a plain text has a character that readers see."""
    return _SEEN.search(text) is not None


def seen_length(text: str) -> int:
    """Counts the characters of a text that show, and one for each run of white space in it: for least lengths."""
    return len(_UNSEEN.sub("", on_one_line(text)))


def html_shows_something(markup: str) -> bool:
    """Tells whether readers see anything of HTML: a text that shows something, or a picture."""
    return shows_something(text_of_html(markup)) or _PICTURE.search(markup) is not None


def is_blank(value: Any, kind: str | None = None) -> bool:
    """Tells whether a value counts as missing: it has no text that shows something, no number and no truth value.

    ``kind`` is the type of its field in a template, for those that hold HTML or questions; all other values are plain.
    """
    if isinstance(value, str):
        return not (html_shows_something(value) if kind in ("rich_text", "html") else shows_something(value))
    if isinstance(value, list):
        return all(is_blank(item, kind) for item in value)
    if isinstance(value, dict) and kind == "faq":
        entries = value.get("entries")
        return all(
            is_blank(entry.get("question")) and is_blank(entry.get("answerHtml"), "html")
            for entry in (entries if isinstance(entries, list) else ())
            if isinstance(entry, dict)
        )
    if isinstance(value, dict):
        return all(is_blank(item, kind) for item in value.values())
    return value is None


def check_filled(text: str) -> str:
    """Returns a text that shows something. Raises ValueError for any other: for validators."""
    if not shows_something(text):
        raise ValueError("must have a character that shows")
    return text
