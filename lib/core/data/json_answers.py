"""Reads the JSON of the data API, also with rows that hold a value which no parser takes.

One value that is nested too deeply, or one number that is too long, would keep a whole answer from being read. Such an
answer is repaired: what is nested too deeply becomes null, and a number that is too long becomes infinity. A repaired
row is not shown (lib/core/data/reading.py); the others of the answer are.
"""

import re
from typing import Any, Final

from pydantic_core import from_json

from lib.core.http.heavy import check_time
from lib.core.telemetry.context import current_context

# The parser takes 200 levels, the serializer of answers 255.
MAX_LEVELS: Final = 100
# A finite number has fewer digits, and Python refuses to read integers of more than 4,300.
MAX_DIGITS: Final = 310
# Text and everything else between two brackets, then a bracket. Possessive, so the search is linear.
_BRACKET: Final = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+([\[\]{}])', re.DOTALL)
_STRING_OR_NUMBER: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[0-9]++', re.DOTALL)


def read_json(text: bytes) -> Any:
    """Returns the value of a JSON text. Raises ValueError for a text that is no JSON or has to be repaired."""
    return from_json(text)


def repair_json(text: bytes) -> Any:
    """Returns the value of a JSON text that ``read_json`` refuses, without the parts for which it does.

    Takes up to three seconds for each megabyte. Raises ValueError for a text that is no JSON.
    """
    value = from_json(_STRING_OR_NUMBER.sub(_without_long_number, _without_deep_parts(text)))
    current_context().has_repaired_answer = True
    return value


def _without_long_number(found: re.Match[bytes]) -> bytes:
    is_long = len(found[0]) > MAX_DIGITS and not found[0].startswith(b'"')
    return b"1e999" if is_long else found[0]


def _without_deep_parts(text: bytes) -> bytes:
    """Returns the text with ``null`` in place of each array and object below ``MAX_LEVELS``."""
    kept: list[bytes] = []
    level = copied_to = 0
    for found in _BRACKET.finditer(text):
        check_time()
        if found[1] in b"[{":
            level += 1
            if level == MAX_LEVELS + 1:
                kept += (text[copied_to : found.start(1)], b"null")
        else:
            if level == MAX_LEVELS + 1:
                copied_to = found.end()
            level -= 1
    kept.append(text[copied_to:])
    return b"".join(kept)
