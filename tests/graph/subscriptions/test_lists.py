"""Notifications and tasks: a list is told as it changes, and goes on behind a place without a gap or a double."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from lib.graph.subscriptions.places import Entry, ListPlace
from local.demo.callers import Person
from tests.graph.notifications.telling import notify
from tests.graph.subscriptions.support import PATIENCE_SECONDS, streaming
from tests.support.world import World

pytestmark = pytest.mark.anyio

NOTIFICATIONS = "subscription($after: ID) { followed: notifications(after: $after) { id title isRead count } }"
TASKS = "subscription($after: ID) { followed: tasks(after: $after) { id content { id } } }"


async def told_of(parts: AsyncGenerator[tuple[str, Any]]) -> tuple[dict[str, Any], str]:
    """Returns the next item, and the place behind it."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        name, told = await anext(parts)
    assert name == "next"
    assert "errors" not in told, told
    return told["data"]["followed"], told["extensions"]["eventId"]


async def titles_behind(person: Person, after: str, count: int) -> list[str]:
    async with streaming(person, NOTIFICATIONS, after=after) as parts:
        return [(await told_of(parts))[0]["title"] for _ in range(count)]


async def test_notifications_go_on_behind_a_place(world: World) -> None:
    brand = await world.brand()
    notify(world, brand, "Before")
    async with streaming(brand.editor, NOTIFICATIONS) as parts:
        await asyncio.sleep(1)
        notify(world, brand, "One")
        item, place = await told_of(parts)
        assert item == {"id": item["id"], "title": "One", "isRead": False, "count": 1}
    listed = (await brand.editor.get("/notifications")).json()["data"]
    assert (listed[0]["id"], listed[0]["title"]) == (item["id"], "One")
    for title in ("Two", "Three"):
        notify(world, brand, title)
    # The item of the place happens again: it comes to the front of the list, and nothing behind it is lost.
    world.rows(
        "update public.notifications set bundle_count = 2, last_at = clock_timestamp() where id = %s returning id",
        item["id"],
    )
    assert await titles_behind(brand.editor, place, 3) == ["Two", "Three", "One"]
    # It need not be there any more.
    world.rows("delete from public.notifications where id = %s returning id", item["id"])
    assert await titles_behind(brand.editor, place, 2) == ["Two", "Three"]
    # The id of an item that was listed is a place too.
    assert await titles_behind(brand.editor, listed[1]["id"], 2) == ["Two", "Three"]


async def test_a_mark_is_told(world: World) -> None:
    brand = await world.brand()
    notify(world, brand, "One")
    (item,) = (await brand.editor.get("/notifications")).json()["data"]
    async with streaming(brand.editor, NOTIFICATIONS) as parts:
        await asyncio.sleep(1)
        answer = await brand.editor.http.patch(f"/notifications/{item['id']}", json={"isRead": True})
        assert answer.status_code == 200, answer.text
        told, _ = await told_of(parts)
    assert (told["id"], told["isRead"]) == (item["id"], True)


async def test_tasks_go_on_behind_a_place(world: World) -> None:
    brand = await world.brand()
    contents = [await world.draft(brand) for _ in range(3)]
    async with streaming(brand.viewer, TASKS) as parts:
        await asyncio.sleep(1)
        await submit(brand.editor, contents[0])
        task, place = await told_of(parts)
        assert task["content"]["id"] == contents[0]["id"]
    for content in contents[1:]:
        await submit(brand.editor, content)
    # The task of the place is done, and so no longer in the list.
    answer = await brand.viewer.post(f"/tasks/{task['id']}/decision", {"decision": "approve"})
    assert answer.status_code == 200, answer.text
    async with streaming(brand.viewer, TASKS, after=place) as parts:
        found = [(await told_of(parts))[0]["content"]["id"] for _ in range(2)]
    assert found == [content["id"] for content in contents[1:]]


async def submit(editor: Person, content: dict[str, Any]) -> None:
    answer = await editor.post(f"/contents/{content['id']}/submit", {})
    assert answer.status_code == 200, answer.text


async def test_a_place_that_is_none_is_refused(world: World) -> None:
    brand = await world.brand()
    for index in range(101):
        notify(world, brand, f"Number {index}")
    long_ago = str(ListPlace.behind([(uuid4(), datetime(2020, 1, 1, tzinfo=UTC))]))
    for place in ("nowhere", str(uuid4()), long_ago, "W10"):
        async with streaming(brand.editor, NOTIFICATIONS, after=place) as parts:
            _, told = await anext(parts)
        extensions = told["errors"][0]["extensions"]
        assert (extensions["code"], extensions["details"][0]["field"]) == ("UNPROCESSABLE", "after"), place


async def test_items_of_others_are_never_told(world: World) -> None:
    brand = await world.brand()
    async with streaming(brand.viewer, NOTIFICATIONS) as parts:
        await asyncio.sleep(1)
        notify(world, brand, "For the editor")
        assert (await brand.viewer.post("/notifications", {"title": "Mine"})).status_code == 201
        assert (await told_of(parts))[0]["title"] == "Mine"


def test_a_place_knows_what_was_told() -> None:
    now = datetime(2031, 1, 1, 12, tzinfo=UTC)
    entries: list[Entry] = [(uuid4(), now - timedelta(seconds=seconds)) for seconds in (0, 1, 59, 3600)]
    place = ListPlace.read(str(ListPlace.behind(entries)))
    assert place == ListPlace.behind(entries)
    assert all(place.has(entry) for entry in entries)
    # An entry that began before the latest one and was committed after it; one that happened again; an old one.
    assert not place.has((uuid4(), now - timedelta(seconds=30)))
    assert not place.has((entries[0][0], now + timedelta(seconds=1)))
    assert place.has((uuid4(), now - timedelta(seconds=61)))
    empty = ListPlace.read(str(ListPlace.behind([])))
    assert not empty.has((uuid4(), now))
