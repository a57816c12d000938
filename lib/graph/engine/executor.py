"""Executes selections of graphql-core with a short way for fields that are only read and written down.

A list of twenty objects has some hundred such fields, and the general way makes a path, an info and six tests of types
for each. ``plain_fields`` (lib/graph/engine/plain.py) makes a function for each of them, once for each schema, also for
those that lead to objects within their object; if it meets a value that it does not expect, the general way decides, so
that errors are the same.
"""

from asyncio import Task, wait
from collections.abc import Awaitable
from typing import Any, Final, cast

from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
)
from graphql.execution.executor import Executor
from graphql.pyutils import Path

from lib.graph.engine.links import LINK, PENDING, Link, begin
from lib.graph.engine.plain import OTHER, PLAIN, Plain, Reader, completed_by

_TYPE_NAME: Final = "__typename"
type Way = tuple[str, Any, Reader | None]
"""A field of a selection: its name in the answer, what graphql-core knows of it, and its short way, if it has one."""


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
            value = OTHER if reader is None else reader(source_value)
            if value is OTHER:
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
        # As graphql-core does, the selection is kept with its ways, so that its id is not used again.
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
        null = OTHER if isinstance(field.type, GraphQLNonNull) else None

        def read(source: Any) -> Any:
            value = link.ready(context, source)
            if value is PENDING:
                return OTHER
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
            # Fields that read for themselves are begun at once: all are one level, and one call.
            if pending and self._plan_of(kind, field_details_list) is not None:
                rest = item_type, field_details_list, info, path, items, position_context
                return self._complete_after(pending, kind, *rest)
        return super().complete_iterable_value(item_type, field_details_list, info, path, items, position_context)

    async def _complete_after(
        self, pending: set[Task[Any]], kind: GraphQLObjectType, item_type: GraphQLOutputType, details: Any, *rest: Any
    ) -> Any:
        await wait(pending)
        complete = self._plan_of(kind, details)
        if complete is not None:
            completed = completed_by(GraphQLList(item_type), complete)(rest[2])
            if completed is not OTHER:
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
                if value is OTHER:
                    return OTHER
                found[response_name] = value
            return found

        return complete


async def _when_done(order: Any, read: dict[str, Any], results: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    return _ordered(order, read, await results)


def _ordered(order: Any, read: dict[str, Any], results: dict[str, Any]) -> dict[str, Any]:
    """Returns both in the order of the selection. A field that the schema does not have is in neither."""
    both = read | results
    return {name: both[name] for name in order if name in both}
