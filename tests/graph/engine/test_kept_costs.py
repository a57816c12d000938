"""Tests that the cost of a document that is kept is the one that its variables give."""

from typing import Any

import pytest
from graphql import DocumentNode, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.graph.engine import kept_costs as costs
from lib.graph.engine.cost import cost_of
from lib.graph.engine.kept_costs import Costs
from lib.graph.engine.limits import check_document
from tests.graph.engine.shelf import Shelf

SCHEMA = Shelf().schema
DOCUMENT = parse("""
    query ($first: Int, $page: Pagination = {pageSize: 9}, $size: Int = 8, $ids: [ID!]! = [], $id: ID!, $no: Boolean!) {
        contents(first: $first) { nodes { id } }
        again: contents(pagination: $page) { nodes { brand { id } } }
        more: contents(pagination: {pageSize: $size}) { nodes { brand { id } } }
        nodes(ids: $ids) { id }
        one: nodes(ids: [$id, "1"]) @skip(if: $no) { id }
    }
""")
# Values that clients confuse: some are equal in Python and not in GraphQL, or the other way round.
SIZES = st.sampled_from([None, 0, 1, 1.0, True, "1", [1], 5, 5.0, 100, 101, -1, 2**70, {}, "Ellipsis", "x" * 600])
PAGES = st.one_of(SIZES, st.dictionaries(st.sampled_from(["page", "pageSize"]), SIZES))
IDS = st.one_of(SIZES, st.lists(SIZES, max_size=4), st.sampled_from([["1"] * 60, [["1"] * 600]]))
VARIABLES = st.fixed_dictionaries(
    {}, optional={"first": SIZES, "page": PAGES, "size": SIZES, "ids": IDS, "id": SIZES, "no": SIZES}
)


def cost(kept: Costs, document: DocumentNode, variables: dict[str, Any]) -> int:
    return kept.of(SCHEMA, document, check_document(document), variables)


@settings(max_examples=500, deadline=None)
@given(asked=st.lists(VARIABLES, min_size=2, max_size=6))
def test_a_cost_that_is_kept_is_that_of_the_variables(asked: list[dict[str, Any]]) -> None:
    assert validate(SCHEMA, DOCUMENT) == []
    kept, operation = Costs(), check_document(DOCUMENT)
    for variables in asked:
        assert cost(kept, DOCUMENT, variables) == cost_of(SCHEMA, DOCUMENT, operation, variables)


@pytest.mark.parametrize(
    "large",
    [
        "x" * 1_000_000,
        ["x"] * 1_000,
        [["x" * 90] * 90],
        {"pageSize": "x" * 1_000},
        {"x" * 1_000: 1},
        2**70,
        [10**4_000],
        10**5_000,  # Python refuses to show it
    ],
    ids=lambda value: type(value).__name__,
)
def test_large_variables_are_not_kept(large: Any) -> None:
    """Documents have up to 20,000 characters, and variables 4.5 MB, which would fill the memory of an instance."""
    document = parse("query($first: Int) { contents(first: $first) { nodes { id } } }")
    kept = Costs()
    small = cost(kept, document, {"first": 5})
    assert cost(kept, document, {"first": large}) == cost(Costs(), document, {"first": 100}) > small
    assert kept._values == "[5]"  # pyright: ignore[reportPrivateUsage]
    assert cost(kept, document, {"first": 5}) == small


def test_a_cost_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, document = Costs(), parse("query($f: Int, $a: String) { contents(first: $f, after: $a) { nodes { id } } }")
    once = cost(kept, document, {"f": 5, "a": "x"})
    monkeypatch.setattr(costs, "cost_with", lambda *_: -1)
    assert cost(kept, document, {"f": 5, "a": "y"}) == once
    assert cost(kept, document, {"f": 6}) == -1
