"""API keys by GraphQL: created, listed, revoked, and what a key may not do here either."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.demo.callers import own_address
from tests.graph.likeness import assert_alike
from tests.support.graph import ask, refused, send
from tests.support.world import Brand, World
from tests.workflow.office import data

pytestmark = pytest.mark.anyio

CREATE = """mutation($input: CreateApiKeyInput!) { createApiKey(input: $input, clientMutationId: "mine") {
  clientMutationId key apiKey { id name prefix scopes allowedAddresses owner { id } brand { id } }
  problem { __typename ... on ValidationProblem { code details { field } } ... on ConflictProblem { code } } } }"""
REVOKE = "mutation($id: ID!) { revokeApiKey(id: $id) { revokedId problem { __typename } } }"
LIST = "query($id: ID!) { apiKeys(brandId: $id) { id prefix revokedAt revokedBy { id } } }"


def wanted(brand: Brand, *scopes: str, **more: Any) -> dict[str, Any]:
    return {"brandId": brand.id, "name": "Website", "scopes": [*scopes]} | more


@asynccontextmanager
async def program(world: World, key: str) -> AsyncGenerator[Any]:
    """Yields a function that asks with a key."""
    transport = httpx.AsyncHTTPTransport(local_address=own_address())
    url, headers = f"{world.stack.urls['web']}/api/v1", {"X-API-Key": key}
    async with httpx.AsyncClient(base_url=url, headers=headers, transport=transport, timeout=30) as http:

        async def asked(document: str, **variables: Any) -> dict[str, Any]:
            response = await http.post("/graphql", json={"query": document, "variables": variables})
            return response.json() | {"status": response.status_code}

        yield asked


async def test_a_key_from_creation_to_revocation(world: World) -> None:
    brand = await world.brand()
    given = wanted(brand, "CONTENT_READ", "BRANDS_READ", allowedAddresses=["127.0.0.0/8"])
    made = (await ask(brand.admin, CREATE, input=given))["createApiKey"]
    assert (made["clientMutationId"], made["problem"]) == ("mine", None)
    assert made["key"].startswith(made["apiKey"]["prefix"])
    assert made["apiKey"]["scopes"] == ["BRANDS_READ", "CONTENT_READ"]
    assert made["apiKey"]["owner"] == {"id": world.id_of(brand.admin)}
    assert made["apiKey"]["brand"] == {"id": brand.id}
    kept = world.rows("select * from public.api_keys where id = %s", made["apiKey"]["id"])[0]
    assert made["key"] not in str(kept)

    told = data(await brand.admin.get("/users/api-keys", brandId=brand.id))
    await assert_alike(brand.admin, "apiKeys(brandId: $id)", "ApiKey", told, declared="$id: ID!", id=brand.id)
    assert made["key"] not in (await send(brand.admin, {"query": LIST, "variables": {"id": brand.id}})).text
    async with program(world, made["key"]) as asked:
        mine = "query($id: ID!) { contents(filter: {brandId: $id}) { nodes { id } } }"
        assert (await asked(mine, id=brand.id))["data"] == {"contents": {"nodes": []}}
        revoked = (await ask(brand.admin, REVOKE, id=made["apiKey"]["id"]))["revokeApiKey"]
        assert revoked == {"revokedId": made["apiKey"]["id"], "problem": None}
        assert (await asked(mine, id=brand.id))["status"] == 401
    (listed,) = (await ask(brand.admin, LIST, id=brand.id))["apiKeys"]
    assert listed["revokedAt"] is not None
    assert listed["revokedBy"] == {"id": world.id_of(brand.admin)}


async def test_a_repeated_request_makes_another_key(world: World) -> None:
    """Nobody stores the key, so that no answer could tell it again."""
    brand = await world.brand()
    body, sent = {"query": CREATE, "variables": {"input": wanted(brand, "READ")}}, {"Idempotency-Key": uuid4().hex}
    answers = [(await send(brand.admin, body, **sent)).json() for _ in range(2)]
    keys = [each["data"]["createApiKey"]["key"] for each in answers]
    assert None not in keys
    assert len(set(keys)) == 2


async def test_problems(world: World) -> None:
    brand = await world.brand()
    late = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    for changes, field in (
        ({"name": ""}, "input.name"),
        ({"scopes": []}, "input.scopes"),
        ({"allowedAddresses": ["nowhere"]}, "input.allowedAddresses.0"),
        ({"expiresAt": late}, "input.expiresAt"),
    ):
        made = (await ask(brand.admin, CREATE, input=wanted(brand, "READ") | changes))["createApiKey"]
        assert (made["apiKey"], made["key"]) == (None, None)
        assert made["problem"]["details"] == [{"field": field}], changes
    (error,) = await refused(brand.admin, CREATE, input=wanted(brand, "EVERYTHING"))
    assert "EVERYTHING" in error["message"]
    (error,) = await refused(brand.admin, REVOKE, id=str(uuid4()))
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_others(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    key_id = (await ask(brand.admin, CREATE, input=wanted(brand, "READ")))["createApiKey"]["apiKey"]["id"]
    for person in (brand.editor, brand.viewer, other.admin):
        answer = await person.post("/users/api-keys", {"brandId": brand.id, "name": "Website", "scopes": ["read"]})
        (error,) = await refused(person, CREATE, input=wanted(brand, "READ"))
        assert error["extensions"]["code"] == answer.json()["error"]["code"]
        assert (await ask(person, LIST, id=brand.id))["apiKeys"] == []
        (error,) = await refused(person, REVOKE, id=key_id)
        answer = await person.delete(f"/users/api-keys/{key_id}")
        assert error["extensions"]["code"] == answer.json()["error"]["code"]
    assert (await ask(brand.admin, LIST, id=brand.id))["apiKeys"][0]["revokedAt"] is None


async def test_who_authenticated_long_ago(world: World) -> None:
    brand = await world.brand()
    world.rows(
        "update public.user_sessions set authenticated_at = now() - interval '31 minutes' where user_id = %s",
        world.id_of(brand.admin),
    )
    (error,) = await refused(brand.admin, CREATE, input=wanted(brand, "READ"))
    assert error["extensions"]["code"] == "REAUTHENTICATION_REQUIRED"


async def test_a_key_makes_no_keys(world: World) -> None:
    brand = await world.brand()
    made = (await ask(brand.admin, CREATE, input=wanted(brand, "ADMIN")))["createApiKey"]
    connections = "{ ssoConnections { nodes { id } } }"
    letters = "{ deadLetters { nodes { id } } }"
    async with program(world, made["key"]) as asked:
        for document, variables in (
            (CREATE, {"input": wanted(brand, "READ")}),
            (REVOKE, {"id": made["apiKey"]["id"]}),
            (LIST, {"id": brand.id}),
            (connections, {}),
            (letters, {}),
        ):
            (error,) = (await asked(document, **variables))["errors"]
            assert error["extensions"]["code"] == "INSUFFICIENT_PERMISSIONS", document
