"""Writes random documents that follow the fields of objects, with the arguments that are known."""

import random
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from lib.graph.engine.schema import get_schema
from tests.tenancy.graphql.selections import Arguments, small_page

WRAPPERS = ("Connection", "Edge")


@dataclass
class RandomDocument:
    """One document, by the numbers of a generator."""

    dice: random.Random
    arguments: Arguments
    variables: dict[str, Any] = field(default_factory=dict[str, Any])
    declared: list[str] = field(default_factory=list[str])

    def text(self, levels: int) -> tuple[str, dict[str, Any]]:
        """Returns the document, so many levels deep, and its variables."""
        root = get_schema().query_type
        assert root is not None
        names = [name for name, each in root.fields.items() if not is_leaf_type(get_named_type(each.type))]
        chosen = self.dice.sample(names, min(2, len(names)))
        parts = [self._field(root, name, levels) for name in chosen]
        declared = f"({', '.join(self.declared)})" if self.declared else ""
        return f"query Asked{declared} {{ __typename {' '.join(parts)} }}", self.variables

    def _selection(self, kind: Any, levels: int) -> str:
        if not isinstance(kind, GraphQLObjectType):
            return "{ __typename }"
        is_leaf = {name: is_leaf_type(get_named_type(each.type)) for name, each in kind.fields.items()}
        leaves = [name for name in is_leaf if is_leaf[name] and not kind.fields[name].args]
        further = [name for name in is_leaf if not is_leaf[name]]
        if kind.name.endswith(WRAPPERS):
            further = [name for name in further if name in ("nodes", "node")]
        chosen = self.dice.sample(further, min(2, len(further))) if levels > 0 else []
        parts = ["__typename", *self.dice.sample(leaves, min(2, len(leaves)))]
        return "{ " + " ".join([*parts, *(self._field(kind, name, levels) for name in chosen)]) + " }"

    def _field(self, kind: GraphQLObjectType, name: str, levels: int) -> str:
        described = kind.fields[name]
        sent = self.arguments(kind.name, name)
        if sent is None:
            return ""
        written = [self._variable(each, value, described.args[each].type) for each, value in sent.items()]
        if page := small_page(described):
            written.append(page.strip("()"))
        below = levels if kind.name.endswith(WRAPPERS) else levels - 1
        arguments = f"({', '.join(written)})" if written else ""
        return f"{name}{arguments} {self._selection(get_named_type(described.type), below)}"

    def _variable(self, argument: str, value: Any, type_: Any) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = value
        self.declared.append(f"${name}: {type_}")
        return f"{argument}: ${name}"
