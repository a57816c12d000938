"""Reads the model's JSON while it grows, and checks it when it is whole."""

from typing import Any, Literal

from pydantic_core import from_json

from lib.ai.models import OutputField
from lib.ai.prompt import HTML_TYPES
from lib.ai.providers import ProviderError
from lib.core.html import clean_value, sanitize_html, visible_text
from lib.core.models import ResponseModel


class RetryCandidate(ResponseModel):
    """A field that the caller may want to generate again."""

    field: str
    reason: Literal["empty", "char_range"]


class GrowingFields:
    """Tells, piece by piece, which field grew by what: the raw text, not yet checked or sanitised."""

    def __init__(self, fields: list[OutputField]) -> None:
        self._raw = ""
        self._seen = {field.id: "" for field in fields}

    def feed(self, text: str) -> list[tuple[str, str]]:
        self._raw += text
        try:
            parsed: Any = from_json(self._raw, allow_partial="trailing-strings")
        except ValueError:
            return []
        if not isinstance(parsed, dict):
            return []
        grown: list[tuple[str, str]] = []
        for field, seen in self._seen.items():
            value = parsed.get(field)
            if isinstance(value, str) and len(value) > len(seen) and value.startswith(seen):
                grown.append((field, value[len(seen) :]))
                self._seen[field] = value
        return grown

    @property
    def raw(self) -> str:
        return self._raw


def _shorten(text: str, limit: int) -> str:
    """Cut at the last word that fits; a single long word is cut where it must be."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    return head.rsplit(" ", 1)[0].rstrip(" ,;:") if " " in head else head


def read_output(raw: str, fields: list[OutputField]) -> tuple[dict[str, str], list[RetryCandidate]]:
    """The fields, sanitised and within their bounds. Raises ProviderError for any other shape."""
    try:
        parsed: Any = from_json(raw)
    except ValueError as error:
        raise ProviderError("the model did not answer with JSON") from error
    expected = {field.id for field in fields}
    if not isinstance(parsed, dict) or set(parsed) != expected:
        raise ProviderError("the model answered with other fields than those asked for")
    output: dict[str, str] = {}
    candidates: list[RetryCandidate] = []
    for field in fields:
        value = parsed[field.id]
        if not isinstance(value, str):
            raise ProviderError(f"the model's {field.id} is not a text")
        is_html = field.type in HTML_TYPES
        # PostgreSQL stores no NUL characters.
        text = value.replace("\x00", "").strip()
        text = sanitize_html(text) if is_html else clean_value(text)
        visible = visible_text(text) if is_html else text
        if field.max_length and len(visible) > field.max_length:
            candidates.append(RetryCandidate(field=field.id, reason="char_range"))
            text = text if is_html else _shorten(text, field.max_length)
        if not visible:
            candidates.append(RetryCandidate(field=field.id, reason="empty"))
        output[field.id] = text
    return output, candidates
