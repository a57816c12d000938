"""Writes JSON so that a difference is easy to read: an object or a list that fits in a line takes one line."""

import json
from typing import Any, Final

WIDTH: Final = 160


def _lines(value: Any, depth: int, used: int) -> str:
    """``used``: the columns that the line has before the value."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value or used + len(flat) <= WIDTH:
        return flat
    inner, outer = " " * (depth + 1), " " * depth
    if isinstance(value, list):
        parts = [inner + _lines(each, depth + 1, depth + 2) for each in value]
        return "[\n" + ",\n".join(parts) + f"\n{outer}]"
    parts = []
    for name, each in value.items():
        start = f"{inner}{json.dumps(name, ensure_ascii=False)}: "
        parts.append(start + _lines(each, depth + 1, len(start) + 1))
    return "{\n" + ",\n".join(parts) + f"\n{outer}}}"


def to_text(document: dict[str, Any]) -> str:
    """Returns the JSON of a document, at most 160 characters a line where its values allow it."""
    return _lines(document, 0, 0) + "\n"
