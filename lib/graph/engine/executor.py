"""Executes selections of graphql-core with a short way for fields that are only read and written down.

A list of twenty objects has some hundred such fields, and the general way makes a path, an info and six tests of types
for each. ``plain_fields`` makes a function for each of them, once for each schema, also for those that lead to objects
within their object; where it meets a value that it does not expect, the general way decides, so that errors are the
same.
"""

from asyncio import Task, wait
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
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
)
from graphql.execution.executor import Executor
from graphql.pyutils import Path

from lib.graph.engine.links import LINK, PENDING, Link, begin

PLAIN: Final = "plain"
# Where the resolver of a field keeps the names by which it reads: that of the schema, and that of Python.
NAMES: Final = "names"
_OTHER: Final = object()
_MAX_INT: Final = 2**31 - 1
_TYPE_NAME: Final = "__typename"
type Reader = Callable[[Any], Any]
type Way = tuple[str, Any, Reader | None]
"""A field of a selection: its name in the answer, what graphql-core knows of it, and its short way, if it has one."""


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else _OTHER


def _id(value: Any) -> Any:
    # The serializer of the answer writes it as text.
    return value if isinstance(value, str | UUID) else _OTHER


def _integer(value: Any) -> Any:
    return value if type(value) is int and -_MAX_INT <= value <= _MAX_INT else _OTHER


def _number(value: Any) -> Any:
    return value if type(value) in (float, int) else _OTHER


def _boolean(value: Any) -> Any:
    return value if type(value) is bool else _OTHER


def _any(value: Any) -> Any:
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


@dataclass(frozen=True, slots=True)
class Plain:
    """A field that is read from its object, and needs no resolver."""

    name: str
    attribute: str
    type: GraphQLOutputType
    leaf: Reader | None
    """How it is read where it is no object."""
    inner: GraphQLObjectType | None
    """The type of its object, or of each in its list."""

    def reader(self, complete: Reader) -> Reader:
        """Returns how it is read where ``complete`` completes its object."""
        return _reading(self.name, self.attribute, self.type, complete)


def _leaf(kind: GraphQLOutputType) -> Reader | None:
    """Returns what completes a value of a scalar or an enum that is not null."""
    named = get_named_type(kind)
    if isinstance(named, GraphQLEnumType):
        names = {value.value: name for name, value in named.values.items()}
        return lambda value: names.get(value, _OTHER) if isinstance(value, str) else _OTHER
    return _SCALARS.get(named.name) if is_leaf_type(named) else None


def _completed(kind: GraphQLOutputType, complete: Reader) -> Reader:
    """Returns what completes a value of a type, or a list of them, that is not null itself."""
    if isinstance(kind, GraphQLNonNull):
        return _completed(kind.of_type, complete)
    if not isinstance(kind, GraphQLList):
        return complete
    item = _completed(kind.of_type, complete)
    null = _OTHER if isinstance(kind.of_type, GraphQLNonNull) else None

    def complete_list(value: Any) -> Any:
        if not isinstance(value, list):
            return _OTHER
        items: list[Any] = []
        for each in cast("list[Any]", value):
            completed = null if each is None else item(each)
            if completed is _OTHER:
                return _OTHER
            items.append(completed)
        return items

    return complete_list


def _reading(name: str, attribute: str, kind: GraphQLOutputType, complete_item: Reader) -> Reader:
    """Returns what reads a field from a model, by its name in Python, or from a row or a payload, and completes it."""
    complete = _completed(kind, complete_item)
    null = _OTHER if isinstance(kind, GraphQLNonNull) else None

    def read(source: Any) -> Any:
        if isinstance(source, dict):
            row = cast("dict[str, Any]", source)
            value = row[name] if name in row else row.get(attribute)
        else:
            value = getattr(source, attribute, _OTHER)
        return null if value is None else complete(value)

    return read


def plain_fields(kind: GraphQLObjectType) -> dict[str, Plain]:
    """Returns the fields of a type without arguments and a resolver of their own."""
    found: dict[str, Plain] = {}
    for name, field in kind.fields.items():
        names: tuple[str, str] | None = getattr(field.resolve, NAMES, None)
        if names is None or field.args:
            continue
        leaf = _leaf(field.type)
        named = get_named_type(field.type)
        if leaf is not None:
            found[name] = Plain(*names, field.type, _reading(*names, field.type, leaf), None)
        elif isinstance(named, GraphQLObjectType) and named.is_type_of is None:
            found[name] = Plain(*names, field.type, None, named)
    return found


