"""The progress of a generation: its text for the person who asked, its record at the end, and nothing for others."""

import asyncio
from typing import Any

import pytest
import redis

from local.demo.callers import Person
from tests.ai.support import answered, events_of
from tests.graph.subscriptions.support import PATIENCE_SECONDS, streaming
from tests.support.graph import ask, refused
from tests.support.world import World

pytestmark = pytest.mark.anyio

PROGRESS = """
subscription($id: ID!) {
  aiGenerationProgress(requestId: $id) {
    requestId stage field characters provider deltas { field text }
    generation { id status promptTokens completionTokens cost output } } }
"""


async def followed(person: Person, request_id: str) -> list[dict[str, Any]]:
    """Follows a generation to its end."""
    async with streaming(person, PROGRESS, id=request_id) as parts, asyncio.timeout(PATIENCE_SECONDS):
        told = [part async for part in parts]
    assert told[-1] == ("complete", None)
    assert all(part["extensions"] == {"eventId": request_id} for _, part in told[:-1])
    return [part["data"]["aiGenerationProgress"] for _, part in told[:-1]]


def text_of(progress: list[dict[str, Any]]) -> dict[str, str]:
    """Returns the texts of fields as a reader of the deltas has them at the end."""
    texts: dict[str, str] = {}
    for each in progress:
        if each["stage"] == "RESTARTED":
            texts = {}
        for delta in each["deltas"]:
            texts[delta["field"]] = texts.get(delta["field"], "") + delta["text"]
    return texts


async def test_a_generation_ends_with_its_record(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    made = await answered(brand.editor, "titles", {"brandId": brand.id, "topic": "Frost", "count": 1})
    last = (await followed(brand.editor, made["requestId"]))[-1]
    assert (last["requestId"], last["stage"]) == (made["requestId"], "DONE")
    record = last["generation"]
    assert (record["id"], record["status"]) == (made["requestId"], "COMPLETED")
    told = (await brand.editor.get(f"/ai/generations/{made['requestId']}")).json()["data"]
    for name in ("promptTokens", "completionTokens", "cost", "output"):
        assert record[name] == told[name], name
    assert record["promptTokens"] > 0
    async with streaming(other.editor, PROGRESS, id=made["requestId"]) as parts:
        answers = [told async for _, told in parts if told]
    assert answers[0]["errors"][0]["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("fault", ["", "[[fault:cut@azure_openai]]"])
async def test_its_text_comes_as_the_model_writes_it(world: World, fault: str) -> None:
    brand = await world.brand()
    content = await world.draft(brand, fields={"topic": "Frost"})
    body = {"contentId": content["id"], "instructions": f"Write long {fault}"}
    following: list[asyncio.Task[list[dict[str, Any]]]] = []
    deltas: list[dict[str, Any]] = []
    async for name, data in brand.editor.stream("/ai/generate", body):
        if name == "requested":
            following += [
                asyncio.create_task(followed(person, data["requestId"])) for person in (brand.editor, brand.admin)
            ]
        elif name == "delta":
            deltas.append(data)
        elif name == "restarted":
            deltas.clear()
    own, others = await asyncio.gather(*following)
    texts: dict[str, str] = {}
    for each in deltas:
        texts[each["field"]] = texts.get(each["field"], "") + each["text"]
    assert texts
    assert text_of(own) == texts
    assert [each["stage"] for each in own].count("RESTARTED") == (1 if fault else 0)
    written = [each for each in own if each["stage"] == "WRITING"]
    assert written[-1]["characters"] == sum(map(len, texts.values()))
    # Other readers get the checked text, at the end.
    assert not any(each["deltas"] for each in others)
    for progress in (own, others):
        assert progress[-1]["generation"]["status"] == "COMPLETED"
        assert progress[-1]["generation"]["completionTokens"] > 0
    # A new subscription begins with the whole text.
    assert text_of(await followed(brand.editor, own[0]["requestId"])) == texts


async def test_the_text_is_kept_for_minutes(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, fields={"topic": "Frost"})
    events = await events_of(brand.editor, "generate", {"contentId": content["id"]})
    request_id = events[0][1]["requestId"]
    with redis.Redis.from_url(world.stack.redis_url) as kv:
        kept: Any = kv.ttl(f"text:local:{request_id}")
    assert 0 < kept <= 300


GENERATE = """mutation($input: GenerateContentInput!) { generateContent(input: $input, isFollowed: true) {
  run { requestId } result { __typename } problem { __typename } } }"""
REQUESTED = """subscription($id: ID!) {
  events(brandId: $id, types: ["AIGenerationRequested"]) { aggregateId } }"""


async def test_the_text_of_a_mutation_is_followed(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, fields={"topic": "Frost"})
    async with streaming(brand.editor, REQUESTED, id=brand.id) as requests:
        await asyncio.sleep(1)
        making = asyncio.create_task(ask(brand.editor, GENERATE, input={"contentId": content["id"]}))
        async with asyncio.timeout(PATIENCE_SECONDS):
            _, told = await anext(requests)
    request_id = told["data"]["events"]["aggregateId"]
    progress = await followed(brand.editor, request_id)
    payload = (await making)["generateContent"]
    assert (payload["run"]["requestId"], payload["problem"]) == (request_id, None)
    assert set(text_of(progress)) == {"headline", "body"}
    assert progress[-1]["generation"]["status"] == "COMPLETED"
    written = (await brand.editor.get(f"/contents/{content['id']}")).json()["data"]
    assert written["fields"]["headline"] == text_of(progress)["headline"]


async def test_a_mutation_that_is_followed_fails_as_others_do(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand, fields={"topic": "Frost"})
    errors: list[tuple[str, int]] = []
    for followed_too in ("true", "false"):
        document = GENERATE.replace("true", followed_too)
        body = {"contentId": content["id"], "instructions": "[[fault:500]]"}
        (error,) = await refused(brand.editor, document, input=body)
        errors.append((error["extensions"]["code"], error["extensions"]["status"]))
        (hidden,) = await refused(other.editor, document, input=body)
        assert hidden["extensions"]["code"] == "NOT_FOUND"
    assert errors == [("AI_SERVICE_ERROR", 503)] * 2
