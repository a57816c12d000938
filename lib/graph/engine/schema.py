"""Builds the schema: the SDL of lib/graph/schema with the resolvers of lib/graph/resolvers.

It is built at the first request and not while the function starts.
"""

import gc
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_ast_schema,
    get_named_type,
    is_introspection_type,
    is_object_type,
    parse,
)

from lib.graph.engine.binding import Bindings, Info, Whole
from lib.graph.engine.cost import HAS_PARTS
from lib.graph.engine.plain import NAMES, PLAIN, names_of, plain_fields

FOLDER: Final = Path(__file__).parent.parent / "schema"
# Marks a resolver that only reads an attribute: it costs nothing.
IS_DEFAULT: Final = "is_default"
_OWN_SCALARS: Final = ("DateTime", "Date", "JSON")


@lru_cache(maxsize=1)
def get_schema() -> GraphQLSchema:
    """Returns the schema of this instance."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        from lib.graph.contexts import ALL

        return build_schema(ALL)
    finally:
        # The schema lives as long as the instance. To look through its 90,000 objects for garbage takes longer than a
        # request, and would happen several times while they are made.
        gc.freeze()
        if was_collecting:
            gc.enable()


def read_sdl() -> str:
    """Returns the SDL of all contexts."""
    return "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.graphql")))


def build_schema(contexts: tuple[Bindings, ...]) -> GraphQLSchema:
    """Builds the schema with the resolvers of the contexts. Raises ValueError where the two do not fit."""
    # Tests have validated the SDL: doing it again takes as long as all the rest.
    schema = build_ast_schema(parse(read_sdl(), no_location=True), assume_valid=True, assume_valid_sdl=True)
    for context in contexts:
        context.bind_to_schema(schema)
    declared = {name: values for context in contexts for name, values in context.enums.items()}
    wholes = {name: whole for context in contexts for name, whole in context.wholes.items()}
    names = {model: each.type_name for context in contexts for each in context.represented for model in each.models}
    # Objects come last: they look at the values of enums.
    for kind in sorted(schema.type_map.values(), key=is_object_type):
        if not is_introspection_type(kind):
            _complete(kind, names, declared.get(kind.name, {}), wholes.get(kind.name))
    return schema


def _complete(kind: GraphQLNamedType, names: dict[type, str], declared: dict[str, str], whole: Whole | None) -> None:
    """Gives a type what its kind needs and no resolver says."""
    if isinstance(kind, GraphQLEnumType):
        _name_as_rest(kind, declared)
    elif isinstance(kind, GraphQLObjectType):
        for name, field in kind.fields.items():
            if field.resolve is None:
                field.resolve = _reader_of(name, field, whole)
        kind.extensions = {PLAIN: plain_fields(kind), HAS_PARTS: whole is not None}
    elif isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
        kind.resolve_type = _naming(names)
    elif isinstance(kind, GraphQLScalarType) and kind.name in _OWN_SCALARS:
        kind.serialize = _as_it_is


def _as_it_is(value: Any) -> Any:
    """Leaves times and JSON to the serializer of the answer, which writes them as in REST."""
    return value


def _name_as_rest(kind: GraphQLEnumType, declared: dict[str, str]) -> None:
    """Gives each value of an enum its name in REST: the declared one, or lower case."""
    for name, value in kind.values.items():
        value.value = declared.get(name, name.lower())
    kind.__dict__.pop("_value_lookup", None)  # the table of values that graphql-core makes once


def _naming(names: dict[type, str]) -> Callable[..., str]:
    def name_of(value: Any, *_: Any) -> str:
        found = names.get(type(value))
        return type(value).__name__ if found is None else found

    return name_of


def _reader_of(name: str, field: GraphQLField, whole: Whole | None) -> Callable[..., Any]:
    """Returns what reads a field from a model, by its name in Python, or from a row or a payload."""
    name, attribute = names_of(name)
    is_id = get_named_type(field.type).name == "ID"

    def read(value: Any, info: Info) -> Any:
        if isinstance(value, dict):
            found = _of_mapping(value, name, attribute)
        elif whole is not None and not hasattr(value, attribute):
            return later(value, info)
        else:
            found = getattr(value, attribute)
        return _as_ids(found) if is_id else found

    async def later(part: Any, info: Info) -> Any:
        assert whole is not None
        return read(await whole(info, part), info)

    setattr(read, IS_DEFAULT, True)
    setattr(read, NAMES, (name, attribute))
    return read


def _of_mapping(value: dict[str, Any], name: str, attribute: str) -> Any:
    return value[name] if name in value else value.get(attribute)


def _as_ids(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return [str(item) for item in value] if isinstance(value, list) else value
