"""Digests: what is new since the last one, whenever it was committed, for everybody who chose them."""

from typing import Any

import psycopg
import pytest

from lib.core.data.db import Db
from lib.notify.telling import queue_digests, repository
from local.demo.callers import Person
from tests.notify.reading import mails_to, settle, told
from tests.notify.test_preferences import choose, commented
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def cut(world: World, service: Db, person: Person) -> None:
    """Lets a digest of a person be due, and sends it."""
    world.rows(
        "update private.notification_digests set next_at = now() - interval '1 minute' where user_id = %s",
        world.id_of(person),
    )
    world.rows("select public.queue_digests(1000)")
    await settle(world, service)


def shares(world: World, person: Person) -> list[int]:
    """Returns how many things the latest digest counted, by bundle."""
    rows = world.rows(
        "select digested.share from private.digested_notifications as digested "
        "inner join public.notifications on notifications.id = digested.notification_id where user_id = %s",
        world.id_of(person),
    )
    return [row["share"] for row in rows]


async def test_a_digest_counts_what_is_new(world: World, service: Db) -> None:
    brand = await world.brand()
    await choose(brand.editor, digest="daily")
    content = await world.draft(brand)
    path = f"/contents/{content['id']}/comments"
    for _ in range(5):
        await brand.viewer.post(path, {"body": "x"})
    await settle(world, service)
    await cut(world, service, brand.editor)
    assert shares(world, brand.editor) == [5]
    await brand.viewer.post(path, {"body": "One more"})
    await settle(world, service)
    await cut(world, service, brand.editor)
    assert shares(world, brand.editor) == [1]
    assert await mails_to(world, brand.editor.email) == ["digest", "digest"]


async def test_who_chose_a_digest_before_there_were_any_gets_one(world: World, service: Db) -> None:
    brand = await world.brand()
    await choose(brand.editor, digest="daily")
    world.rows("delete from private.notification_digests where user_id = %s", world.id_of(brand.editor))
    await commented(world, service, brand)
    await cut(world, service, brand.editor)
    assert await mails_to(world, brand.editor.email) == ["digest"]


async def test_what_commits_after_the_cut_is_in_the_next(world: World, service: Db) -> None:
    brand = await world.brand()
    await choose(brand.editor, digest="daily")
    with psycopg.connect(world.stack.database_url) as late:
        late.execute(
            "select private.notify(array[%s::uuid], %s, 'system', 'notice', 'Late')",
            (world.id_of(brand.editor), brand.id),
        )
        await cut(world, service, brand.editor)
        assert await mails_to(world, brand.editor.email) == []
        late.commit()
    await cut(world, service, brand.editor)
    assert await mails_to(world, brand.editor.email) == ["digest"]


async def test_who_leaves_digests_gets_what_waited(world: World, service: Db) -> None:
    brand = await world.brand()
    await choose(brand.editor, digest="weekly")
    await commented(world, service, brand)
    await choose(brand.editor, digest="instant")
    await commented(world, service, brand)
    world.rows("select public.queue_digests(1000)")
    await settle(world, service)
    assert sorted(await mails_to(world, brand.editor.email)) == ["digest", "notification"]
    assert shares(world, brand.editor) == [1]
    left = world.rows("select from private.notification_digests where user_id = %s", world.id_of(brand.editor))
    assert left == []


async def test_digests_wait_for_the_end_of_quiet_hours(world: World, service: Db) -> None:
    brand = await world.brand()
    zone: dict[str, Any] = world.rows(
        "select to_char(now() at time zone 'UTC', 'HH24:MI') as now, "
        "to_char(now() at time zone 'UTC' - interval '2 minutes', 'HH24:MI') as ends"
    )[0]
    world.rows("update public.profiles set timezone = 'UTC' where id = %s", world.id_of(brand.editor))
    await choose(brand.editor, digest="hourly", quietFrom=zone["now"], quietTo=zone["ends"])
    await commented(world, service, brand)
    await cut(world, service, brand.editor)
    assert await mails_to(world, brand.editor.email) == []
    (kept,) = world.rows(
        "select next_at > now() + interval '23 hours' as waits from private.notification_digests where user_id = %s",
        world.id_of(brand.editor),
    )
    assert kept["waits"]
    await choose(brand.editor, digest="hourly")
    await cut(world, service, brand.editor)
    assert await mails_to(world, brand.editor.email) == ["digest"]
    assert len(await told(brand.editor)) == 1


async def test_all_that_are_due_are_queued_however_many(
    world: World, service: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "DIGESTS", 1)
    brand = await world.brand()
    people = (brand.editor, brand.viewer, brand.admin)
    for person in people:
        await choose(person, digest="daily")
        world.rows(
            "update private.notification_digests set next_at = now() - interval '1 minute' where user_id = %s",
            world.id_of(person),
        )
    assert await queue_digests(service) >= len(people)
    waiting = world.rows("select count(*) as number from private.notification_digests where next_at <= now()")
    assert waiting == [{"number": 0}]
