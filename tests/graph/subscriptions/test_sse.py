"""Server-sent events: distinct connections, and a single one that carries several operations."""

import asyncio
from typing import Any

import pytest

from tests.events.test_feed import append, settled
from tests.graph.subscriptions.support import EVENTS, PATIENCE_SECONDS, parts_of, streaming
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_a_stream_goes_on_behind_an_event(world: World) -> None:
    brand = await world.brand()
    first, second = append(world, brand), append(world, brand)
    await settled(brand.viewer, brand, second)
    async with streaming(brand.viewer, EVENTS, brandId=brand.id, after=first) as parts, asyncio.timeout(30):
        name, told = await anext(parts)
        assert (name, told["data"]["events"]["id"]) == ("next", second)
        third = append(world, brand)
        name, told = await anext(parts)
        assert (told["data"]["events"]["id"], told["extensions"]["eventId"]) == (third, third)


async def test_the_status_of_a_content_and_its_review(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    status = (
        "subscription($id: ID!) { contentStatusChanged(brandId: $id) { contentId from to version content { id } } }"
    )
    review = "subscription($id: ID!) { workflowProgress(contentId: $id) { type contentId runId } }"
    async with (
        streaming(brand.viewer, status, id=brand.id) as changes,
        streaming(brand.viewer, review, id=content["id"]) as steps,
        asyncio.timeout(PATIENCE_SECONDS),
    ):
        await asyncio.sleep(1)
        response = await brand.editor.post(f"/contents/{content['id']}/submit", {})
        assert response.status_code == 200, response.text
        _, told = await anext(changes)
        changed = told["data"]["contentStatusChanged"]
        assert (changed["contentId"], changed["from"], changed["to"]) == (content["id"], "DRAFT", "PENDING_REVIEW")
        assert changed["content"] == {"id": content["id"]}
        _, told = await anext(steps)
        assert told["data"]["workflowProgress"]["type"] == "WorkflowStarted"


async def test_new_tasks_and_notifications_come(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    async with (
        streaming(brand.viewer, "subscription { tasks { id } }") as tasks,
        streaming(brand.viewer, "subscription { notifications { id title } }") as notifications,
        asyncio.timeout(PATIENCE_SECONDS),
    ):
        await asyncio.sleep(1)
        assert (await brand.editor.post(f"/contents/{content['id']}/submit", {})).status_code == 200
        _, told = await anext(tasks)
        listed = (await brand.viewer.get("/tasks")).json()["data"]
        assert told["data"]["tasks"]["id"] == listed[0]["id"]
        assert (await brand.viewer.post("/notifications", {"title": "Look"})).status_code == 201
        titles = ""
        while titles != "Look":
            _, told = await anext(notifications)
            titles = told["data"]["notifications"]["title"]


async def test_queries_are_answered_once(world: World) -> None:
    brand = await world.brand()
    async with streaming(brand.viewer, "{ __typename }") as parts:
        answers = [part async for part in parts]
    assert [name for name, _ in answers] == ["next", "complete"]


async def test_failures_come_before_and_within_the_stream(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    async with streaming(brand.viewer, EVENTS, brandId=other.id) as parts:
        (_, told), (name, _) = [part async for part in parts]
    assert (told["errors"][0]["extensions"]["code"], name) == ("NOT_FOUND", "complete")
    headers = {"Accept": "text/event-stream"}
    refused = await brand.viewer.http.post("/graphql", json={"query": "{ unknown }"}, headers=headers)
    assert (refused.status_code, list(refused.json())) == (400, ["errors"])


async def test_a_single_connection_carries_operations(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    http = brand.viewer.http
    reserved = await http.put("/graphql/stream")
    assert reserved.status_code == 201, reserved.text
    headers = {"X-GraphQL-Event-Stream-Token": reserved.text}

    async def add(name: str, **variables: Any) -> int:
        body = {"query": EVENTS, "variables": variables, "extensions": {"operationId": name}}
        return (await http.post("/graphql/stream", json=body, headers=headers)).status_code

    async with http.stream("GET", "/graphql/stream", headers=headers) as answer, asyncio.timeout(PATIENCE_SECONDS):
        assert answer.status_code == 200
        parts = parts_of(answer)
        assert await add("a", brandId=brand.id) == 202
        assert await add("a", brandId=brand.id) == 409
        assert await add("b", brandId=other.id) == 202
        name, told = await anext(parts)
        assert (name, told["id"], told["payload"]["errors"][0]["extensions"]["code"]) == ("next", "b", "NOT_FOUND")
        assert (await anext(parts))[1] == {"id": "b"}
        await asyncio.sleep(1)
        event = append(world, brand)
        _, told = await anext(parts)
        assert (told["id"], told["payload"]["data"]["events"]["id"]) == ("a", event)
        stranger = await other.viewer.http.get("/graphql/stream", headers=headers)
        assert stranger.status_code == 404
        again = await http.get("/graphql/stream", headers=headers)
        assert again.status_code == 409
        ended = await http.delete("/graphql/stream", params={"operationId": "a"}, headers=headers)
        assert ended.status_code == 200
