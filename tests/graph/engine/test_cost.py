"""Tests that the cost of a document is at least the number of calls of resolvers, however it is written."""

import json

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema, execute_sync, parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.core.http.errors import ValidationFailed
from lib.graph.engine.cost import MAX_COST, cost_of, points_of, require_affordable
from lib.graph.engine.limits import MAX_FIELDS, check_document
from lib.graph.engine.schema import get_schema
from tests.graph.engine.documents import Writer
from tests.graph.engine.shelf import Shelf

SHELF = Shelf()
# Documents that cost more are not executed here, as they would not be by the API.
LARGEST = 3_000


def cost(text: str, variables: dict[str, object] | None = None, schema: GraphQLSchema = SHELF.schema) -> int:
    document = parse(text)
    assert validate(schema, document) == []
    return cost_of(schema, document, check_document(document), variables or {})


@pytest.mark.parametrize("operation", ["query", "mutation"])
def test_no_document_calls_more_resolvers_than_it_costs(operation: str) -> None:
    executed: list[int] = []

    @settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(data=st.data())
    def compare(data: st.DataObject) -> None:
        writer = Writer(SHELF.schema, data, levels=5)
        text = writer.document(operation)
        document = parse(text)
        assert validate(SHELF.schema, document) == []
        found = cost_of(SHELF.schema, document, document.definitions[0], writer.variables)  # type: ignore[arg-type]
        if found <= LARGEST:
            SHELF.calls.clear()
            execute_sync(SHELF.schema, document, variable_values=writer.variables)
            calls = SHELF.calls.total()
            executed.append(calls)
            assert calls <= found, f"{text} {json.dumps(writer.variables)} {SHELF.calls}"

    compare()
    # The property would hold for documents that execute nothing, too.
    assert sum(calls > 3 for calls in executed) > 25


PAGE = "contents(first: 5) { nodes { brand { id } } }"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ __typename }", 0),
        ("{ content { id title } }", 1),
        ("{ content { score brand { owner { name } } } }", 4),
        ("{ contents { pageInfo { hasNextPage } nodes { id } } }", 21),
        ("{ contents { totalCount nodes { brand { id } } } }", 42),
        ("{ contents(first: 5) { nodes { brand { id } } edges { node { brand { id } } } } }", 21),
        ("{ contents(first: 5) { nodes { brand { contents(first: 3) { nodes { score } } } } } }", 46),
        ("{ contents(first: 2) { nodes { brand { people { brands { owner { id } } } } } } }", 183),
        ("{ content { similar { score } } }", 8),
        ("{ search { contents { nodes { score } } } }", 15),
        ("{ search { facets { brand { id } } } }", 11),
        ('{ nodes(ids: ["1", "2"]) { ... on Content { score } ... on Person { brands { id } } } }', 25),
        ("mutation { rename { score } publish { id } }", 81),
        ("{ __schema { types { name } } }", 500),
        ('{ __type(name: "Brand") { name } }', 20),
        # Equal fields are executed once, wherever they stand.
        (f"{{ {PAGE} {PAGE} ...F ...F }} fragment F on Query {{ {PAGE} ... {{ {PAGE} }} }}", 11),
        (f"{{ {PAGE} other: {PAGE} }}", 22),
        # The most expensive type of a union counts.
        ("{ content { subject { ... on Brand { owner { id } } ... on Person { brands { owner { id } } } } } }", 23),
        ("{ node { id ...F } } fragment F on Node { ... on Brand { owner { id } } ... on Content { score } }", 2),
        # A fragment on a type that the object never has.
        ("{ content { ...F } } fragment F on Node { id ... on Brand { owner { id } } }", 1),
    ],
)
def test_cost(text: str, expected: int) -> None:
    assert cost(text) == expected


SIZED = "query($n: Int%s) { contents(first: $n) { nodes { score } } }"
PAGED = "query($p: Pagination%s) { contents(pagination: $p) { nodes { score } } }"


