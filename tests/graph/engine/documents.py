"""Generates valid documents for a schema, with variables, fragments, aliases and directives."""

from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from hypothesis import strategies as st

# How a size of a page is written: absent, null, as a number, or by a variable that has a default, a value or neither.
SIZES: Final = (1, 2, 3, 20, 100, 0, -1, 101, 2_147_483_647)


@dataclass
class Writer:
    """Writes one document, by the choices of hypothesis."""

    schema: GraphQLSchema
    data: st.DataObject
    levels: int
    variables: dict[str, Any] = field(default_factory=dict[str, Any])
    definitions: list[str] = field(default_factory=list[str])
    fragments: list[str] = field(default_factory=list[str])
    names: int = 0

    def document(self, operation: str = "query") -> str:
        root = self.schema.mutation_type if operation == "mutation" else self.schema.query_type
        assert root is not None
        selection = self._selection(root, self.levels)
        declared = f"({' '.join(self.definitions)})" if self.definitions else ""
        return f"{operation} Written{declared} {selection} {' '.join(self.fragments)}"

    def _pick(self, choices: Any) -> Any:
        return self.data.draw(st.sampled_from(list(choices)))

    def _name(self, beginning: str) -> str:
        self.names += 1
        return f"{beginning}{self.names}"

    def _selection(self, parent: Any, levels: int) -> str:
        parts = ["__typename"]
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            names = [
                name for name, each in parent.fields.items() if levels > 1 or is_leaf_type(get_named_type(each.type))
            ]
            chosen = self.data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3)) if names else []
            parts += [self._field(name, parent.fields[name], levels) for name in chosen]
        if is_abstract_type(parent):
            for each in self.data.draw(st.lists(st.sampled_from(self.schema.get_possible_types(parent)), max_size=2)):
                parts.append(f"... on {each.name}{self._directive()} {self._selection(each, levels)}")
        parts = [self._wrapped(each, parent) for each in parts]
        # The same selection twice is executed once.
        return "{ " + " ".join([*parts, *parts[: self._pick((0, 0, 1))]]) + " }"

    def _wrapped(self, part: str, parent: Any) -> str:
        how = self._pick(("plain", "plain", "plain", "inline", "fragment"))
        if how == "inline":
            return f"...{self._directive()} {{ {part} }}"
        if how == "fragment":
            name = self._name("F")
            self.fragments.append(f"fragment {name} on {parent.name} {{ {part} }}")
            return f"...{name}{self._directive()}"
        return part

    def _directive(self) -> str:
        how = self._pick(("", "", "", "skip", "include"))
        if not how:
            return ""
        is_true = self.data.draw(st.booleans())
        if self.data.draw(st.booleans()):
            return f" @{how}(if: {str(is_true).lower()})"
        return f" @{how}(if: ${self._variable('Boolean', is_true, fits_null=False)})"

    def _variable(self, kind: str, value: Any, *, fits_null: bool = True) -> str:
        """Declares a variable whose value is sent, is its default, or is absent."""
        name = self._name("v")
        how = self._pick(("sent", "default", "sent over default", "absent", "null"))
        if how in ("absent", "null") and not fits_null:
            how = "sent"
        default = f" = {_literal(value)}" if how == "default" else " = " + _literal(_small(value)) * ("over" in how)
        needed = "" if fits_null or how == "default" else "!"
        self.definitions.append(f"${name}: {kind}{needed}{default if 'default' in how else ''}")
        if how.startswith("sent"):
            self.variables[name] = value
        elif how == "null":
            self.variables[name] = None
        return name

    def _field(self, name: str, described: GraphQLField, levels: int) -> str:
        arguments = self._arguments(described)
        kind = get_named_type(described.type)
        below = "" if is_leaf_type(kind) else " " + self._selection(kind, levels - 1)
        # Fields of different selections must not share a response key.
        return f"{self._name('a')}: {name}{arguments}{self._directive()}{below}"

    def _arguments(self, described: GraphQLField) -> str:
        written: list[str] = []
        for name in described.args:
            if name == "ids":
                written.append('ids: ["1", "2", "3"]')
            elif name in ("first", "pagination"):
                size = self._pick(SIZES)
                value, kind = (size, "Int") if name == "first" else ({"pageSize": size}, "Pagination")
                how = self._pick(("absent", "null", "literal", "variable", "variable inside"))
                if how == "null":
                    written.append(f"{name}: null")
                elif how == "literal":
                    written.append(f"{name}: {_literal(value)}")
                elif how == "variable inside" and name == "pagination":
                    written.append(f"{name}: {{page: 1, pageSize: ${self._variable('Int', size)}}}")
                elif how != "absent":
                    written.append(f"{name}: ${self._variable(kind, value)}")
        return f"({', '.join(written)})" if written else ""


def _small(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    return {"pageSize": 1} if isinstance(value, dict) else 1


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{{pageSize: {value['pageSize']}}}" if isinstance(value, dict) else str(value)
