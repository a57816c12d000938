"""Prints the GraphQL schema for clients, finds descriptions that it lacks, and compares it with the accepted one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from graphql import (
    BreakingChange,
    DangerousChange,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_ast_schema,
    find_schema_changes,
    is_introspection_type,
    is_specified_directive,
    is_specified_scalar_type,
    lexicographic_sort_schema,
    parse,
    print_ast,
    print_schema,
    visit,
)
from graphql.language.visitor import Visitor

from lib.graph.engine.schema import read_sdl

FILE: Final = Path(__file__).resolve().parents[2] / "public" / "api" / "v1" / "schema.graphql"
# Words of REST, and of those who write the API: descriptions speak to "you".
FOREIGN: Final = re.compile(r"If-Match|[Qq]uery parameter|\b(?:GET|POST|PUT|PATCH|DELETE) /|\b[Cc]allers?\b")
ACCEPTED: Final = Path(__file__).resolve().parents[1] / "contract" / "accepted.graphql"
HEAD: Final = "# The schema of POST /api/v1/graphql. `make graphql` writes this file.\n\n"
# Directives of Apollo Federation: this API is not part of a supergraph.
FEDERATION: Final = frozenset({"key", "external", "requires", "provides", "shareable", "link", "extends", "tag"})
DATE: Final = re.compile(r"\b20[0-9]{2}-[01][0-9]-[0-3][0-9]\b")


def described_schema() -> GraphQLSchema:
    """Builds the schema of the SDL, without resolvers."""
    return build_ast_schema(parse(read_sdl()))


def printed(schema: GraphQLSchema) -> str:
    """Returns the schema as SDL in which the order of files and definitions does not matter."""
    return f"{HEAD}{print_schema(lexicographic_sort_schema(schema))}\n"


class _Wordless(Visitor):
    def leave(self, node: Any, *_: Any) -> Any:
        return replace(node, description=None) if getattr(node, "description", None) else None


def without_words(sdl: str) -> str:
    """Returns SDL without descriptions, which break no client."""
    return print_ast(visit(parse(sdl, no_location=True), _Wordless())) + "\n"


def changes_between(accepted: str, current: str) -> list[str]:
    """Lists the changes that break clients, and those that may surprise them."""
    before, after = build_ast_schema(parse(accepted)), build_ast_schema(parse(current))
    return [
        f"{change.type.name}: {change.description}"
        for change in find_schema_changes(before, after)
        if isinstance(change, BreakingChange | DangerousChange)
    ]


def _own_types(schema: GraphQLSchema) -> Iterator[GraphQLNamedType]:
    for kind in schema.type_map.values():
        if not is_introspection_type(kind) and not is_specified_scalar_type(kind):
            yield kind


def _elements(kind: GraphQLNamedType) -> Iterator[tuple[str, Any]]:
    """Lists what a type consists of, and what may be described and deprecated, by the name of its place."""
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field
            yield from ((f"{kind.name}.{name}({argument})", each) for argument, each in field.args.items())
    elif isinstance(kind, GraphQLInputObjectType):
        yield from ((f"{kind.name}.{name}", each) for name, each in kind.fields.items())
    elif isinstance(kind, GraphQLEnumType):
        yield from ((f"{kind.name}.{name}", each) for name, each in kind.values.items())


def _problems_of_words(place: str, description: str | None) -> list[str]:
    if not description:
        return [f"{place} has no description"]
    return [f"{place} says `{word}`" for word in FOREIGN.findall(description)]


def problems_of(schema: GraphQLSchema) -> list[str]:
    """Lists what the schema lacks: descriptions in its own words, and dates of deprecations.

    Directives of federation are refused.
    """
    found: list[str] = []
    for kind in _own_types(schema):
        found += _problems_of_words(kind.name, kind.description)
        for place, element in _elements(kind):
            found += _problems_of_words(place, element.description)
            reason = element.deprecation_reason
            found += [] if reason is None or DATE.search(reason) else [f"the deprecation of {place} has no date"]
    for directive in schema.directives:
        if directive.name in FEDERATION and not is_specified_directive(directive):
            found.append(f"@{directive.name} is a directive of federation")
    return found
