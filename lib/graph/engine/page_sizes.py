"""Reads from a document and its variables how many items its lists may have, and which fields are left out.

It reads what execution will read: a variable that was not sent has the default of the operation, an argument without a
value has that of the schema, and null is no value. A size that cannot be read counts as the largest page, so nothing is
gained by hiding it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from graphql import (
    BooleanValueNode,
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    ValueNode,
    VariableNode,
    get_named_type,
)

from lib.core.http.envelope import MAX_PAGE_SIZE

DEFAULT_PAGE: Final = 20
FIRST: Final = "first"
PAGINATION: Final = "pagination"
# An argument within which some fields take their pagination.
OPTIONS: Final = "options"
PAGE_SIZE: Final = "pageSize"


class _NoValue:
    """Stands in the place of a value."""


# A literal that is no number, boolean, list or object.
_UNREADABLE: Final = _NoValue()
# An argument that was not given, or whose variable was not sent: it has the default of the schema, which null has not.
_ABSENT: Final = _NoValue()


@dataclass(frozen=True, slots=True)
class Given:
    """The variables of a request, and the defaults that the operation gives to those that were not sent."""

    variables: Mapping[str, Any]
    defaults: Mapping[str, ValueNode]
    read: set[str] = field(default_factory=set[str])
    """The variables that were looked at."""

    @classmethod
    def of(cls, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Self:
        """Reads the defaults of an operation."""
        definitions = operation.variable_definitions or ()
        return cls(
            variables, {each.variable.name.value: each.default_value for each in definitions if each.default_value}
        )

    def value_of(self, node: ValueNode | None) -> Any:
        """Returns the value of an argument as execution would take it, before defaults of the schema."""
        if isinstance(node, VariableNode):
            name = node.name.value
            self.read.add(name)
            return self.variables[name] if name in self.variables else self.value_of(self.defaults.get(name))
        if isinstance(node, ListValueNode):
            return [self.value_of(each) for each in node.values]
        if isinstance(node, ObjectValueNode):
            values = {each.name.value: self.value_of(each.value) for each in node.fields}
            return {name: value for name, value in values.items() if value is not _ABSENT}
        return _constant(node)

    def includes(self, node: SelectionNode) -> bool:
        """Tells whether a selection is executed, by its ``@skip`` and ``@include``."""
        for directive in node.directives or ():
            name = directive.name.value
            if name in ("skip", "include"):
                condition = next((each.value for each in directive.arguments or () if each.name.value == "if"), None)
                if self.value_of(condition) is (name == "skip"):
                    return False
        return True

    def argument(self, node: FieldNode, name: str) -> Any:
        """Returns the value of an argument of a field, before defaults of the schema."""
        return next((self.value_of(each.value) for each in node.arguments or () if each.name.value == name), _ABSENT)


_NOTHING: Final = Given({}, {})


def _constant(node: ValueNode | None) -> Any:
    if node is None:
        return _ABSENT
    if isinstance(node, NullValueNode):
        return None
    if isinstance(node, BooleanValueNode):
        return node.value
    # No size of a page has more digits, and Python refuses to read thousands of them.
    return int(node.value) if isinstance(node, IntValueNode) and len(node.value) <= 18 else _UNREADABLE


def takes_pages(described: GraphQLField) -> bool:
    """Tells whether a field has an argument with the size of its pages."""
    return FIRST in described.args or PAGINATION in described.args or _options_of(described) is not None


def _options_of(described: GraphQLField) -> GraphQLInputObjectType | None:
    """Returns the type of the options of a field that has the size of its pages in them."""
    kind = get_named_type(described.args[OPTIONS].type) if OPTIONS in described.args else None
    return kind if isinstance(kind, GraphQLInputObjectType) and PAGINATION in kind.fields else None


def page_size_of(described: GraphQLField, node: FieldNode, given: Given) -> int:
    """Returns how many items the page of a field may have: the largest number that the caller or the schema names."""
    sizes: list[Any] = []
    if FIRST in described.args:
        sizes.append(_or_default(given.argument(node, FIRST), described.args[FIRST]))
    if PAGINATION in described.args:
        argument = described.args[PAGINATION]
        sizes.append(_size_of_pagination(_or_default(given.argument(node, PAGINATION), argument), argument))
    if kind := _options_of(described):
        options = _or_default(given.argument(node, OPTIONS), described.args[OPTIONS])
        known = isinstance(options, Mapping) or options is None
        pagination: Any = (options or {}).get(PAGINATION) if known else _UNREADABLE
        sizes.append(_size_of_pagination(pagination, kind.fields[PAGINATION]))
    named = [_clamped(each, MAX_PAGE_SIZE) for each in sizes if each is not None]
    return max(named) if named else described.extensions.get("page", DEFAULT_PAGE)


def _size_of_pagination(pagination: Any, argument: GraphQLArgument | GraphQLInputField) -> Any:
    if pagination is None:
        return None
    if not isinstance(pagination, Mapping):
        return _UNREADABLE
    kind = get_named_type(argument.type)
    size: Any = pagination.get(PAGE_SIZE, _ABSENT)  # type: ignore[reportUnknownMemberType]
    if isinstance(kind, GraphQLInputObjectType) and PAGE_SIZE in kind.fields:
        return _or_default(size, kind.fields[PAGE_SIZE])
    return _UNREADABLE


def items_of(node: FieldNode, many: int | str, given: Given) -> int:
    """Returns how many items a list without pages may have: a number, or one for each item of an argument."""
    if isinstance(many, int):
        return many
    items = given.argument(node, many)
    # A single value stands for a list of one.
    return max(1, len(items)) if isinstance(items, list) else 1  # type: ignore[reportUnknownArgumentType]


def _or_default(value: Any, described: GraphQLArgument | GraphQLInputField) -> Any:
    """Returns the value, or the default of an argument or input field; None where there is neither."""
    if value is not _ABSENT:
        return value
    default = described.default
    if default is None:
        return None
    return default.value if default.literal is None else _NOTHING.value_of(default.literal)


def _clamped(size: Any, largest: int) -> int:
    """Returns a size that validation lets pass; whatever else counts as the largest."""
    if isinstance(size, bool) or not isinstance(size, int | float) or not 1 <= size <= largest:
        return largest
    return math.ceil(size)
