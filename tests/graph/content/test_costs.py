"""Costs of searches, whose pages are among their options: never less than a page may have."""

from typing import Any

import pytest
from graphql import parse, validate

from lib.graph.engine.cost import cost_of
from lib.graph.engine.limits import check_document
from lib.graph.engine.schema import get_schema

DECLARED = {"$options": "SearchOptions", "$pagination": "Pagination", "$size": "Int"}


def cost(options: str, variables: dict[str, Any]) -> int:
    used = [f"{name}: {kind}" for name, kind in DECLARED.items() if name in options]
    head = f"query({', '.join(used)})" if used else "query"
    document = parse(f'{head} {{ searchContent(query: "a", options: {options}) {{ nodes {{ content {{ id }} }} }} }}')
    assert validate(get_schema(), document) == []
    return cost_of(get_schema(), document, check_document(document), variables)


@pytest.mark.parametrize(
    ("options", "variables", "size"),
    [
        ("{}", {}, 20),
        ("null", {}, 20),
        ("{sort: TITLE, pagination: {page: 2}}", {}, 20),
        ("{pagination: {pageSize: 5}}", {}, 5),
        ("{pagination: {pageSize: 100}}", {}, 100),
        ("{pagination: {pageSize: 1000}}", {}, 100),
        ("{pagination: {pageSize: $size}}", {"size": 7}, 7),
        ("{pagination: $pagination}", {"pagination": {"pageSize": 9}}, 9),
        ("{pagination: null}", {}, 20),
        ("$options", {"options": {"pagination": {"pageSize": 50}}}, 50),
        ("$options", {"options": {"sort": "TITLE"}}, 20),
        ("$options", {}, 20),
        ("$options", {"options": "winter"}, 100),
    ],
)
def test_the_size_of_a_page_of_matches(options: str, variables: dict[str, Any], size: int) -> None:
    # The search, and each match with the content that it leads to.
    assert cost(options, variables) == 1 + 2 * size
