"""Validates the SDL, which the platform does not validate when it builds the schema."""

import re
from typing import Final, cast

import pytest
from graphql import GraphQLError, GraphQLInterfaceType, assert_valid_schema, parse, validate_schema
from graphql.validation.validate import assert_valid_sdl

from lib.graph.contexts import ALL
from lib.graph.engine.schema import build_schema, get_schema, read_sdl
from local.stack.settings import ROOT

NODES: Final = ROOT / "supabase" / "schemas" / "graph" / "functions" / "nodes.sql"


def test_the_sdl_is_valid() -> None:
    """No type is missing, declared twice or used wrongly."""
    assert_valid_sdl(parse(read_sdl()))
    assert_valid_schema(get_schema())


def test_all_fields_of_mutations_may_be_null() -> None:
    """One that fails must not take the answers of the others with it."""
    mutation = get_schema().mutation_type
    assert mutation is not None
    assert [name for name, field in mutation.fields.items() if str(field.type).endswith("!")] == []


def test_no_directive_of_federation_is_there() -> None:
    """The schema is not part of another."""
    names = {directive.name for directive in get_schema().directives}
    assert names <= {"deprecated", "include", "skip", "specifiedBy", "oneOf", "defer", "stream"}


def test_deprecations_have_a_date() -> None:
    """Each tells when the field goes."""
    reasons = re.findall(r"@deprecated(?:\(reason: \"([^\"]*)\"\))?", read_sdl())
    assert [reason for reason in reasons if not re.search(r"\b20\d\d-\d\d-\d\d\b", reason)] == []


def test_every_node_is_found_by_its_id() -> None:
    schema = get_schema()
    nodes = {kind.name for kind in schema.get_possible_types(cast("GraphQLInterfaceType", schema.type_map["Node"]))}
    assert {name for context in ALL for name in context.nodes} == nodes
    found = set(re.findall(r"'(\w+)' from", NODES.read_text(encoding="utf-8")))
    assert found == nodes


def test_an_unknown_field_is_refused() -> None:
    """Bindings fit the SDL."""
    from lib.graph.engine.binding import Bindings, Info

    bindings = Bindings()

    @bindings.query("nothingOfThisName")
    async def nothing(info: Info) -> None:  # pyright: ignore[reportUnusedFunction]
        """Returns nothing."""

    with pytest.raises(ValueError, match="nothingOfThisName"):
        build_schema((bindings,))


def test_a_type_that_is_missing_is_refused() -> None:
    """The validation of this file finds what it should find."""
    text = read_sdl() + "\n\nextend type Query {\n  nothing: NoSuchType\n}\n"
    with pytest.raises((TypeError, GraphQLError), match="NoSuchType"):
        assert_valid_sdl(parse(text))
    assert validate_schema(get_schema()) == []
