"""Builds the schema: the SDL of lib/graph/schema with the resolvers of lib/graph/resolvers.

It is built at the first request and not while the function starts.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from ariadne import make_executable_schema
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_introspection_type,
    is_object_type,
)
from pydantic.alias_generators import to_snake

from lib.graph.engine.binding import Bindings
from lib.graph.engine.executor import NAMES, PLAIN, plain_fields

FOLDER: Final = Path(__file__).parent.parent / "schema"
# Marks a resolver that only reads what is there: it costs nothing.
IS_DEFAULT: Final = "is_default"
_OWN_SCALARS: Final = ("DateTime", "Date", "JSON")


@lru_cache(maxsize=1)
def get_schema() -> GraphQLSchema:
    """Returns the schema of this instance."""
    from lib.graph.resolvers import ALL

    return build_schema(ALL)


def read_sdl() -> str:
    """Returns the SDL of all contexts."""
    return "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.graphql")))


def build_schema(contexts: tuple[Bindings, ...]) -> GraphQLSchema:
    """Builds the schema with the resolvers of the contexts. Raises ValueError where the two do not fit."""
    schema = make_executable_schema(read_sdl(), *contexts)
    names = {model: each.type_name for context in contexts for each in context.represented for model in each.models}
    for context in contexts:
        for name in context.enums:
            _forget_lookup(schema.type_map[name])
    declared = {name for context in contexts for name in context.enums}
    # Objects come last: they look at the values of enums.
    for kind in sorted(schema.type_map.values(), key=is_object_type):
        if not is_introspection_type(kind) and kind.name not in declared:
            _complete(kind, names)
    return schema


def _complete(kind: GraphQLNamedType, names: dict[type, str]) -> None:
    """Gives a type what its kind needs and no resolver says."""
    if isinstance(kind, GraphQLEnumType):
        _name_as_rest(kind)
    elif isinstance(kind, GraphQLObjectType):
        for name, field in kind.fields.items():
            if field.resolve is None:
                field.resolve = _reader_of(name, field)
        kind.extensions = {PLAIN: plain_fields(kind)}
    elif isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
        kind.resolve_type = _naming(names)
    elif isinstance(kind, GraphQLScalarType) and kind.name in _OWN_SCALARS:
        kind.serialize = _as_it_is


def _as_it_is(value: Any) -> Any:
    """Leaves times and JSON to the serializer of the answer, which writes them as in REST."""
    return value


def _name_as_rest(kind: GraphQLEnumType) -> None:
    """Gives each value of an enum its name in REST: lower case."""
    for name, value in kind.values.items():
        value.value = name.lower()
    _forget_lookup(kind)


def _forget_lookup(kind: Any) -> None:
    """Drops the table of values that graphql-core makes once."""
    kind.__dict__.pop("_value_lookup", None)


def _naming(names: dict[type, str]) -> Callable[..., str]:
    def name_of(value: Any, *_: Any) -> str:
        found = names.get(type(value))
        return type(value).__name__ if found is None else found

    return name_of


def _reader_of(name: str, field: GraphQLField) -> Callable[..., Any]:
    """Returns what reads a field from a model, by its name in Python, or from a row or a payload."""
    # pydantic divides `p95Seconds` before the number too, and joins `p95_seconds` to the same name.
    attribute = re.sub(r"_(?=\d)", "", to_snake(name))
    is_id = get_named_type(field.type).name == "ID"

    def read(value: Any, _: Any) -> Any:
        found = _of_mapping(value, name, attribute) if isinstance(value, dict) else getattr(value, attribute)
        return _as_ids(found) if is_id else found

    setattr(read, IS_DEFAULT, True)
    setattr(read, NAMES, (name, attribute))
    return read


def _of_mapping(value: dict[str, Any], name: str, attribute: str) -> Any:
    return value[name] if name in value else value.get(attribute)


def _as_ids(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return [str(item) for item in value] if isinstance(value, list) else value
