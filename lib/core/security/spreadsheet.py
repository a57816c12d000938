"""Keeps spreadsheets from taking the text of a cell for a formula.

An apostrophe before a formula makes it text (https://owasp.org/www-community/attacks/CSV_Injection). A spreadsheet
whose locale separates by semicolons or tabs also splits our cells there, and at line breaks, without regard to their
quotes. So an apostrophe goes to every place where a cell could begin.
"""

import re
from typing import Final

# The characters that begin a formula and those that separate cells, each with the characters of which compatibility
# normalisation (NFKC) makes it. The apostrophe is among them so that every text comes back as it was.
FORMULA: Final = "-=+@'＝﹦⁼₌＋﹢⁺₊﬩＠﹫－﹣"
SEPARATORS: Final = ";\t\r\n；﹔︔\u037e"
# Skipped before a formula: spaces, quotes, and the control and format characters of Unicode, which are invisible.
_INVISIBLE: Final = (
    r"\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_SKIPPED: Final = rf"(?:[^\S\t\r\n]|[\"{_INVISIBLE}])*+"
_FIRST: Final = rf"{_SKIPPED}[{FORMULA}{SEPARATORS}]"
_INNER: Final = rf"{_SKIPPED}[{FORMULA}]"
_UNGUARDED: Final = re.compile(rf"\A(?={_FIRST})|(?<=[{SEPARATORS}])(?={_INNER})")
_GUARDED: Final = re.compile(rf"\A'(?={_FIRST})|(?<=[{SEPARATORS}])'(?={_INNER})")


def guard_cell(text: str) -> str:
    """Returns the text of a cell with an apostrophe before everything that a spreadsheet could take for a formula."""
    return _UNGUARDED.sub("'", text)


def unguard_cell(text: str) -> str:
    """Returns the text that ``guard_cell`` was given."""
    return _GUARDED.sub("", text)
