"""Asks without a session, with one that has ended, and from pages of other sites."""

from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from local.tls import TLS
from tests.identity.test_cookies import signed_in as signed_in_by_cookie
from tests.support.graph import ask, send
from tests.support.world import World, session_of

pytestmark = pytest.mark.anyio

MISSPELT: Final = "{ conten { id } }"
DOCUMENTS: Final = {
    "introspection": "{ __schema { types { name } } }",
    "introspection of a type": '{ __type(name: "Content") { fields { name } } }',
    "a name that is nearly one": MISSPELT,
    "an argument that is nearly one": '{ content(idd: "1") { id } }',
    "a value that is nearly one": "{ contents(first: $n) { nodes { id } } }",
    "nothing that is secret": "{ __typename }",
    "a document that cannot be parsed": "{",
    "a mutation": 'mutation { deleteBrand(id: "1") { problem { __typename } } }',
}
CREDENTIALS: Final[dict[str, dict[str, str]]] = {
    "none": {},
    "a token that nobody signed": {"Authorization": "Bearer x.y.z"},
    "a key that nobody has": {"X-API-Key": "mix_test_" + "0" * 40},
    "another scheme": {"Authorization": "Basic eDp5"},
}


async def post(world: World, body: Any, headers: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(base_url=world.stack.urls["web"], verify=TLS) as http:
        return await http.post("/api/v1/graphql", json=body, headers=headers)


def assert_tells_nothing(response: httpx.Response) -> None:
    assert response.status_code == 401, response.text
    assert not response.json().get("data")
    for word in ("Did you mean", "Cannot query", "Syntax", "locations", "Content", "Query"):
        assert word not in response.text


@pytest.mark.parametrize("credentials", CREDENTIALS)
@pytest.mark.parametrize("name", DOCUMENTS)
async def test_strangers_learn_nothing_of_the_schema(world: World, name: str, credentials: str) -> None:
    assert_tells_nothing(await post(world, {"query": DOCUMENTS[name]}, CREDENTIALS[credentials]))


async def test_a_session_that_has_ended(world: World) -> None:
    """Also where nothing is read from the database, which would refuse it."""
    person = await world.signed_in()
    await ask(person, "{ __typename }")
    assert (await person.http.delete(f"/auth/sessions/{session_of(person)}")).status_code in (200, 204)
    for document in DOCUMENTS.values():
        assert_tells_nothing(await send(person, {"query": document}))


async def test_people_who_are_signed_in_are_helped(world: World) -> None:
    person = await world.signed_in()
    answer = (await send(person, {"query": MISSPELT})).json()
    assert "Did you mean" in answer["errors"][0]["message"]


@pytest.mark.parametrize("parameters", [{"query": "{ __typename }"}, {"query": "mutation { __typename }"}, {}])
async def test_documents_do_not_come_by_get(world: World, parameters: dict[str, str]) -> None:
    """An address may be opened by a link or an image, and is written to logs."""
    person = await world.signed_in()
    response = await person.http.get("/graphql", params=parameters)
    assert 400 <= response.status_code < 500, response.text
    assert "data" not in response.json()


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "text/plain; x=application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "",
    ],
)
async def test_other_media_types_are_refused(world: World, media_type: str) -> None:
    """A page of another site may send these without being asked for permission."""
    browser, token, _ = await signed_in_by_cookie(world)
    headers = {"X-CSRF-Token": token} | ({"Content-Type": media_type} if media_type else {})
    response = await browser.send("POST", "/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert response.status_code in (400, 415), response.text
    assert "data" not in response.json()


@pytest.mark.parametrize("kind", ["query", "mutation"])
async def test_pages_of_other_sites_ask_for_nothing(world: World, kind: str) -> None:
    """Queries need the token too: they are requests that a page could send with the cookies of its reader."""
    browser, token, _ = await signed_in_by_cookie(world)
    body = {"query": f"{kind} {{ __typename }}"}
    for forged in (
        {},
        {"X-CSRF-Token": uuid4().hex},
        {"X-CSRF-Token": token, "Origin": "https://evil.test"},
        {"X-CSRF-Token": token, "Sec-Fetch-Site": "cross-site"},
    ):
        response = await browser.send("POST", "/graphql", json=body, headers=forged)
        assert response.status_code == 403, response.text
        assert response.json()["errors"][0]["extensions"]["code"] == "CSRF_ERROR"
    allowed = await browser.send("POST", "/graphql", json=body, headers={"X-CSRF-Token": token})
    assert allowed.json()["data"] == {"__typename": kind.title()}
