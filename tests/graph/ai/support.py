"""Asks the AI tools by GraphQL for all fields of their results, and reads the answers as REST writes them."""

from typing import Any, Final

from graphql import GraphQLEnumType, GraphQLObjectType, get_named_type, get_nullable_type, is_leaf_type, is_list_type
from pydantic.alias_generators import to_snake

from lib.graph.engine.schema import get_schema
from local.demo.callers import Person
from tests.support.graph import ask

# Objects of their own, which tests ask for by name.
LINKS: Final = frozenset({"Brand", "Content", "Generation"})
PROBLEM: Final = """problem {
  __typename
  ... on StaleVersion { code message }
  ... on ConflictProblem { code message }
  ... on ValidationProblem { code message details { field code message } }
}"""


def everything_of(type_name: str) -> str:
    """Returns the selection of all fields of a type, without those that lead to other objects."""
    kind = get_schema().type_map[type_name]
    assert isinstance(kind, GraphQLObjectType)
    parts: list[str] = []
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            parts.append(name)
        elif inner.name not in LINKS:
            parts.append(f"{name} {everything_of(inner.name)}")
    return f"{{ {' '.join(parts)} }}"


def as_rest(type_name: str, value: Any) -> Any:
    """Returns an answer with the values of enums as REST calls them."""
    return _as_rest(get_schema().type_map[type_name], value)


def _as_rest(kind: Any, value: Any) -> Any:
    kind = get_nullable_type(kind)
    if value is None:
        return None
    if is_list_type(kind):
        return [_as_rest(kind.of_type, item) for item in value]
    if isinstance(kind, GraphQLEnumType):
        return kind.values[value].value
    if isinstance(kind, GraphQLObjectType):
        if kind.name == "VerdictCounts":
            return {to_snake(name): item for name, item in value.items()}
        return {name: _as_rest(kind.fields[name].type, item) for name, item in value.items()}
    return value


async def asked_for(
    person: Person, mutation: str, input: dict[str, Any], *, result: str, more: str = ""
) -> dict[str, Any]:
    """Calls a tool and returns its payload. ``result``: the type of its result; ``more``: further fields."""
    kind = mutation[0].upper() + mutation[1:]
    document = f"""mutation ($input: {kind}Input!) {{
      {mutation}(input: $input, clientMutationId: "mine") {{
        clientMutationId result {everything_of(result)} run {everything_of("ToolRun")} {PROBLEM} {more}
      }}
    }}"""
    payload = (await ask(person, document, input=input))[mutation]
    assert payload["clientMutationId"] == "mine"
    return payload
