"""Tests how arguments are read, and how the problems that services find are placed."""

from typing import Any, Final

import pytest
from graphql import build_schema
from pydantic import Field

from lib.core.http.errors import ValidationFailed
from lib.core.http.models import RequestModel
from lib.graph.engine.arguments import Reader
from lib.graph.engine.problems import place


class Thing(RequestModel):
    """A thing."""

    long_name: str
    parts: list[str] = Field(default_factory=list)


async def create_thing(info: Any, *, input: Thing, brand_id: str) -> None:
    """Creates a thing."""


SCHEMA: Final = build_schema(
    """
    input Pagination { page: Int }
    input ThingInput { longName: String parts: [String!] }
    type Query {
      things(first: Int, after: String, pagination: Pagination, filter: ThingInput): Int
      create(brandId: ID!, input: ThingInput!): Int
    }
    """
)


def placed(name: str, field: str) -> str | None:
    assert SCHEMA.query_type is not None
    error = ValidationFailed("the request is not valid", details=[{"field": field, "code": "X", "message": "x"}])
    place(error, SCHEMA.query_type.fields[name])
    return error.details[0].get("field")


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("cursor", "after"),
        ("page", "pagination.page"),
        ("pageSize", "first"),
        ("longName", "filter.longName"),
        ("after", "after"),
        ("somethingElse", "somethingElse"),
        ("", ""),
    ],
)
def test_problems_of_a_list(field: str, place: str) -> None:
    assert placed("things", field) == place


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("longName", "input.longName"),
        ("parts[1].name", "input.parts[1].name"),
        ("parts.1", "input.parts.1"),
        ("brandId", "brandId"),
        ("input.longName", "input.longName"),
        ("cursor", "cursor"),
    ],
)
def test_problems_of_an_input(field: str, place: str) -> None:
    assert placed("create", field) == place


def test_an_argument_that_is_not_valid() -> None:
    with pytest.raises(ValidationFailed) as refused:
        Reader(create_thing).read({"input": {"parts": [1]}, "brandId": "x"})
    assert {detail.get("field") for detail in refused.value.details} == {"input.longName", "input.parts.0"}
