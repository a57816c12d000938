"""The bindings of all contexts, with the operations that their modules leave to REST."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any, Final, get_type_hints

from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType
from pydantic.alias_generators import to_camel

from lib.graph import contexts, resolvers
from lib.graph.engine.binding import Bound, Represented
from lib.graph.engine.schema import get_schema

ROOTS: Final = ("Query", "Mutation", "Subscription")


def fields() -> list[Bound]:
    """Returns the bound fields of all contexts."""
    return [field for context in contexts.ALL for field in context.fields]


def represented() -> list[Represented]:
    return [each for context in contexts.ALL for each in context.represented]


def covering() -> dict[str, list[Bound]]:
    """Returns the fields that cover each operation of REST."""
    found: dict[str, list[Bound]] = {}
    for field in fields():
        for operation in field.operations:
            found.setdefault(operation, []).append(field)
    return found


def field_of(bound: Bound) -> GraphQLField:
    kind = get_schema().type_map[bound.type_name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    return kind.fields[bound.name]


def annotations_of(bound: Bound) -> dict[str, Any]:
    """Returns the types by which a resolver reads its arguments, by the names of the arguments."""
    function = bound.reader._function  # pyright: ignore[reportPrivateUsage]
    return {to_camel(name): hint for name, hint in get_type_hints(function, include_extras=True).items()}


@cache
def modules() -> list[ModuleType]:
    found = pkgutil.walk_packages(resolvers.__path__, f"{resolvers.__name__}.")
    return [importlib.import_module(each.name) for each in found]


def only_rest() -> dict[str, str]:
    """Returns the operations that GraphQL does not have, with the reasons."""
    listed: dict[str, str] = {}
    for module in modules():
        listed |= getattr(module, "ONLY_REST", {})
    return listed
