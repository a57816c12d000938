"""Rewrites the tags of tables before a parser reads them, which moves or drops what stands at the wrong place in one.

Nothing here makes HTML safe: the result is still sanitised.
"""

import re
from typing import Final

from lib.core.html_text import COMMENT, REST_OF_TAG, whole_element

# A cell outside of a table, which parsers leave out with its tags, and one of a table that is not kept.
CELL: Final = "x-cell"
CELLS: Final = frozenset(("td", "th"))
ROWS: Final = frozenset(("thead", "tbody", "tfoot"))
_PARTS: Final = CELLS | ROWS | {"table", "caption", "tr", "colgroup"}
# Elements whose content parsers read as text, with the tags in it. Nothing ends the last one.
_TEXTS: Final = ("iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp")
_PLAINTEXT: Final = r"<plaintext(?=[ \t\n\f\r/>])(?s:.*+)"
# Comments, those elements, and other tags.
_PIECE: Final = re.compile(
    "|".join(
        (
            COMMENT,
            *map(whole_element, _TEXTS),
            _PLAINTEXT,
            rf"</?(?P<name>[a-zA-Z][^ \t\n\f\r/>]*+){REST_OF_TAG}",
        )
    ),
    re.IGNORECASE | re.ASCII,
)
_TABLE: Final = re.compile(r"<table[\s>]", re.IGNORECASE)


def without_tables(html: str, kept: frozenset[str]) -> str:
    """Returns HTML whose tables a parser reads in their order, as lines and cells, where the allow-list has no tables
    or the text has parts of one only."""
    if "table" in kept and _TABLE.search(html):
        return html
    return _PIECE.sub(_line_or_cell, html)


def _line_or_cell(piece: re.Match[str]) -> str:
    name = (piece["name"] or "").lower()
    if name not in _PARTS:
        return piece[0]
    # Never nothing: a bracket before the tag would begin another one.
    return f"<{CELL}></{CELL}>" if name in CELLS else "<hr>"