class QuickExecutor(Executor[Any]):
    """Executes an operation."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._ways: dict[tuple[str, int], tuple[Any, list[Way]]] = {}
        self._plans: dict[tuple[str, int], tuple[Any, Reader | None]] = {}

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: Any,
        position_context: Any,
    ) -> Any:
        """Executes the fields of a selection: those that are plain at once, all others as graphql-core does."""
        read: dict[str, Any] = {}
        others: dict[str, Any] = {}
        for response_name, details, reader in self._ways_of(parent_type, grouped_field_set):
            value = _OTHER if reader is None else reader(source_value)
            if value is _OTHER:
                others[response_name] = details
            else:
                read[response_name] = value
        if not others:
            return read
        results = super().execute_fields(parent_type, source_value, path, others, position_context)
        if isinstance(results, dict):
            return _ordered(grouped_field_set, read, results)
        return _when_done(grouped_field_set, read, results)

    def _ways_of(self, kind: GraphQLObjectType, selection: Any) -> list[Way]:
        """Returns the fields of a selection with their short ways."""
        # As graphql-core does, the selection is kept with what is made of it, so that its id is not used again.
        key = (kind.name, id(selection))
        known = self._ways.get(key)
        if known is None:
            ways = [(name, details, self._reader_of(kind, details)) for name, details in selection.items()]
            known = self._ways[key] = selection, ways
        return known[1]

    def _reader_of(self, kind: GraphQLObjectType, details: Any) -> Reader | None:
        """Returns the short way of a field; None where something in it needs a resolver."""
        name = details[0].node.name.value
        if name == _TYPE_NAME:
            return lambda _: kind.name
        plain: Plain | None = kind.extensions.get(PLAIN, {}).get(name)
        if plain is None:
            return self._link_reader_of(kind, name, details)
        if plain.inner is None:
            return plain.leaf
        complete = self._plan_of(plain.inner, details)
        return None if complete is None else plain.reader(complete)

    def _link_reader_of(self, kind: GraphQLObjectType, name: str, details: Any) -> Reader | None:
        """Returns what completes the object that a field leads to, once it was read."""
        field = kind.fields.get(name)
        link: Link | None = field.extensions.get(LINK) if field else None
        inner = get_nullable_type(field.type) if field else None
        if field is None or link is None or not isinstance(inner, GraphQLObjectType):
            return None
        complete, context = self._plan_of(inner, details), self.context_value
        if complete is None:
            return None
        null = _OTHER if isinstance(field.type, GraphQLNonNull) else None

        def read(source: Any) -> Any:
            value = link.ready(context, source)
            if value is PENDING:
                return _OTHER
            return null if value is None else complete(value)

        return read

    def complete_iterable_value(  # noqa: PLR0917 - as graphql-core calls it
        self,
        item_type: GraphQLOutputType,
        field_details_list: Any,
        info: Any,
        path: Path,
        items: Any,
        position_context: Any,
    ) -> Any:
        """Completes a list, after what its items lead to was read."""
        kind = get_named_type(item_type)
        if isinstance(kind, GraphQLObjectType) and isinstance(items, list):
            pending = begin(self.context_value, self._links_of(kind, field_details_list), cast("list[Any]", items))
            if pending:
                rest = item_type, field_details_list, info, path, items, position_context
                return self._complete_after(pending, kind, *rest)
        return super().complete_iterable_value(item_type, field_details_list, info, path, items, position_context)

    async def _complete_after(
        self, pending: set[Task[Any]], kind: GraphQLObjectType, item_type: GraphQLOutputType, details: Any, *rest: Any
    ) -> Any:
        await wait(pending)
        complete = self._plan_of(kind, details)
        if complete is not None:
            completed = _completed(GraphQLList(item_type), complete)(rest[2])
            if completed is not _OTHER:
                return completed
        general = super().complete_iterable_value(item_type, details, *rest)
        return await general if self.is_awaitable(general) else general

    def _links_of(self, kind: GraphQLObjectType, details: Any) -> list[Link]:
        """Returns the links among the selected fields of objects."""
        selection, *_ = self.collect_subfields(kind, details)
        fields = [kind.fields.get(inner[0].node.name.value) for inner in selection.values()]
        return [field.extensions[LINK] for field in fields if field and field.extensions.get(LINK)]

    def _plan_of(self, kind: GraphQLObjectType, details: Any) -> Reader | None:
        """Returns what completes an object whose selected fields all have a short way."""
        key = (kind.name, id(details))
        if key not in self._plans:
            self._plans[key] = details, self._plan(kind, details)
        return self._plans[key][1]

    def _plan(self, kind: GraphQLObjectType, details: Any) -> Reader | None:
        selection, new_defer_usages, _ = self.collect_subfields(kind, details)
        readers: list[tuple[str, Reader]] = []
        for response_name, inner in selection.items():
            reader = None if new_defer_usages else self._reader_of(kind, inner)
            if reader is None:
                return None
            readers.append((response_name, reader))

        def complete(source: Any) -> Any:
            found: dict[str, Any] = {}
            for response_name, reader in readers:
                value = reader(source)
                if value is _OTHER:
                    return _OTHER
                found[response_name] = value
            return found

        return complete


async def _when_done(order: Any, read: dict[str, Any], results: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    return _ordered(order, read, await results)


def _ordered(order: Any, read: dict[str, Any], results: dict[str, Any]) -> dict[str, Any]:
    """Returns both in the order of the selection. A field that the schema does not have is in neither."""
    both = read | results
    return {name: both[name] for name in order if name in both}
