"""Tries more than the rate limits allow: by many requests, by expensive ones, and by many mutations in one."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from lib.graph.engine.binding import Bound
from lib.graph.limits import limits_of_mutation
from local.stack.client import RunningStack
from tests.events.test_feed import settled
from tests.graph.bound import field_of, fields
from tests.graph.rest import Operation, operations
from tests.graph.subscriptions.support import streaming
from tests.support.graph import ask, send
from tests.support.servers import functions_with
from tests.support.world import World
from tests.tenancy.graphql.values import Filler

pytestmark = pytest.mark.anyio

POINTS = 200
# It costs 500, which is ten points.
EXPENSIVE = "{ __schema { description } }"
TRIES = 3


async def test_points_of_a_minute(world: World) -> None:
    person = await world.signed_in()
    answers = await asyncio.gather(*(send(person, {"query": EXPENSIVE}) for _ in range(30)))
    assert Counter(answer.status_code for answer in answers) == {200: POINTS // 10, 429: 10}
    refused = await send(person, {"query": "{ __typename }"})
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMIT_EXCEEDED"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["X-RateLimit-Limit"] == str(POINTS)


async def test_what_is_refused_is_charged(world: World) -> None:
    """Otherwise documents that are not valid could be tried without an end."""
    person = await world.signed_in()
    documents = ("{ __typename }", "{", "{ unknown }", "{ __typename " + "@a " * 500 + "}", "{ __typename }")
    answers = [await send(person, {"query": document}) for document in documents]
    remaining = [int(answer.headers["X-RateLimit-Remaining"]) for answer in answers]
    assert remaining == [POINTS - 1 - count for count in range(5)]


async def test_points_are_apart_from_requests_of_rest(world: World) -> None:
    brand = await world.brand()
    before = int((await brand.editor.get("/users/me")).headers["X-RateLimit-Remaining"])
    await ask(brand.editor, "{ __typename }")
    assert int((await brand.editor.get("/users/me")).headers["X-RateLimit-Remaining"]) == before - 1


@pytest.fixture(scope="module")
def strict(stack: RunningStack) -> Iterator[str]:
    limits = {f"RATE_LIMIT_{name}": str(TRIES) for name in ("ACCOUNT", "AI", "NOTIFY")}
    with functions_with(stack.environment | limits) as origin:
        yield origin


def mutation_with(limit: str) -> tuple[Bound, Operation]:
    """Returns a mutation whose operation has a limit of its own in REST."""
    for bound in fields():
        names = [each.name for each in limits_of_mutation(bound.operations)]
        if bound.type_name == "Mutation" and names == [limit]:
            return bound, operations()[bound.operations[0]]
    pytest.skip(f"no mutation has the limit {limit} alone")


def many(bound: Bound, operation: Operation, count: int) -> dict[str, Any]:
    """Returns a request with one mutation many times."""
    described = field_of(bound)
    variables = Filler({}).arguments([operation], described, bound.name)
    declared = ", ".join(f"${name}: {described.args[name].type}" for name in variables)
    sent = ", ".join(f"{name}: ${name}" for name in variables)
    field = f"{bound.name}{f'({sent})' if sent else ''} {{ problem {{ __typename }} }}"
    aliases = " ".join(f"a{number}: {field}" for number in range(count))
    return {"query": f"mutation Many{f'({declared})' if declared else ''} {{ {aliases} }}", "variables": variables}


@pytest.mark.parametrize("limit", ["account", "ai", "notify"])
async def test_many_mutations_in_one_request_are_as_many_requests_of_rest(
    world: World, strict: str, limit: str
) -> None:
    """Codes and passwords are guessed, and models are called, no more often than by REST."""
    bound, operation = mutation_with(limit)
    person = await world.signed_in(strict)
    answer = (await send(person, many(bound, operation, 12))).json()
    codes = Counter(error["extensions"]["code"] for error in answer.get("errors", []))
    assert codes["RATE_LIMIT_EXCEEDED"] == 12 - TRIES, answer
    again = (await send(person, many(bound, operation, 1))).json()
    assert again["errors"][0]["extensions"]["code"] == "RATE_LIMIT_EXCEEDED"
    path = operation.path.removeprefix("/api/v1")
    if not operation.parameters:
        assert (await person.http.request(operation.method, path, json=operation.body)).status_code == 429


STATUS_WITH_A_LIST = """subscription($id: ID!, $after: ID) { contentStatusChanged(brandId: $id, after: $after) {
  id content { brand { contents(first: 100) { nodes { id } } } } } }"""


async def test_each_answer_of_a_subscription_is_charged_what_it_reads(world: World, stack: RunningStack) -> None:
    """Otherwise a log of thousands of events is as many expensive queries, for the points of one."""
    brand = await world.brand()
    content = await world.draft(brand)
    assert (await brand.editor.post(f"/contents/{content['id']}/submit", {})).status_code == 200
    again = (
        "select private.append_event(brand_id, aggregate_type, aggregate_id, type, payload) as id "
        "from public.domain_events where brand_id = %s and type = 'ContentStatusChanged' limit 1"
    )
    ids = [str(world.rows(again, brand.id)[0]["id"]) for _ in range(12)]
    await settled(brand.viewer, brand, ids[-1])
    with functions_with(stack.environment | {"RATE_LIMIT_GRAPHQL_POINTS": "10"}) as origin:
        reader = await world.signed_in(origin)
        world.join(reader, brand.id, "viewer")
        async with streaming(reader, STATUS_WITH_A_LIST, id=brand.id, after=ids[0]) as parts:
            *answers, refusal, (last, _) = [part async for part in parts]
    told = [answer["data"]["contentStatusChanged"] for _, answer in answers]
    # It costs 113, which is three points, and each answer but the first one two.
    assert [each["id"] for each in told] == ids[1:5]
    assert all(each["content"]["brand"]["contents"]["nodes"] for each in told)
    extensions = refusal[1]["errors"][0]["extensions"]
    assert (extensions["code"], extensions["after"], last) == ("RATE_LIMIT_EXCEEDED", ids[4], "complete")
    assert 1 <= extensions["retryAfter"] <= 60
