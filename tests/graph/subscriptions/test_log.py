"""Subscriptions to the log of a brand: events, statuses and reviews, for those who may read them."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from local.demo.callers import Person
from local.stack.client import RunningStack
from tests.events.test_feed import ADDED, APPEND, INVITED, REMOVED, append, settled
from tests.graph.likeness import assert_like
from tests.graph.subscriptions.support import EVENTS, PATIENCE_SECONDS, streaming
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

WHOLE = """subscription($id: ID!, $after: ID) { followed: events(brandId: $id, after: $after) {
  id type brandId aggregateType aggregateId aggregateVersion actorId actorAccount requestId occurredAt data } }"""
STATUS = """subscription($id: ID!, $after: ID) { followed: contentStatusChanged(brandId: $id, after: $after) {
  id contentId from to version actorId occurredAt content { id status } } }"""
REVIEW = """subscription($id: ID!, $after: ID) { followed: workflowProgress(contentId: $id, after: $after) {
  id type runId contentId data actorId occurredAt content { id } } }"""


async def taken(parts: AsyncGenerator[tuple[str, Any]], count: int) -> list[dict[str, Any]]:
    """Returns the next values, each with its own id."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        for _ in range(count):
            name, told = await anext(parts)
            assert name == "next"
            assert "errors" not in told, told
            found.append(told["data"]["followed"])
            assert told["extensions"]["eventId"] == found[-1]["id"]
    return found


async def all_behind(person: Person, document: str, count: int, **variables: Any) -> list[dict[str, Any]]:
    async with streaming(person, document, **variables) as parts:
        return await taken(parts, count)


async def reviewed(world: World, brand: Brand) -> tuple[str, str, list[dict[str, Any]]]:
    """Has a content submitted and approved; returns an event before, the content, and the events behind it."""
    first = append(world, brand)
    await settled(brand.admin, brand, first)
    content, other = await world.draft(brand), await world.draft(brand)
    for each in (other, content):
        answer = await brand.editor.post(f"/contents/{each['id']}/submit", {})
        assert answer.status_code == 200, answer.text
    (task,) = [
        each for each in (await brand.viewer.get("/tasks")).json()["data"] if each["content"]["id"] == content["id"]
    ]
    answer = await brand.viewer.post(f"/tasks/{task['id']}/decision", {"decision": "approve"})
    assert answer.status_code == 200, answer.text
    last = append(world, brand)
    return first, content["id"], (await settled(brand.viewer, brand, last, first))["data"]


async def test_events_are_those_of_the_list(world: World) -> None:
    brand = await world.brand()
    first, _, events = await reviewed(world, brand)
    found = await all_behind(brand.viewer, WHOLE, len(events), id=brand.id, after=first)
    assert found == events
    # From the middle on
    later = await all_behind(brand.viewer, WHOLE, len(events) - 3, id=brand.id, after=events[2]["id"])
    assert later == events[3:]


async def test_events_of_some_types(world: World) -> None:
    brand = await world.brand()
    first = append(world, brand)
    wanted: list[str] = []
    for _ in range(3):
        append(world, brand)
        wanted.append(append(world, brand, kind=REMOVED))
    await settled(brand.viewer, brand, wanted[-1])
    document = EVENTS.replace("events(", "followed: events(", 1)
    found = await all_behind(brand.viewer, document, 3, brandId=brand.id, types=[REMOVED], after=first)
    assert [(each["id"], each["type"]) for each in found] == [(each, REMOVED) for each in wanted]
    both = await all_behind(brand.viewer, document, 6, brandId=brand.id, types=[REMOVED, ADDED], after=first)
    assert [each["type"] for each in both] == [ADDED, REMOVED] * 3
    async with streaming(brand.viewer, document, brandId=brand.id, types=["no type"]) as parts:
        _, told = await anext(parts)
    assert told["errors"][0]["extensions"]["code"] == "VALIDATION_ERROR"
    async with streaming(brand.viewer, document, brandId=brand.id, after=brand.id) as parts:
        _, told = await anext(parts)
    assert told["errors"][0]["extensions"]["details"][0]["field"] == "after"


