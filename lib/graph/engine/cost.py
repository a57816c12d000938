"""Computes the cost of a document before it is executed: at least one for each call of a resolver, and for each item.

The cost of a field is declared with its binding (``field.extensions["cost"]``). All fields below a list are
multiplied by the size of its page, as the variables of the request give it; lib/graph/engine/page_sizes.py reads it.
The result is an upper bound: fields of one response key are counted once, as they are executed once, and of the types
that an interface or union may have, the most expensive counts.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    default_field_resolver,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
)

from lib.core.http.errors import ValidationFailed
from lib.graph.engine.limits import MAX_FIELDS, TOO_COMPLEX
from lib.graph.engine.page_sizes import DEFAULT_PAGE, Given, items_of, page_size_of, takes_pages

MAX_COST: Final = 1_000
COST_OF_A_POINT: Final = 50
# With what its payload usually reads, a mutation is a point: as many as a request of REST counts.
MUTATION_COST: Final = 40
ITEM_COST: Final = 1
DEFAULT_LIST: Final = 10
# Telling the whole schema takes some hundred milliseconds. The limits of introspection bound the fields below.
META_COSTS: Final = {"__schema": 500, "__type": 20, "__typename": 0}
# The argument of fields that return an object for each id.
IDS: Final = "ids"
# Says of a type that parents may have a part of its objects: see ``Bindings.whole``.
HAS_PARTS: Final = "has_parts"
ITEMS_OF_CONNECTIONS: Final = ("nodes", "edges")
# Fields whose objects are counted as the items of their page.
_COUNTED: Final = ("nodes", "node")


class FieldCost(NamedTuple):
    """The cost of a field as the schema tells it."""

    own: int
    type: GraphQLNamedType
    many: int | str | None = None
    """For a list of objects: how many there are, or the argument whose items they are."""
    field: GraphQLField | None = None
    """The field, where it takes the size of a page."""


def points_of(cost: int) -> int:
    """Returns the points of the rate limit that a document of this cost is charged."""
    return max(1, math.ceil(cost / COST_OF_A_POINT))


def require_affordable(cost: int) -> None:
    """Raises ValidationFailed with the code DOCUMENT_TOO_COMPLEX for a cost above the limit."""
    if cost > MAX_COST:
        shown = f"{cost:,}" if cost < 1_000_000 else "millions"
        message = f"the document costs {shown}, at most {MAX_COST:,} are allowed: ask for smaller pages or fewer fields"
        raise ValidationFailed(message, code=TOO_COMPLEX)


def cost_of(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> int:
    """Computes the cost of an operation of a valid document.

    ``variables`` are those of the request as they were sent, before defaults. Raises ValidationFailed with the code
    DOCUMENT_TOO_COMPLEX where fragments multiply the fields beyond the limit of a document.
    """
    return cost_with(schema, document, operation, Given.of(operation, variables))


def cost_with(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, given: Given) -> int:
    """Computes what ``cost_of`` does, and marks the variables that it read. Raises as ``cost_of`` does."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        return 0
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    walk = _Walk(_table_of(schema), fragments, given)
    return walk.cost_of_selection([operation.selection_set], root, None)


