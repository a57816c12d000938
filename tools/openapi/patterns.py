"""Translates the patterns of pydantic into those of JSON Schema: ECMA-262 with the ``u`` flag."""

from collections.abc import Iterator
from typing import Any, Final

# With the `u` flag a backslash may stand before these characters only: https://tc39.es/ecma262/#prod-IdentityEscape,
# beside the letters of classes, anchors and code points. Rust's and Python's engines allow more.
_SYNTAX: Final = r"^$\.*+?()[]{}|/"
_KNOWN_LETTERS: Final = "bBdDsSwWfnrtvkpPux0123456789c"
LOCAL_TIME: Final = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,6})?)?$"
_ANCHORS: Final = {"A": "^", "z": "$", "Z": "$"}


def to_ecma(pattern: str) -> str:
    """Returns a pattern with the same meaning that JavaScript compiles with the ``u`` flag."""
    is_in_class = False
    result = ""
    index = 0
    while index < len(pattern):
        character = pattern[index]
        if character == "\\" and index + 1 < len(pattern):
            escaped = pattern[index + 1]
            index += 2
            if escaped in _SYNTAX or escaped in _KNOWN_LETTERS or (escaped == "-" and is_in_class):
                result += character + escaped
            else:
                result += _ANCHORS.get(escaped, escaped)
            continue
        if character == "[" and not is_in_class:
            is_in_class = True
        elif character == "]":
            is_in_class = False
        result += character
        index += 1
    return result


def schemas_with_patterns(value: Any) -> Iterator[dict[str, Any]]:
    """Yields each schema in ``value`` that has a ``pattern``."""
    if isinstance(value, dict):
        if isinstance(value.get("pattern"), str):
            yield value
        for each in value.values():
            yield from schemas_with_patterns(each)
    elif isinstance(value, list):
        for each in value:
            yield from schemas_with_patterns(each)


def with_local_times(value: Any) -> None:
    """Describes times of day by a pattern: the format ``time`` of JSON Schema demands an offset, which ours lack."""
    if isinstance(value, dict):
        if value.get("type") == "string" and value.get("format") == "time":
            del value["format"]
            value["pattern"] = LOCAL_TIME
            value.setdefault("examples", ["22:00:00"])
        for each in value.values():
            with_local_times(each)
    elif isinstance(value, list):
        for each in value:
            with_local_times(each)