def invite(world: World, brand: Brand) -> str:
    """Appends an event that only those who manage members may read."""
    return str(
        world.rows("select private.append_event(%s, 'invitation', %s, %s) as id", brand.id, uuid4(), INVITED)[0]["id"]
    )


async def test_each_gets_what_their_policies_allow(world: World) -> None:
    brand = await world.brand()
    first = append(world, brand)
    invited, added = invite(world, brand), append(world, brand)
    await settled(brand.admin, brand, added)
    document = EVENTS.replace("events(", "followed: events(", 1)
    async with (
        streaming(brand.admin, document, brandId=brand.id, after=first) as all_of_it,
        streaming(brand.viewer, document, brandId=brand.id, after=first) as open_part,
    ):
        assert [each["id"] for each in await taken(all_of_it, 2)] == [invited, added]
        assert [each["id"] for each in await taken(open_part, 1)] == [added]
        # Live events are chosen in the same way.
        await asyncio.sleep(1)
        secret, shown = invite(world, brand), append(world, brand)
        assert [each["id"] for each in await taken(all_of_it, 2)] == [secret, shown]
        assert [each["id"] for each in await taken(open_part, 1)] == [shown]


async def test_an_event_that_was_held_back_comes_soon(world: World, stack: RunningStack) -> None:
    """An older transaction lasts longer than the quick looks after a message."""
    brand = await world.brand()
    document = EVENTS.replace("events(", "followed: events(", 1)
    async with streaming(brand.viewer, document, brandId=brand.id) as parts:
        await asyncio.sleep(12)  # until the looks after the beginning are over
        with psycopg.connect(stack.database_url) as older:
            older.execute(APPEND, [brand.id, uuid4(), ADDED])
            held = append(world, brand)
            await asyncio.sleep(5)
            older.rollback()  # of which no message tells
        async with asyncio.timeout(10):
            assert [each["id"] for each in await taken(parts, 1)] == [held]


async def test_statuses_and_reviews_resume(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    first, content_id, events = await reviewed(world, brand)
    changes = [each for each in events if each["type"] == "ContentStatusChanged"]
    found = await all_behind(brand.viewer, STATUS, len(changes), id=brand.id, after=first)
    for told, event in zip(found, changes, strict=True):
        assert_like(
            told | {"content": None},
            {**event, **event["data"], "contentId": event["aggregateId"], "version": event["aggregateVersion"]},
        )
        assert told["content"]["id"] == event["aggregateId"]
    assert [each["to"] for each in found if each["contentId"] == content_id][-1] == "APPROVED"
    rest = await all_behind(brand.viewer, STATUS, len(changes) - 1, id=brand.id, after=found[0]["id"])
    assert rest == found[1:]
    # Reviews of this content only
    steps = [
        each
        for each in events
        if each["data"].get("contentId") == content_id and each["type"].startswith(("Workflow", "Task"))
    ]
    followed = await all_behind(brand.viewer, REVIEW, 3, id=content_id, after=first)
    assert {each["contentId"] for each in followed} == {content_id}
    assert [each["id"] for each in followed] == [each["id"] for each in steps][:3]
    assert [each["data"] for each in followed] == [each["data"] for each in steps][:3]
    assert followed[0]["type"] == "WorkflowStarted"
    (last,) = await all_behind(brand.viewer, REVIEW, 1, id=content_id, after=followed[1]["id"])
    assert last == followed[2]
    for document, subject in ((STATUS, brand.id), (REVIEW, content_id)):
        async with streaming(stranger.admin, document, id=subject, after=first) as parts:
            _, told = await anext(parts)
        assert told["errors"][0]["extensions"]["code"] == "NOT_FOUND"
