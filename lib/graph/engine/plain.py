"""Finds short ways for fields that are only read and written down: see lib/graph/engine/executor.py."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast
from uuid import UUID

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)
from pydantic.alias_generators import to_snake

PLAIN: Final = "plain"
# Where the resolver of a field keeps the names by which it reads: that of the schema, and that of Python.
NAMES: Final = "names"
# pydantic divides `p95Seconds` before the number too, and joins `p95_seconds` to the same name.
_BEFORE_NUMBER: Final = re.compile(r"_(?=\d)")
# Says that the short way does not know a value.
OTHER: Final = object()
_MAX_INT: Final = 2**31 - 1
type Reader = Callable[[Any, Any], Any]
"""Completes a value, or reads a field from its object and completes it. It is given the context of the request too."""


def names_of(field: str) -> tuple[str, str]:
    """Returns the names by which a field of the schema is read: its own in rows and payloads, and that of models."""
    return field, _BEFORE_NUMBER.sub("", to_snake(field))


def _text(value: Any, _: Any) -> Any:
    return value if isinstance(value, str) else OTHER


def _id(value: Any, _: Any) -> Any:
    # The serializer of the answer writes it as text.
    return value if isinstance(value, str | UUID) else OTHER


def _integer(value: Any, _: Any) -> Any:
    return value if type(value) is int and -_MAX_INT <= value <= _MAX_INT else OTHER


def _number(value: Any, _: Any) -> Any:
    return value if type(value) in (float, int) else OTHER


def _boolean(value: Any, _: Any) -> Any:
    return value if type(value) is bool else OTHER


def _any(value: Any, _: Any) -> Any:
    return value


_SCALARS: Final[dict[str, Reader]] = {
    "String": _text,
    "ID": _id,
    "Int": _integer,
    "Float": _number,
    "Boolean": _boolean,
    "DateTime": _any,
    "Date": _any,
    "JSON": _any,
}
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "String": (str,),
    "ID": (UUID, str),
    "Float": (float, int),
    "Boolean": (bool,),
    "DateTime": (datetime,),
    "Date": (date,),
    "JSON": (dict,),
}


@dataclass(frozen=True, slots=True)
class Short:
    """The short way of a field."""

    read: Reader
    attribute: str = ""
    types: tuple[type, ...] = ()
    """A value of these types, exactly, that the object has in its attribute is the field's as it is."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A field that is read from its object, without a resolver where the object has it."""

    name: str
    attribute: str
    type: GraphQLOutputType
    leaf: Short | None
    """How it is read where it is no object."""
    inner: GraphQLObjectType | None
    """The type of its object, or of each in its list."""

    def reader(self, complete: Reader) -> Short:
        """Returns how it is read where ``complete`` completes its object."""
        return Short(_reading(self.name, self.attribute, self.type, complete))


def _leaf(kind: GraphQLOutputType) -> Reader | None:
    """Returns what completes a value of a scalar or an enum that is not null."""
    named = get_named_type(kind)
    if isinstance(named, GraphQLEnumType):
        names = {value.value: name for name, value in named.values.items()}
        return lambda value, _: names.get(value, OTHER) if isinstance(value, str) else OTHER
    return _SCALARS.get(named.name) if is_leaf_type(named) else None


def completed_by(kind: GraphQLOutputType, complete: Reader) -> Reader:
    """Returns what completes a value of a type, or a list of them, that is not null itself."""
    if isinstance(kind, GraphQLNonNull):
        return completed_by(kind.of_type, complete)
    if not isinstance(kind, GraphQLList):
        return complete
    item = completed_by(kind.of_type, complete)
    null = OTHER if isinstance(kind.of_type, GraphQLNonNull) else None

    def complete_list(value: Any, context: Any) -> Any:
        if not isinstance(value, list):
            return OTHER
        items: list[Any] = []
        for each in cast("list[Any]", value):
            completed = null if each is None else item(each, context)
            if completed is OTHER:
                return OTHER
            items.append(completed)
        return items

    return complete_list


def _reading(name: str, attribute: str, kind: GraphQLOutputType, complete_item: Reader) -> Reader:
    """Returns what reads a field from a model, by its name in Python, or from a row or a payload, and completes it."""
    complete = completed_by(kind, complete_item)
    null = OTHER if isinstance(kind, GraphQLNonNull) else None

    def read(source: Any, context: Any) -> Any:
        if isinstance(source, dict):
            row = cast("dict[str, Any]", source)
            value = row[name] if name in row else row.get(attribute)
        else:
            value = getattr(source, attribute, OTHER)
        return null if value is None else complete(value, context)

    return read


def plain_fields(kind: GraphQLObjectType) -> dict[str, Plain]:
    """Returns the fields of a type that are read from its objects, or may be, and have no arguments."""
    found: dict[str, Plain] = {}
    for name, field in kind.fields.items():
        names: tuple[str, str] | None = getattr(field.resolve, NAMES, None)
        if names is None or field.args:
            continue
        leaf = _leaf(field.type)
        named = get_named_type(field.type)
        if leaf is not None:
            types = () if is_list_type(get_nullable_type(field.type)) else _TYPES.get(named.name, ())
            short = Short(_reading(*names, field.type, leaf), names[1], types)
            found[name] = Plain(*names, field.type, short, None)
        elif isinstance(named, GraphQLObjectType) and named.is_type_of is None:
            found[name] = Plain(*names, field.type, None, named)
    return found
