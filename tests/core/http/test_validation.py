"""Tests the messages about requests that are not valid: fields by the API's names, types in the words of JSON."""

import json
import re
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

import pytest
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError, model_validator
from pydantic_core._pydantic_core import list_all_errors

from lib.core.http.models import Changes, RequestModel, StorableText
from lib.core.http.validation import MAX_DETAILS, MESSAGES, details_of_model, message_of, missing_field

# Kinds of error that only Python code can cause, and none of a request.
OF_PYTHON = re.compile(
    r"argument|callable|instance|attribute|frozen|complex|fraction|json_|needs_python|default_factory|iteration"
    r"|hashable|sentinel|ellipsis|is_subclass|(ordered|frozen)_dict|counter|deque|bytes_invalid|timezone_offset|exact_type"
)
DIALECT = re.compile(
    r"\b(Input|input|dictionary|dict|tuple|None|NoneType|str|int|True|False|instance|Value error|discriminator|tag"
    r"|List should|parse|datetime|valid (string|integer|list))\b"
)


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class TextPart(RequestModel):
    kind: Literal["text"]
    text: StorableText


class ListPart(RequestModel):
    kind: Literal["list"]
    entries: list[str] = Field(max_length=1)


class Range(Changes):
    """A change of one end of a range or of both."""

    first_place: int | None = None
    last_place: int | None = None
    note: str | None = None

    @classmethod
    def never_null(cls) -> frozenset[str]:
        return super().never_null() - {"note"}

    @model_validator(mode="after")
    def _has_a_first_place(self) -> Self:
        if self.last_place is not None and self.first_place is None:
            raise missing_field("firstPlace", "is required with lastPlace")
        return self


class Sent(RequestModel):
    title: str = Field(default="x", min_length=1, max_length=3)
    size: Size | None = None
    page_size: int = Field(default=1, ge=1, le=100)
    is_done: bool = False
    at: AwareDatetime | None = None
    either: str | list[int] | None = None
    parts: list[Annotated[TextPart | ListPart, Field(discriminator="kind")]] = Field(default_factory=list)
    pairs: dict[str, int] = Field(default_factory=dict)
    ranges: list[Range] = Field(default_factory=list)


SENT = TypeAdapter(Sent)


def told(body: Any) -> set[tuple[str, str]]:
    text = json.dumps(body)
    with pytest.raises(ValidationError) as caught:
        SENT.validate_json(text)
    return {(detail.get("field", ""), detail["message"]) for detail in details_of_model(caught.value, text)}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([], {("body", "must be an object")}),
        ({"title": 1}, {("title", "must be a string")}),
        ({"title": ""}, {("title", "must have at least 1 character")}),
        ({"title": "long"}, {("title", "must have at most 3 characters")}),
        ({"size": "medium"}, {("size", "must be one of small, large")}),
        ({"pageSize": 0}, {("pageSize", "must be at least 1")}),
        ({"pageSize": "many"}, {("pageSize", "must be an integer")}),
        ({"page_size": 1}, {("page_size", "is not a field of this request")}),
        ({"isDone": "perhaps"}, {("isDone", "must be true or false")}),
        ({"at": "soon"}, {("at", "must be a date and a time with a time zone, such as 2026-11-24T09:00:00Z")}),
        ({"either": {}}, {("either", "must be a string"), ("either", "must be an array")}),
        ({"either": ["x"]}, {("either", "must be a string"), ("either.0", "must be an integer")}),
        ({"parts": {}}, {("parts", "must be an array")}),
        ({"parts": [{}]}, {("parts.0.kind", "is required")}),
        ({"parts": [{"kind": "table"}]}, {("parts.0.kind", "must be one of text, list")}),
        ({"parts": [{"kind": "text"}]}, {("parts.0.text", "is required")}),
        ({"parts": [{"kind": "text", "text": "a\0"}]}, {("body", "must not contain NUL characters")}),
        ({"parts": [{"kind": "list", "entries": ["a", "b"]}]}, {("parts.0.entries", "must have at most 1 item")}),
        ({"pairs": {"a": "b"}}, {("pairs.a", "must be an integer")}),
        ({"ranges": [{"note": None}, {}]}, {("ranges.1", "must have at least one field to change")}),
        ({"ranges": [{"firstPlace": None}]}, {("ranges.0.firstPlace", "must not be null")}),
        ({"ranges": [{"lastPlace": 2}]}, {("ranges.0.firstPlace", "is required with lastPlace")}),
    ],
)
def test_fields_and_words(body: Any, expected: set[tuple[str, str]]) -> None:
    assert told(body) == expected


def test_every_kind_of_error_has_words_of_our_own() -> None:
    for each in list_all_errors():
        kind = each["type"]
        if kind not in MESSAGES:
            assert OF_PYTHON.search(kind), f"{kind} has no message"
            continue
        said = message_of(kind, (each.get("example_context") or {}) | {"error": "must be even"})
        assert not DIALECT.search(said), said
        assert said[0].islower()


def test_no_more_than_the_first_few() -> None:
    assert len(told({f"unknown{n}": n for n in range(200)})) == MAX_DETAILS


@pytest.mark.parametrize("field", [None, "ranges"])
def test_no_error_is_made_for_what_is_not_told(field: str | None) -> None:
    unknown = {f"unknown{n}": n for n in range(49_000)}
    with pytest.raises(ValidationError) as caught:
        SENT.validate_python({field: [unknown]} if field else unknown | {"title": "long"})
    assert caught.value.error_count() <= MAX_DETAILS + 1
    if field is None:
        assert ("title", "string_too_long") in {(each["loc"][-1], each["type"]) for each in caught.value.errors()}
