"""The views that are measured by GraphQL and by REST, and the documents that select what REST answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import GraphQLNamedType, GraphQLObjectType, get_named_type, is_leaf_type

from bench.api.operations import Work
from lib.graph.engine.schema import get_schema

type Params = dict[str, str]
type MakeParams = Callable[[Work], Params]


@dataclass(frozen=True)
class Part:
    """A request of REST, and the field of GraphQL that shows the same."""

    path: str
    """With the values of a request in braces."""
    function: str
    field: str
    """With its arguments, which may name the variables ``$id`` and ``$brand``."""
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Shape:
    """A view."""

    name: str
    parts: tuple[Part, ...]
    values: MakeParams
    """The values of one request: ``id`` and ``brand``."""
    most: float | None = None
    """The highest ratio that is accepted."""


def _of_content(work: Work) -> Params:
    return {"id": work.choice.choice(work.data.ids), "brand": work.data.brands[0]}


def _of_brand(work: Work) -> Params:
    return {"brand": work.data.brands[0]}


# The last review with its history: REST reads it by a request of its own, and shows in a content whether one is open.
_LEFT_OUT: Final = {"Content": "review"}
_EXPANDED: Final = ("expand", "brand,template")
_TEN: Final = (("brandId", "{brand}"), ("pageSize", "10"))

SHAPES: Final = (
    Shape(
        "a content, its brand and template",
        (Part("/contents/{id}", "contents", "content(id: $id)", (_EXPANDED,)),),
        _of_content,
        most=1.3,
    ),
    Shape(
        "20 contents, their brands and templates",
        (Part("/contents", "contents", "contents(filter: {brandId: $brand})", (("brandId", "{brand}"), _EXPANDED)),),
        _of_brand,
        most=1.3,
    ),
    Shape(
        "a brand and its 20 latest contents",
        (
            Part("/brands/{brand}", "brands", "brand(id: $brand)"),
            Part("/contents", "contents", "contents(filter: {brandId: $brand})", (("brandId", "{brand}"),)),
        ),
        _of_brand,
        most=1.3,
    ),
    Shape(
        "the dashboard",
        (
            Part("/users/me", "identity", "me"),
            Part("/brands", "brands", "brands"),
            Part("/tasks/counts", "governance", "taskCounts"),
            Part("/notifications/counts", "outbound", "unreadCounts"),
            Part(
                "/contents",
                "contents",
                "contents(filter: {brandId: $brand}, first: 10)",
                _TEN,
            ),
        ),
        _of_brand,
        most=1.3,
    ),
)
FUNCTIONS: Final = ("graph", *sorted({part.function for shape in SHAPES for part in shape.parts}))
_TYPES: Final = {"id": "ID!", "brand": "ID!"}


def document_of(shape: Shape, answers: list[Mapping[str, Any]]) -> str:
    """Returns a query that selects the values of the answers of REST, without addresses and nulls."""
    query = get_schema().query_type
    assert query is not None
    fields: list[str] = []
    for part, answer in zip(shape.parts, answers, strict=True):
        kind = get_named_type(query.fields[part.field.partition("(")[0]].type)
        shown = answer["data"]
        if isinstance(shown, list):
            nodes = get_named_type(_fields_of(kind)["nodes"].type)
            selected = f"{{ totalCount pageInfo {{ hasNextPage }} nodes {_selection(nodes, shown)} }}"
        else:
            selected = _selection(kind, [shown])
        fields.append(f"{part.field} {selected}")
    text = " ".join(fields)
    used = [f"${name}: {kind}" for name, kind in _TYPES.items() if f"${name}" in text]
    return f"query Measured{f'({", ".join(used)})' if used else ''} {{ {text} }}"


def _fields_of(kind: GraphQLNamedType) -> dict[str, Any]:
    assert isinstance(kind, GraphQLObjectType)
    return dict(kind.fields)


def _selection(kind: GraphQLNamedType, shown: list[dict[str, Any]]) -> str:
    """Selects the fields of a type that some of the objects have."""
    names = dict.fromkeys(name for each in shown for name in each)
    parts: list[str] = []
    for name, field in _fields_of(kind).items():
        if name not in names or _LEFT_OUT.get(kind.name) == name:
            continue
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            parts.append(name)
            continue
        found = [each[name] for each in shown if each.get(name)]
        objects = [item for value in found for item in (value if isinstance(value, list) else [value])]
        parts.append(f"{name} {_selection(inner, objects) if objects else '{ __typename }'}")
    return f"{{ {' '.join(parts)} }}"
