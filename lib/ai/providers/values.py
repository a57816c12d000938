"""Reads values of a provider's JSON, which may have any shape: what is absent or of another kind counts as empty."""

from typing import Any, Final

# No model has a context of as many tokens. Larger numbers of a provider are errors of its own.
MAX_TOKENS: Final = 100_000_000
_TEXT_PARTS: Final = (None, "text", "output_text", "text_delta")


def object_in(value: Any, key: str) -> dict[str, Any]:
    """Returns an object inside another, or an empty one."""
    inner: Any = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def objects_in(value: Any, key: str) -> list[dict[str, Any]]:
    """Returns the objects of a list inside an object."""
    inner: Any = value.get(key) if isinstance(value, dict) else None
    return [item for item in inner if isinstance(item, dict)] if isinstance(inner, list) else []


def text_in(value: Any, key: str) -> str:
    """Returns a text inside an object, or an empty one."""
    inner: Any = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, str) else ""


def content_in(value: Any, key: str) -> str:
    """Returns a text inside an object that is written as a text or as a list of parts, without parts of other kinds."""
    inner: Any = value.get(key) if isinstance(value, dict) else None
    if not isinstance(inner, list):
        return inner if isinstance(inner, str) else ""
    said: list[str] = []
    for part in inner:
        if isinstance(part, str):
            said.append(part)
        elif isinstance(part, dict) and part.get("type") in _TEXT_PARTS:
            said.append(text_in(part, "text") or text_in(part.get("text"), "value"))
    return "".join(said)


def count_in(value: Any, key: str) -> int | None:
    """Returns a number of tokens inside an object; None if there is none that can be one.

    Some gateways write it as a text or with decimals.
    """
    inner: Any = value.get(key) if isinstance(value, dict) else None
    if isinstance(inner, str) and len(inner) <= 12 and inner.isascii() and inner.isdigit():
        inner = int(inner)
    if isinstance(inner, float) and 0 <= inner <= MAX_TOKENS and inner.is_integer():
        inner = int(inner)
    if not isinstance(inner, int) or isinstance(inner, bool):
        return None
    return inner if 0 <= inner <= MAX_TOKENS else None
