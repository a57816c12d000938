"""Asks the GraphQL API as a person."""

from typing import Any

import httpx

from local.demo.callers import Person

PATH = "/graphql"


async def send(person: Person, body: Any, **headers: str) -> httpx.Response:
    """Posts a request of GraphQL."""
    return await person.http.post(PATH, json=body, headers=headers)


async def answer_of(person: Person, document: str, **variables: Any) -> dict[str, Any]:
    """Returns the answer to a document: `data`, `errors` and `extensions`."""
    response = await send(person, {"query": document, "variables": variables})
    assert response.status_code < 500, response.text
    return response.json()


async def ask(person: Person, document: str, **variables: Any) -> dict[str, Any]:
    """Returns the data of an answer without errors."""
    answer = await answer_of(person, document, **variables)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


async def refused(person: Person, document: str, **variables: Any) -> list[dict[str, Any]]:
    """Returns the errors of an answer that has some."""
    answer = await answer_of(person, document, **variables)
    assert answer.get("errors"), answer
    return answer["errors"]
