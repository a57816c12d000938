"""Compares answers of GraphQL with those of REST."""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from lib.graph.engine.schema import get_schema
from local.demo.callers import Person
from tests.support.graph import ask


def _parts(value: Any) -> list[dict[str, Any]]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, dict)]


def selection_of(kind: Any, told: Any) -> str:
    """Returns the selection of all fields of a type that REST has told, within each other."""
    assert isinstance(kind, GraphQLObjectType)
    samples, chosen = _parts(told), list[str]()
    for name, field in kind.fields.items():
        if not any(name in each for each in samples) or any(map(is_required_argument, field.args.values())):
            continue
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            chosen.append(name)
            continue
        values = [part for each in samples for part in _parts(each.get(name))]
        within = selection_of(inner, values) if values else ""
        if within:
            chosen.append(f"{name} {{ {within} }}")
    return " ".join(chosen)


def _as_rest(kind: Any, value: Any) -> Any:
    if isinstance(value, list):
        return [_as_rest(kind, each) for each in value]
    if isinstance(kind, GraphQLEnumType) and value is not None:
        return kind.values[value].value
    if isinstance(kind, GraphQLObjectType) and isinstance(value, dict):
        return {name: _as_rest(get_named_type(kind.fields[name].type), part) for name, part in value.items()}
    return value


def assert_like(found: Any, told: Any, place: str = "") -> None:
    """Asserts that each field that GraphQL has answered has the value of REST; enums may be in upper case."""
    if isinstance(found, dict) and isinstance(told, dict):
        for name, value in found.items():
            assert_like(value, told.get(name), f"{place}.{name}")  # REST leaves out some fields without a value
    elif isinstance(found, list) and isinstance(told, list):
        assert len(found) == len(told), place
        for index, (one, other) in enumerate(zip(found, told, strict=True)):
            assert_like(one, other, f"{place}[{index}]")
    elif isinstance(found, str) and isinstance(told, str) and found.isupper():
        assert told in (found, found.lower()), place
    else:
        assert found == told, f"{place}: {found!r} is not {told!r}"


async def assert_alike(
    person: Person, field: str, type_name: str, told: Any, *, declared: str = "", **variables: Any
) -> None:
    """Asserts that a field of Query answers what REST has told: an object, or a list.

    ``field``: with its arguments; ``declared``: the variables with their types. A connection is compared by its nodes.
    """
    kind = get_schema().type_map[type_name]
    selected = selection_of(kind, told)
    assert selected
    is_connection = get_named_type(_field_named(field).type).name.endswith("Connection")
    body = f"nodes {{ {selected} }}" if is_connection else selected
    head = f"query({declared})" if declared else "query"
    found = (await ask(person, f"{head} {{ found: {field} {{ {body} }} }}", **variables))["found"]
    assert_like(_as_rest(kind, found["nodes"] if is_connection else found), told)


def _field_named(field: str) -> Any:
    query_type = get_schema().query_type
    assert query_type is not None
    return query_type.fields[field.split("(", maxsplit=1)[0].strip()]