class _Table:
    """The costs of the fields of a schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.roots = {schema.query_type: 1, schema.mutation_type: MUTATION_COST, schema.subscription_type: 1}
        self._known: dict[tuple[str, str], FieldCost | None] = {}

    def field(self, parent: GraphQLNamedType, name: str) -> FieldCost | None:
        """Returns the cost of a field; None where the type has no such field."""
        key = (parent.name, name)
        if key not in self._known:
            self._known[key] = self._read(parent, name)
        return self._known[key]

    def is_part(self, part: GraphQLNamedType, whole: GraphQLNamedType) -> bool:
        """Tells whether every object of the first type is one of the second."""
        return part is whole or (is_abstract_type(whole) and self.schema.is_sub_type(whole, part))  # type: ignore[arg-type]

    def _read(self, parent: GraphQLNamedType, name: str) -> FieldCost | None:
        if name in META_COSTS:
            return FieldCost(META_COSTS[name], self.schema.type_map["String"])
        if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) or name not in parent.fields:
            return None
        described = parent.fields[name]
        named = get_named_type(described.type)
        own = _declared_cost(described, self.roots.get(parent, 0))  # type: ignore[arg-type]
        if _may_be_a_part(name, named):
            own = max(own, 1)
        many = None if is_leaf_type(named) else _declared_many(described)
        if isinstance(parent, GraphQLInterfaceType):
            # The resolvers are those of the objects that implement it.
            others = [self.field(each, name) for each in self.schema.get_possible_types(parent)]
            own = max([own, *(each.own for each in others if each)])
        return FieldCost(own, named, many, described if takes_pages(described) else None)


@lru_cache(maxsize=8)
def _table_of(schema: GraphQLSchema) -> _Table:
    return _Table(schema)


def _declared_cost(described: GraphQLField, least: int) -> int:
    declared = described.extensions.get("cost")
    if isinstance(declared, int):
        return declared
    has_resolver = described.resolve not in (None, default_field_resolver)
    is_default = getattr(described.resolve, "is_default", False)
    return max(least, 1 if has_resolver and not is_default else 0)


def _may_be_a_part(name: str, named: GraphQLNamedType) -> bool:
    """Tells whether a field may have a part of an object only, so that the rest of it has to be read."""
    return name not in _COUNTED and bool(named.extensions.get(HAS_PARTS))


def _declared_many(described: GraphQLField) -> int | str | None:
    declared = described.extensions.get("many")
    if isinstance(declared, int | str):
        return declared
    if IDS in described.args:
        return IDS
    many, inner = 1, get_nullable_type(described.type)
    while is_list_type(inner):
        many, inner = many * DEFAULT_LIST, get_nullable_type(inner.of_type)
    return many if many > 1 else None


type _Condition = str | None
"""The object type that a fragment demands within an interface or union; None for all of its types."""
type _Groups = dict[tuple[_Condition, str], tuple[GraphQLNamedType, list[FieldNode]]]
"""The fields that are executed as one, by condition and response key, with their parent type."""

type _Waiting = tuple[SelectionSetNode, GraphQLNamedType, _Condition]


@dataclass(slots=True)
class _Walk:
    table: _Table
    fragments: Mapping[str, FragmentDefinitionNode]
    given: Given
    seen: int = field(default=0)
    """The fields that were seen so far, again at each place that spreads their fragment."""

    def cost_of_selection(
        self, selections: Sequence[SelectionSetNode], parent: GraphQLNamedType, page: int | None
    ) -> int:
        """Sums the costs of what is selected of one object. ``page``: the size of the page that was asked for."""
        common, by_type = 0, defaultdict[str, int](int)
        for (condition, _), (type_of_parent, nodes) in self._groups(selections, parent).items():
            cost = self._cost_of_field(nodes, type_of_parent, page)
            if condition is None:
                common += cost
            else:
                by_type[condition] += cost
        return common + max(by_type.values(), default=0)

    def _cost_of_field(self, nodes: list[FieldNode], parent: GraphQLNamedType, page: int | None) -> int:
        found = self.table.field(parent, nodes[0].name.value)
        if found is None:
            return 0
        below = [each.selection_set for each in nodes if each.selection_set]
        if not below or nodes[0].name.value in META_COSTS:
            return found.own
        if found.field:
            page = page_size_of(found.field, nodes[0], self.given)
        if found.many is None:
            return found.own + self.cost_of_selection(below, found.type, page)
        is_page = found.field is not None or _is_page_of_connection(parent, nodes[0])
        count = (page or DEFAULT_PAGE) if is_page else items_of(nodes[0], found.many, self.given)
        # Items that a resolver reads cost something themselves; those that came with their parent do not.
        item = ITEM_COST if is_page or found.own else 0
        return found.own + count * (item + self.cost_of_selection(below, found.type, None))

    def _groups(self, selections: Sequence[SelectionSetNode], parent: GraphQLNamedType) -> _Groups:
        groups: _Groups = {}
        spread: set[tuple[_Condition, str]] = set()
        waiting: list[tuple[SelectionSetNode, GraphQLNamedType, _Condition]] = [
            (each, parent, None) for each in selections
        ]
        while waiting:
            selection_set, type_here, condition = waiting.pop()
            for node in selection_set.selections:
                if not self.given.includes(node):
                    continue
                if isinstance(node, FieldNode):
                    self._count()
                    key = (node.alias or node.name).value
                    groups.setdefault((condition, key), (type_here, []))[1].append(node)
                    continue
                if isinstance(node, FragmentSpreadNode):
                    name = node.name.value
                    fragment = self.fragments.get(name)
                    if fragment is None or (condition, name) in spread:
                        continue
                    spread.add((condition, name))
                    inner: Any = fragment
                else:
                    inner = node
                self._count()
                narrowed = self._narrowed(inner, type_here, condition)
                if narrowed:
                    waiting.append((inner.selection_set, *narrowed))
        return groups

    def _narrowed(
        self, node: Any, parent: GraphQLNamedType, condition: _Condition
    ) -> tuple[GraphQLNamedType, _Condition] | None:
        """Returns the type and the condition inside a fragment; None where it never applies."""
        named = self.table.schema.type_map.get(node.type_condition.name.value) if node.type_condition else parent
        if named is None:
            return None
        if not is_abstract_type(parent):
            # Its own type, so that each field is looked up where its resolver is.
            return (parent, condition) if self.table.is_part(parent, named) else None
        return (named, condition) if is_abstract_type(named) else (named, named.name)

    def _count(self) -> None:
        self.seen += 1
        if self.seen > MAX_FIELDS:
            message = f"the document has more than {MAX_FIELDS:,} fields, with fragments in place of their spreads"
            raise ValidationFailed(message, code=TOO_COMPLEX)


def _is_page_of_connection(parent: GraphQLNamedType, node: FieldNode) -> bool:
    if node.name.value not in ITEMS_OF_CONNECTIONS:
        return False
    return isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) and "pageInfo" in parent.fields
