"""Receivers that are dead, slow or busy: the messages of others come all the same, and theirs later."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from lib.core.data.db import Db
from lib.jobs import work_off
from lib.notify.telling import CHATS
from local.demo.callers import Person
from tests.notify.reading import hooks_at, settle, told
from tests.notify.test_destinations import PATH, add, notify
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def add_faulty(world: World, person: Person, **fault: Any) -> tuple[str, str]:
    """Adds a webhook whose next requests are answered so; returns its id and its path."""
    path = f"/hooks/{uuid4().hex}"
    async with httpx.AsyncClient(base_url=world.stack.urls["channels"]) as client:
        assert (await client.post("/faults", json={"path": path, **fault})).status_code == 204
    body = {"kind": "webhook", "name": "faulty", "url": f"{world.stack.urls['channels']}{path}"}
    response = await person.post(PATH, body)
    assert response.status_code == 201, response.text
    return response.json()["data"]["id"], path


async def received(world: World, path: str) -> int:
    async with httpx.AsyncClient(base_url=world.stack.urls["channels"]) as client:
        return len((await client.get("/received", params={"path": path})).json())


def waiting(world: World, destination_id: str) -> list[dict[str, Any]]:
    return world.rows(
        "select attempts, coalesce((payload ->> 'tries')::integer, 0) as tries, "
        "extract(epoch from run_at - now())::integer as seconds from private.jobs "
        "where queue = 'notification_chat' and payload ->> 'destinationId' = %s order by tries desc",
        destination_id,
    )


async def test_a_receiver_that_fails_rests_and_keeps_no_other_waiting(world: World, service: Db) -> None:
    brand, other = await world.brand(), await world.brand()
    dead, dead_path = await add_faulty(world, brand.editor, status=500, times=100)
    _, place = await add(world, other.editor, "slack")
    for number in range(20):
        notify(world, brand.editor, brand.id, f"Number {number}")
    notify(world, other.editor, other.id, "The other")
    await work_off(service, CHATS, seconds=20)
    assert len(await hooks_at(world, place)) == 1
    # One attempt for all of them, and none counts for those that wait behind.
    assert await received(world, dead_path) == 1
    rows = waiting(world, dead)
    assert [row["tries"] for row in rows] == [1] + [0] * 19
    assert all(row["seconds"] >= 2 and row["attempts"] == 0 for row in rows)
    # It comes back: all are sent, once each.
    async with httpx.AsyncClient(base_url=world.stack.urls["channels"]) as client:
        await client.post("/faults", json={"path": dead_path, "times": 0})
    (state,) = world.rows("select failures from private.notification_destinations where id = %s", dead)
    assert state["failures"] == 1


async def test_a_busy_receiver_is_left_alone_as_long_as_it_asks(world: World, service: Db) -> None:
    brand = await world.brand()
    busy, path = await add_faulty(world, brand.editor, status=429, headers={"Retry-After": "600"}, times=1)
    notify(world, brand.editor, brand.id, "Later")
    await work_off(service, CHATS, seconds=20)
    assert await received(world, path) == 1
    (row,) = waiting(world, busy)
    assert 590 <= row["seconds"] <= 610
    world.rows("update private.notification_destinations set resting_until = null where id = %s", busy)
    world.rows("update private.jobs set run_at = now() where payload ->> 'destinationId' = %s", busy)
    await work_off(service, CHATS, seconds=20)
    assert (await received(world, path), waiting(world, busy)) == (2, [])
    (state,) = world.rows("select failures from private.notification_destinations where id = %s", busy)
    assert state["failures"] == 0


async def test_a_message_is_tried_five_times(world: World, service: Db) -> None:
    brand = await world.brand()
    dead, path = await add_faulty(world, brand.editor, status=503, times=100)
    notify(world, brand.editor, brand.id, "In vain")
    for _ in range(6):
        world.rows("update private.notification_destinations set resting_until = null where id = %s", dead)
        world.rows("update private.jobs set run_at = now() where payload ->> 'destinationId' = %s", dead)
        await work_off(service, CHATS, seconds=20)
    assert (await received(world, path), waiting(world, dead)) == (5, [])
    letters = world.rows("select last_error from private.dead_jobs where payload ->> 'destinationId' = %s", dead)
    assert [each["last_error"] for each in letters] == ["the receiver answered 503"]


async def test_a_receiver_that_refuses_is_switched_off(world: World, service: Db) -> None:
    brand = await world.brand()
    _, path = await add_faulty(world, brand.editor, status=403, times=100)
    for number in range(5):
        world.rows("update private.notification_destinations set resting_until = null where true")
        notify(world, brand.editor, brand.id, f"Number {number}")
        await work_off(service, CHATS, seconds=20)
    assert await received(world, path) == 5
    (destination,) = (await brand.editor.get(PATH)).json()["data"]
    assert (destination["isEnabled"], destination["disabledReason"]) == (False, "the receiver answered 403")
    assert "“faulty” gets no notifications now" in [each["title"] for each in await told(brand.editor)]


async def test_what_was_read_or_decided_meanwhile_is_not_sent(world: World, service: Db) -> None:
    brand = await world.brand()
    _, place = await add(world, brand.editor, "slack")
    notify(world, brand.editor, brand.id, "Read")
    await brand.editor.post("/notifications/mark", {"isRead": True})
    notify(world, brand.editor, brand.id, "New")
    await settle(world, service)
    assert [each["body"].count("New") > 0 for each in await hooks_at(world, place)] == [True]


async def test_other_admins_hear_of_destinations_of_their_brand(world: World, service: Db) -> None:
    brand = await world.brand()
    other = await world.member(brand, "admin")
    await add(world, other, "slack", brandId=brand.id)
    assert [each["event"] for each in await told(brand.admin, category="system")][:1] == ["destination_added"]
    await settle(world, service)
    world.rows("delete from public.brand_members where user_id = %s", world.id_of(other))
    await settle(world, service)
    assert "destination_review" in [each["event"] for each in await told(brand.admin, category="system")]