@pytest.mark.parametrize(
    ("text", "variables", "size"),
    [
        (SIZED % "", {"n": 100}, 100),
        (SIZED % "", {"n": 1}, 1),
        (SIZED % "", {}, 20),
        (SIZED % "", {"n": None}, 20),
        (SIZED % " = 50", {}, 50),
        (SIZED % " = 50", {"n": 3}, 3),
        (SIZED % " = 50", {"n": None}, 20),
        # Execution takes what stands for a whole number, and refuses the others; neither may be cheap.
        (SIZED % "", {"n": 7.0}, 7),
        (SIZED % "", {"n": 0}, 100),
        (SIZED % "", {"n": -5}, 100),
        (SIZED % "", {"n": 10**30}, 100),
        (SIZED % "", {"n": True}, 100),
        (SIZED % "", {"n": "1"}, 100),
        (SIZED % "", {"n": float("nan")}, 100),
        (PAGED % "", {"p": {"pageSize": 60}}, 60),
        (PAGED % "", {"p": {"page": 2}}, 20),
        (PAGED % "", {"p": {"pageSize": None}}, 20),
        (PAGED % "", {"p": None}, 20),
        (PAGED % "", {"p": [{"pageSize": 1}]}, 100),
        (PAGED % " = {pageSize: 70}", {}, 70),
        (PAGED % " = {page: 3}", {}, 20),
    ],
)
def test_the_size_of_a_page_is_read_as_execution_reads_it(text: str, variables: dict[str, object], size: int) -> None:
    assert cost(text, variables) == 1 + 2 * size


def test_the_larger_of_two_sizes_counts() -> None:
    sizes = "contents(first: 3, pagination: {pageSize: 90})", "contents(first: 90, pagination: {pageSize: 3})"
    assert [cost(f"{{ {each} {{ nodes {{ score }} }} }}") for each in sizes] == [181, 181]


def test_a_literal_of_thousands_of_digits_is_a_large_page() -> None:
    document = parse("{ contents(first: " + "9" * 6_000 + ") { nodes { score } } }")
    assert cost_of(SHELF.schema, document, check_document(document), {}) == 201


@pytest.mark.parametrize(
    ("directive", "variables", "expected"),
    [
        ("@skip(if: $x)", {"x": True}, 1),
        ("@skip(if: $x)", {"x": False}, 2),
        ("@include(if: $x)", {"x": True}, 2),
        ("@include(if: $x)", {"x": False}, 1),
        ("@include(if: $x)", {}, 2),
        ("@skip(if: $x)", {}, 1),
        ("@skip(if: $x) @include(if: true)", {"x": True}, 1),
        ("@skip(if: false) @include(if: $x)", {"x": False}, 1),
    ],
)
def test_what_is_left_out_costs_nothing(directive: str, variables: dict[str, object], expected: int) -> None:
    texts = (
        f"query($x: Boolean! = true) {{ content {{ score {directive} }} }}",
        f"query($x: Boolean! = true) {{ content {{ ... {directive} {{ score }} }} }}",
        f"query($x: Boolean! = true) {{ content {{ ...F {directive} }} }} fragment F on Content {{ score }}",
    )
    assert [cost(text, variables) for text in texts] == [expected] * 3


def test_declared_costs_and_sizes() -> None:
    schema = build_schema("type Query { slow: Item  items: [Item!]! } type Item { id: ID!  dear: Int }")
    root, item = schema.type_map["Query"], schema.type_map["Item"]
    assert isinstance(root, GraphQLObjectType)
    assert isinstance(item, GraphQLObjectType)
    root.fields["slow"].extensions["cost"] = 30
    root.fields["items"].extensions["many"] = 200
    item.fields["dear"].extensions["cost"] = 4
    assert cost("{ slow { id } }", schema=schema) == 30
    assert cost("{ items { dear } }", schema=schema) == 1_001


