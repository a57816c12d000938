"""Writes documents that ask for everything that a type has, and finds the way to each type."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

type Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
type Arguments = Callable[[str, str], dict[str, Any] | None]
"""Returns the arguments of a field of a type; None where it cannot be called."""


def needs_nothing(field: GraphQLField) -> bool:
    return not any(is_required_argument(each) for each in field.args.values())


def small_page(field: GraphQLField) -> str:
    """Returns the arguments for a page of three items, where a field has pages."""
    if "first" in field.args:
        return "(first: 3)"
    return "(pagination: {pageSize: 3})" if "pagination" in field.args else ""


def everything(kind: Any, levels: int, path: tuple[str, ...] = ()) -> str:
    """Returns a selection of all fields of a type, so many levels deep. A type is not repeated within itself."""
    if is_leaf_type(kind):
        return ""
    if isinstance(kind, GraphQLUnionType):
        parts = [f"... on {each.name} {everything(each, levels, path)}" for each in kind.types]
        return "{ __typename " + " ".join(parts) + " }"
    parts = ["__typename"]
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if not needs_nothing(field):
            continue
        if is_leaf_type(inner):
            parts.append(name)
        elif levels > 1 and inner.name not in path:
            below = levels if inner.name.endswith(("Connection", "Edge")) else levels - 1
            parts.append(f"{name}{small_page(field)} {everything(inner, below, (*path, kind.name))}")
    return "{ " + " ".join(parts) + " }"


@dataclass(frozen=True)
class Way:
    """How to get from Query to the objects of a type."""

    type_name: str
    steps: tuple[tuple[str, str], ...]
    """The type and the name of each field on the way."""


def ways_to_types(schema: GraphQLSchema, arguments: Arguments) -> Iterator[Way]:
    """Yields the shortest way to each type of objects that can be reached."""
    assert schema.query_type is not None
    seen = {schema.query_type.name}
    waiting: deque[tuple[Any, tuple[tuple[str, str], ...]]] = deque([(schema.query_type, ())])
    while waiting:
        kind, steps = waiting.popleft()
        if steps:
            yield Way(kind.name, steps)
        if isinstance(kind, GraphQLUnionType):
            for each in kind.types:
                if each.name not in seen:
                    seen.add(each.name)
                    waiting.append((each, (*steps, (kind.name, f"... on {each.name}"))))
            continue
        for name, field in kind.fields.items():
            inner = get_named_type(field.type)
            if is_leaf_type(inner) or inner.name in seen or arguments(kind.name, name) is None:
                continue
            seen.add(inner.name)
            waiting.append((inner, (*steps, (kind.name, name))))


def document_to(schema: GraphQLSchema, way: Way, arguments: Arguments, selection: str) -> tuple[str, dict[str, Any]]:
    """Returns a document that selects something at the end of a way, and its variables."""
    declared: list[str] = []
    variables: dict[str, Any] = {}
    text = selection
    for index, (type_name, name) in reversed(list(enumerate(way.steps))):
        if name.startswith("..."):
            text = "{ " + f"{name} {text}" + " }"
            continue
        kind: Any = schema.type_map[type_name]
        field = kind.fields[name]
        sent = arguments(type_name, name) or {}
        parts: list[str] = []
        for argument, value in sent.items():
            variable = f"v{index}_{argument}"
            declared.append(f"${variable}: {field.args[argument].type}")
            variables[variable] = value
            parts.append(f"{argument}: ${variable}")
        if page := small_page(field):
            parts.append(page.strip("()"))
        text = "{ " + f"{name}{'(' + ', '.join(parts) + ')' if parts else ''} {text}" + " }"
    head = f"query Asked({', '.join(declared)})" if declared else "query Asked"
    return f"{head} {text}", variables
