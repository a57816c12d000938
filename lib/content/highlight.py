"""Highlights of a search as safe HTML."""

import html
from typing import Final

# Characters of the private use area, which the database puts around what matched.
_BEGIN: Final = "\ue000"
_END: Final = "\ue001"


def as_html(marked: str) -> str:
    """Escapes a text and puts ``mark`` around its matches. Unpaired marks, which only the text itself can hold, are
    removed."""
    escaped = html.escape(marked)
    parts = escaped.split(_BEGIN)
    out = [parts[0].replace(_END, "")]
    for part in parts[1:]:
        inside, end, outside = part.partition(_END)
        out.append(f"<mark>{inside}</mark>" if end else inside)
        out.append(outside.replace(_END, ""))
    return "".join(out)