def test_default_resolvers_cost_nothing() -> None:
    schema = build_schema("type Query { item: Item } type Item { name: String  other: Item }")
    item = schema.type_map["Item"]
    assert isinstance(item, GraphQLObjectType)

    def read(*_: object) -> None: ...

    for each in item.fields.values():
        each.resolve = read
    assert cost("{ item { name other { name } } }", schema=schema) == 4
    read.is_default = True  # type: ignore[attr-defined]
    again = build_schema("type Query { item: Item } type Item { name: String  other: Item }")
    for each in again.type_map["Item"].fields.values():  # type: ignore[attr-defined]
        each.resolve = read
    assert cost("{ item { name other { name } } }", schema=again) == 1


def test_objects_that_parents_have_in_part_cost_what_reading_them_costs() -> None:
    """Otherwise forty brands that lead to their parent, again and again, would be millions of brands for one point."""
    schema = get_schema()
    assert cost("{ brand(id: 1) { parent { name } } }", schema=schema) == 2
    assert cost("{ brand(id: 1) { subBrands { name } } }", schema=schema) == 42
    circle = "{ brand(id: 1) { subBrands { parent { subBrands { name } } } } }"
    with pytest.raises(ValidationFailed):
        require_affordable(cost(circle, schema=schema))
    # The fields of a page are counted with the page.
    for page in ("nodes { name }", "edges { node { name } }"):
        assert cost(f"{{ brands(first: 5) {{ {page} }} }}", schema=schema) == 6


def test_lists_without_pages_count_what_they_may_have() -> None:
    """Ingredients lead to lists of their own, so that ten of them for each product would hide most of what is read."""
    schema = get_schema()
    deep = "{ products(first: 10) { nodes { ingredients { claims(first: 3) { nodes { id } } } } } }"
    with pytest.raises(ValidationFailed):
        require_affordable(cost(deep, schema=schema))
    assert cost("{ invitations(brandId: 1) { email } }", schema=schema) == 201


def test_a_fragment_bomb_is_refused_before_it_is_walked() -> None:
    levels = 30
    text = "{ ...F0 }" + "".join(
        f"fragment F{n} on Query {{ a: search {{ contents {{ nodes {{ brand {{ ...G{n} }} }} }} }} }} "
        f"fragment G{n} on Brand {{ a: contents {{ nodes {{ brand {{ ...G{n + 1} }} }} }} "
        f"b: contents {{ nodes {{ brand {{ ...G{n + 1} }} }} }} }} "
        for n in range(levels)
    )
    document = parse(text + f"fragment G{levels} on Brand {{ id }}")
    with pytest.raises(ValidationFailed, match=f"more than {MAX_FIELDS:,} fields") as refusal:
        cost_of(SHELF.schema, document, document.definitions[0], {})  # type: ignore[arg-type]
    assert refusal.value.code == "DOCUMENT_TOO_COMPLEX"


def test_costs_above_the_limit_are_refused() -> None:
    require_affordable(MAX_COST)
    for cost_above in (MAX_COST + 1, 10**40):
        with pytest.raises(ValidationFailed) as refusal:
            require_affordable(cost_above)
        assert (refusal.value.status, refusal.value.code) == (400, "DOCUMENT_TOO_COMPLEX")


def test_points() -> None:
    assert [points_of(each) for each in (0, 1, 50, 51, 500, 1_000)] == [1, 1, 1, 2, 10, 20]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{ claimMatrix(filter: {market: "DE"}) { nodes { cells { status } } } }', 21),
        ('{ claimMatrix(filter: {market: "DE"}) { nodes { cells { claim { id } } } } }', 1 + 20 * 46),
        ('{ claimMatrix(filter: {market: "DE"}) { columns { product { id } } } }', 51),
    ],
)
def test_lists_within_objects_have_their_size(text: str, expected: int) -> None:
    assert cost(text, schema=get_schema()) == expected
