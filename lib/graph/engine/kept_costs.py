"""Keeps the cost of a document from request to request, since few of the variables change it."""

from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any, Final, cast

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

from lib.graph.engine.cost import cost_with
from lib.graph.engine.page_sizes import Given

# Stands for a variable that was not sent. No value of JSON is shown as it is.
_ABSENT: Final = ...
# Items and characters of the variables with which a cost is kept. Bodies have up to 4.5 MB.
_MAX_KEPT: Final = 500
_LARGE_INT: Final = 2**63


@dataclass(slots=True)
class Costs:
    """The costs of a document, of which the last is kept for requests whose variables give its lists the same sizes."""

    _cost: int | None = None
    _read: tuple[str, ...] = ()
    """The names of the variables that the cost depends on."""
    _values: str | None = None

    def of(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> int:
        """Computes what ``cost_of`` does, or remembers it."""
        if self._cost is not None and self._values == _shown(self._read, variables):
            return self._cost
        given = Given.of(operation, variables)
        cost = cost_with(schema, document, operation, given)
        read = tuple(given.read)
        values = _shown(read, variables)
        if values is not None:
            self._cost, self._read, self._values = cost, read, values
        return cost


def _shown(names: Sequence[str], variables: Mapping[str, Any]) -> str | None:
    """Returns the values of variables, of which 1, 1.0 and true are three; None for values too large to be kept."""
    values = [variables.get(name, _ABSENT) for name in names]
    return repr(values) if _is_small(values) else None


def _is_small(values: list[Any]) -> bool:
    waiting, size = list(values), 0
    while waiting:
        value = waiting.pop()
        size += len(cast("Sized", value)) if isinstance(value, str | list | dict) else 1
        if size > _MAX_KEPT or (isinstance(value, int) and not -_LARGE_INT < value < _LARGE_INT):
            return False
        if isinstance(value, dict):
            pairs = cast("dict[str, Any]", value)
            waiting += [*pairs, *pairs.values()]
        elif isinstance(value, list):
            waiting += cast("list[Any]", value)
    return True
