"""Lets what was committed reach people, and reads what they are told."""

import asyncio
import time
from typing import Any

import httpx

from lib.core.data.db import Db
from lib.jobs import work_off
from lib.jobs.consumers import drain
from lib.notify.schedule import BACKGROUND
from lib.notify.telling import CHATS, NOTICES
from local.demo.callers import Person
from tests.support.world import World

PATIENCE_SECONDS = 30
(CONSUMER,) = BACKGROUND.consumers


async def settle(world: World, service: Db) -> None:
    """Hands all events to people and composes their mails; other drains may do it at the same time."""
    began = time.monotonic()
    while True:
        await drain(service, CONSUMER, seconds=20)
        await work_off(service, NOTICES, seconds=20)
        await work_off(service, CHATS, seconds=20)
        waiting = world.rows(
            "select count(*) as number from private.jobs where run_at <= now() "
            "and queue in ('notifications', 'notification_mail', 'notification_chat')"
        )[0]["number"]
        unread = world.rows(
            "select count(*) as number from public.domain_events, private.outbox_consumers as reader "
            "where reader.name = 'notifications' "
            "and (transaction_id, domain_events.id) > (reader.read_transaction_id, reader.read_event_id)"
        )[0]["number"]
        if not waiting and not unread:
            return
        assert time.monotonic() - began < PATIENCE_SECONDS, f"{waiting} jobs and {unread} events are left"
        await asyncio.sleep(0.05)


async def told(person: Person, **filters: Any) -> list[dict[str, Any]]:
    """Returns the notifications of a person, the latest first."""
    response = await person.get("/notifications", pageSize=100, **filters)
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def events_of(person: Person, **filters: Any) -> list[str]:
    return [each["event"] for each in await told(person, **filters)]


async def mails_to(world: World, email: str) -> list[str]:
    """Returns the templates of the mails that were queued to a person."""
    rows = world.rows("select template from private.mail_messages where user_id = %s order by id", world.ids[email])
    return [row["template"] for row in rows]


async def hooks_at(world: World, path: str) -> list[dict[str, Any]]:
    """Returns what the stand-in of chats received at a path, the latest first."""
    async with httpx.AsyncClient() as client:
        url = f"{world.stack.urls['mail']}/received-hooks"
        return (await client.get(url, params={"path": f"/hooks/{path}"})).json()
