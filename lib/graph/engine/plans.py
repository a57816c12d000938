"""Keeps the plans of documents: the work that executions of one document have in common (ADR 80)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import DocumentNode, ExecutableDefinitionNode, FieldNode, InlineFragmentNode, VariableNode

from lib.graph.engine.plain import Reader, Short

type Place = tuple[str, int]
"""The name of a type, and the id of a selection of its fields."""
type Way = tuple[str, Any, Short | None]
"""A field of a selection: its name in the answer, what graphql-core knows of it, and its short way, if it has one."""


# Fields in the plans that are kept of a document, some 300 bytes each.
_MAX_FIELDS: Final = 1_000
# A plan without a field takes as much memory as so many.
_OF_A_PLAN: Final = 20


@dataclass(slots=True, eq=False)
class Plan:
    """The common work of executions of one document that leave out the same fields.

    As in graphql-core, a selection is found by its identity, and is kept so that its id stays its own.
    """

    root: dict[str, Any] = field(default_factory=dict[str, Any])
    """The selected fields of the operation, by its type."""
    subfields: dict[Any, Any] = field(default_factory=dict[Any, Any])
    """The selected fields of objects."""
    ways: dict[Place, tuple[Any, list[Way]]] = field(default_factory=dict[Place, tuple[Any, list[Way]]])
    """The short ways of the fields of a selection."""
    completions: dict[Place, tuple[Any, Reader | None]] = field(default_factory=dict[Place, tuple[Any, Reader | None]])
    """The functions that complete an object with a selection at once."""
    fields: int = 0
    """How many fields it has, each as often as it is written and for each type that it was asked of, and what it is
    itself."""


class Plans:
    """The plans of one document, by the variables of its `@skip` and `@include`."""

    def __init__(self, document: DocumentNode, most: int = _MAX_FIELDS) -> None:
        """``most``: how many fields all of them may have that are kept."""
        self._conditions = tuple(_conditions_of(document))
        self._kept: dict[tuple[Any, ...], Plan] = {}
        self._most = most

    def of(self, variables: Mapping[str, Any]) -> Plan:
        """Returns the plan for an execution with these variables, which have been coerced."""
        key = tuple(variables.get(name) for name in self._conditions)
        plan = self._kept.get(key)
        if plan is None:
            plan = self._kept[key] = Plan()
            self.count(plan, _OF_A_PLAN)
        return plan

    def count(self, plan: Plan, fields: int) -> None:
        """Adds to the fields of a plan, which is no longer kept where all have too many together."""
        plan.fields += fields
        if sum(each.fields for each in self._kept.values()) > self._most:
            self._kept = {key: each for key, each in self._kept.items() if each is not plan}

    def __len__(self) -> int:
        """Returns how many plans are kept."""
        return len(self._kept)


def _conditions_of(document: DocumentNode) -> dict[str, None]:
    """Returns the variables in the directives of a document."""
    found: dict[str, None] = {}
    waiting = [each.selection_set for each in document.definitions if isinstance(each, ExecutableDefinitionNode)]
    while waiting:
        for node in waiting.pop().selections:
            for directive in node.directives or ():
                values = [each.value for each in directive.arguments or ()]
                found |= {each.name.value: None for each in values if isinstance(each, VariableNode)}
            if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                waiting.append(node.selection_set)
    return found
