"""Documents of the tests of contents: all fields that REST tells, the results of mutations, and their problems."""

from typing import Any

from local.demo.callers import Person
from tests.support.graph import ask

PROBLEM = """clientMutationId problem { __typename
  ... on StaleVersion { code currentVersion }
  ... on ConflictProblem { code details { field code rule } }
  ... on ValidationProblem { code details { field code } } }"""


def mutation(
    name: str, given: str, declared: str = "", result: str = "content { id status version }", *, by: str = "id"
) -> str:
    """Returns the document of a mutation of one object by its id, as `done`. ``by``: the argument that has the id."""
    head = ", ".join(part for part in ("$id: ID!", declared) if part)
    arguments = ", ".join(part for part in (f"{by}: $id", given) if part)
    return f"mutation({head}) {{ done: {name}({arguments}) {{ {result} {PROBLEM} }} }}"


async def done(person: Person, document: str, **variables: Any) -> dict[str, Any]:
    """Returns the payload of a mutation."""
    return (await ask(person, document, **variables))["done"]


def fields_named(payload: dict[str, Any]) -> list[str | None]:
    """Returns the fields that a problem names."""
    assert payload["problem"], payload
    return [detail["field"] for detail in payload["problem"]["details"]]


async def told(person: Person, path: str, **query: Any) -> Any:
    """Returns what REST answers."""
    response = await person.get(path, **query)
    assert response.status_code == 200, response.text
    return response.json()["data"]
