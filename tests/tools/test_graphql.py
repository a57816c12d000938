"""Tests what is made of the GraphQL schema: problems that are found in it, and changes that break clients."""

import json

import pytest
from graphql import build_schema, parse

from lib.graph.engine.schema import read_sdl
from tools.graphql import documents, schema

BEFORE = """
type Query { thing(id: ID!, size: Int = 5): Thing  things(filter: Filter): [Thing!]! }
type Mutation { rename(id: ID!, name: String!): Thing }
type Thing { id: ID!  name: String  kind: Kind! }
type Other { id: ID! }
union Any = Thing
enum Kind { A B }
input Filter { kind: Kind }
"""


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("name: String  kind", "kind", "FIELD_REMOVED"),
        ("kind: Kind! }", "kind: Kind }", "FIELD_CHANGED_KIND"),
        ("size: Int = 5", "size: Int!", "ARG_CHANGED_KIND"),
        (", size: Int = 5", "", "ARG_REMOVED"),
        ("(id: ID!, name", "(id: ID!, note: String!, name", "REQUIRED_ARG_ADDED"),
        ("{ A B }", "{ A }", "VALUE_REMOVED_FROM_ENUM"),
        ("input Filter { kind: Kind }", "input Filter { kind: Kind  name: String! }", "REQUIRED_INPUT_FIELD_ADDED"),
        ("type Other { id: ID! }", "", "TYPE_REMOVED"),
        ("{ A B }", "{ A B C }", "VALUE_ADDED_TO_ENUM"),
        ("union Any = Thing", "union Any = Thing | Other", "TYPE_ADDED_TO_UNION"),
        ("size: Int = 5", "size: Int = 6", "ARG_DEFAULT_VALUE_CHANGE"),
    ],
)
def test_changes_that_break_clients_or_may(old: str, new: str, kind: str) -> None:
    changes = schema.changes_between(BEFORE, BEFORE.replace(old, new, 1))
    assert kind in [change.partition(":")[0] for change in changes]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("type Other", "type More { id: ID! }\ntype Other"),
        ("name: String  kind", "name: String  note: String  kind"),
        ("name: String  kind", 'name: String @deprecated(reason: "use id, ends on 2027-01-01")  kind'),
        ("type Thing", '"A thing."\ntype Thing'),
        ("id: ID!, size: Int = 5", "size: Int = 5, id: ID!"),
    ],
)
def test_changes_that_break_nobody(old: str, new: str) -> None:
    assert schema.changes_between(BEFORE, schema.without_words(BEFORE.replace(old, new, 1))) == []


def test_our_schema_breaks_no_client_of_the_accepted_one() -> None:
    current = schema.without_words(schema.FILE.read_text())
    assert schema.changes_between(schema.ACCEPTED.read_text(), current) == [], "`make graphql-accept` accepts changes"


def test_what_a_schema_lacks() -> None:
    found = schema.problems_of(
        build_schema("""
        directive @key(fields: String!) on OBJECT
        "Reads."
        type Query {
          "A."
          a("B." b: Int @deprecated(reason: "soon")): Int @deprecated(reason: "ends on 2027-01-01")
          c: Kind
          "Those of the caller, by `GET /things`."
          d: Int
        }
        enum Kind { X }
        """)
    )
    assert found == [
        "the deprecation of Query.a(b) has no date",
        "Query.c has no description",
        "Query.d says `caller`",
        "Query.d says `GET /`",
        "Kind has no description",
        "Kind.X has no description",
        "@key is a directive of federation",
    ]


def test_our_schema_is_whole_and_its_files_are_current() -> None:
    described = schema.described_schema()
    assert schema.problems_of(described) + documents.problems_of(described) == []
    assert schema.FILE.read_text() == schema.printed(described)
    assert json.loads(documents.FILE.read_text()) == documents.ids()


def test_the_printed_schema_says_what_the_sources_say() -> None:
    printed, source = (build_schema(text) for text in (schema.FILE.read_text(), read_sdl()))
    assert printed.type_map.keys() == source.type_map.keys()
    assert parse(schema.FILE.read_text(), no_location=True) == parse(schema.printed(source), no_location=True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("mutation { x }", "must be one query without fragments"),
        ("query { node(id: 1) { id } }", "may ask for deliveredContent, deliveredContents only"),
        ("query { ...F } fragment F on Query { __typename }", "may ask for"),
        ("query ($p: Pagination) { deliveredContents(brand: 1, pagination: $p) { totalCount } }", "$p must be of a"),
    ],
)
def test_documents_of_delivery_read_what_is_public_only(text: str, problem: str) -> None:
    found = list(documents.problems_of_delivery(schema.described_schema(), parse(text)))
    assert any(problem in each for each in found), found
