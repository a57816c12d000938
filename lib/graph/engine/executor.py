"""Executes selections of graphql-core with a short way for fields that are only read and written down.

A list of twenty objects has some hundred such fields, and the general way makes a path, an info and six tests of types
for each. ``plain_fields`` (lib/graph/engine/plain.py) makes a function for each of them, once for each schema, also for
those that lead to objects within their object; if it meets a value that it does not expect, the general way decides, so
that errors are the same.
"""

from asyncio import Task, wait
from collections.abc import Awaitable, Mapping
from typing import Any, Final, cast

from graphql import (
    GraphQLError,
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
from lib.graph.engine.plain import OTHER, PLAIN, Plain, Reader, Short, completed_by
from lib.graph.engine.plans import Plan, Plans, Way

_TYPE_NAME: Final = "__typename"


class QuickExecutor(Executor[Any]):
    """Executes an operation."""

    def __init__(self, *arguments: Any, plans: Plans | None = None, **named: Any) -> None:
        """``plans``: those of the document, if it is kept."""
        super().__init__(*arguments, **named)
        self._plans = plans
        self._plan = Plan() if plans is None else plans.of(self.variable_values.coerced)
        self._relevant_sub_fields = self._plan.subfields

    def execute_root_grouped_field_set(
        self,
        root_type: GraphQLObjectType,
        root_value: Any,
        grouped_field_set: Any,
        serially: bool,  # noqa: FBT001 - as graphql-core calls it
        position_context: Any,
    ) -> Any:
        """Executes the fields of the operation, as they were collected first: all else is found by their identity."""
        known = self._plan.root.get(root_type.name)
        if known is None:
            known = self._plan.root[root_type.name] = grouped_field_set
            self._count(known)
        return super().execute_root_grouped_field_set(root_type, root_value, known, serially, position_context)

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
        for response_name, details, short in self._ways_of(parent_type, grouped_field_set):
            value = OTHER if short is None else short.read(source_value, self.context_value)
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

    def collect_subfields(self, return_type: GraphQLObjectType, field_details_list: Any) -> Any:
        """Collects the selected fields of objects, or returns those of the plan."""
        known = self._plan.subfields.get((return_type, id(field_details_list)))
        if known is not None:
            return known[1]
        collected = super().collect_subfields(return_type, field_details_list)
        self._count(collected.grouped_field_set)
        return collected

    def _count(self, selection: Mapping[str, list[Any]]) -> None:
        if self._plans is not None:
            self._plans.count(self._plan, sum(map(len, selection.values())))

    def _ways_of(self, kind: GraphQLObjectType, selection: Any) -> list[Way]:
        """Returns the fields of a selection with their short ways."""
        key = (kind.name, id(selection))
        known = self._plan.ways.get(key)
        if known is None:
            ways = [(name, details, self._short_way_of(kind, details)) for name, details in selection.items()]
            known = self._plan.ways[key] = selection, ways
        return known[1]

    def _short_way_of(self, kind: GraphQLObjectType, details: Any) -> Short | None:
        """Returns the short way of a field; None where something in it needs a resolver."""
        name = details[0].node.name.value
        if name == _TYPE_NAME:
            return Short(lambda _source, _context: kind.name)
        plain: Plain | None = kind.extensions.get(PLAIN, {}).get(name)
        if plain is None:
            return self._short_link_of(kind, name, details)
        if plain.inner is None:
            return plain.leaf
        complete = self._completion_of(plain.inner, details)
        return None if complete is None else plain.reader(complete)

    def _short_link_of(self, kind: GraphQLObjectType, name: str, details: Any) -> Short | None:
        """Returns what completes the object that a field leads to, once it was read."""
        described = kind.fields.get(name)
        link: Link | None = described.extensions.get(LINK) if described else None
        inner = get_nullable_type(described.type) if described else None
        if described is None or link is None or not isinstance(inner, GraphQLObjectType):
            return None
        complete = self._completion_of(inner, details)
        if complete is None:
            return None
        null = OTHER if isinstance(described.type, GraphQLNonNull) else None

        def read(source: Any, context: Any) -> Any:
            value = link.ready(context, source)
            if value is PENDING:
                return OTHER
            return null if value is None else complete(value, context)

        return Short(read)

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
            if pending and self._completion_of(kind, field_details_list) is not None:
                rest = item_type, field_details_list, info, path, items, position_context
                return self._complete_after(pending, kind, *rest)
        return super().complete_iterable_value(item_type, field_details_list, info, path, items, position_context)

    async def _complete_after(
        self, pending: set[Task[Any]], kind: GraphQLObjectType, item_type: GraphQLOutputType, details: Any, *rest: Any
    ) -> Any:
        await wait(pending)
        complete = self._completion_of(kind, details)
        if complete is not None:
            completed = completed_by(GraphQLList(item_type), complete)(rest[2], self.context_value)
            if completed is not OTHER:
                return completed
        general = super().complete_iterable_value(item_type, details, *rest)
        return await general if self.is_awaitable(general) else general

    def _links_of(self, kind: GraphQLObjectType, details: Any) -> list[Link]:
        """Returns the links among the selected fields of objects."""
        try:
            selection, *_ = self.collect_subfields(kind, details)
        except GraphQLError:
            return []
        fields = [kind.fields.get(inner[0].node.name.value) for inner in selection.values()]
        return [each.extensions[LINK] for each in fields if each and each.extensions.get(LINK)]

    def _completion_of(self, kind: GraphQLObjectType, details: Any) -> Reader | None:
        """Returns what completes an object whose selected fields all have a short way."""
        key, known = (kind.name, id(details)), self._plan.completions
        if key not in known:
            known[key] = details, self._complete(kind, details)
        return known[key][1]

    def _complete(self, kind: GraphQLObjectType, details: Any) -> Reader | None:
        try:
            selection, new_defer_usages, _ = self.collect_subfields(kind, details)
        except GraphQLError:  # a condition that is null: the general way says so for each object that there is
            return None
        steps: list[tuple[str, str, tuple[type, ...], Reader]] = []
        for response_name, inner in selection.items():
            short = None if new_defer_usages else self._short_way_of(kind, inner)
            if short is None:
                return None
            steps.append((response_name, short.attribute, short.types, short.read))

        def complete(source: Any, context: Any) -> Any:
            found: dict[str, Any] = {}
            for response_name, attribute, types, read in steps:
                # Most fields are texts of models, which need no call.
                value = getattr(source, attribute, None) if types else None
                if type(value) not in types:
                    value = read(source, context)
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
