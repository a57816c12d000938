"""Hostile input of a tenant against other readers or the event loop: markup, thousands of watchers, floods."""

import json
from uuid import uuid4

import pytest

from lib.core.data.db import Db
from tests.notify.reading import events_of, mails_to, settle, told
from tests.support.world import World
from tests.workflow.review_desk import submitted

pytestmark = pytest.mark.anyio


async def test_markup_stays_text(world: World, service: Db) -> None:
    brand = await world.brand()
    title = "%s {count} \\ ${x} & “quoted” " + "é" * 150
    content = await submitted(world, brand, title=title)
    world.rows("update public.contents set title = title where id = %s", content["id"])
    await settle(world, service)
    (task,) = await told(brand.viewer)
    assert task["title"] == f"Review needed: “{content['title']}”"
    assert await mails_to(world, brand.viewer.email) == ["task_assigned"]


async def test_ten_thousand_watchers(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    marker = uuid4().hex
    # A membership takes an entry in the audit log, and ten thousand of those are not what this is about.
    world.rows("alter table public.brand_members disable trigger user")
    world.rows(
        "with people as (insert into auth.users (id, email, raw_user_meta_data) "
        "select gen_random_uuid(), %s || number || '@crowd.test', '{}' from generate_series(1, 10000) as number "
        "returning id), members as (insert into public.brand_members (user_id, brand_id, role) "
        "select id, %s, 'viewer' from people returning user_id), "
        "preferences as (insert into public.notification_preferences (user_id, email_enabled) "
        "select user_id, false from members) "
        "insert into private.content_watchers (content_id, user_id, brand_id, is_watching) "
        "select %s, user_id, %s, true from members returning user_id",
        marker,
        brand.id,
        content["id"],
        brand.id,
    )
    world.rows("alter table public.brand_members enable trigger user")
    await brand.viewer.post(f"/contents/{content['id']}/comments", {"body": "Hello, all"})
    await settle(world, service)
    (made,) = world.rows(
        "select count(*) as number, count(distinct user_id) as people from public.notifications "
        "where brand_id = %s and event = 'comment'",
        brand.id,
    )
    # All of them and the creator, each once.
    assert made == {"number": 10_001, "people": 10_001}
    (sent,) = world.rows(
        "select count(*) as number from realtime.messages where event = 'NotificationCreated' "
        "and payload ->> 'title' = %s",
        f"A comment on “{content['title']}”",
    )
    assert sent["number"] == 500


async def test_live_messages_are_shared_between_the_brands_of_a_statement(world: World) -> None:
    crowded, small = await world.brand(), await world.brand()
    # One statement for both, as one call of the consumer.
    world.rows(
        "insert into public.notifications (user_id, brand_id, event, title) "
        "select %s::uuid, %s::uuid, 'notice', 'Of the crowd' from generate_series(1, 600) "
        "union all select %s::uuid, %s::uuid, 'notice', 'Of the small one' returning id",
        world.id_of(crowded.editor),
        crowded.id,
        world.id_of(small.editor),
        small.id,
    )
    sent = world.rows(
        "select topic, count(*) as number from realtime.messages where event = 'NotificationCreated' "
        "and topic in (%s, %s) group by topic",
        f"user:{world.id_of(crowded.editor)}",
        f"user:{world.id_of(small.editor)}",
    )
    assert sorted(each["number"] for each in sent) == [1, 499]


async def test_a_flood_of_mentions_is_one_notification_and_one_mail(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    world.rows(
        "insert into public.comments (brand_id, content_id, body, mentions, created_by) "
        "select %s, %s, 'x', array[%s::uuid], %s from generate_series(1, 500) returning id",
        brand.id,
        content["id"],
        world.id_of(brand.admin),
        world.id_of(brand.viewer),
    )
    await settle(world, service)
    (mention,) = await told(brand.admin, category="comments")
    assert (mention["event"], mention["count"]) == ("mention", 500)
    assert (await mails_to(world, brand.admin.email)).count("notification") == 1


async def test_an_event_that_comes_twice_tells_once(world: World, service: Db) -> None:
    brand = await world.brand()
    await submitted(world, brand)
    await settle(world, service)
    ids = [str(row["id"]) for row in world.rows("select id from public.domain_events where brand_id = %s", brand.id)]
    assert world.rows("select public.write_notifications(%s::uuid[]) as told", ids)[0]["told"] == 0
    assert await events_of(brand.viewer) == ["task_assigned"]


async def test_events_with_odd_data_keep_no_other_waiting(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await submitted(world, brand)
    # Payloads that the catalogue would refuse, inserted by SQL as a defect might.
    world.rows("select set_config('mixerai.broadcasts', 'summary', false)")
    for kind, payload in (
        ("WorkflowNotification", {"contentId": content["id"], "step": "x", "userIds": "nobody"}),
        ("TaskAssigned", {"contentId": "no id", "taskId": None}),
        ("BudgetThresholdReached", {}),
    ):
        world.rows(
            "insert into public.domain_events (brand_id, aggregate_type, aggregate_id, type, payload) "
            "values (%s, 'test', %s, %s, %s) returning id::text",
            brand.id,
            brand.id,
            kind,
            json.dumps(payload),
        )
    world.rows("select set_config('mixerai.broadcasts', '', false)")
    await settle(world, service)
    assert await events_of(brand.viewer) == ["task_assigned"]
    world.rows("delete from private.jobs where queue = 'notifications' and brand_id = %s returning id", brand.id)


async def test_what_is_old_is_removed_in_batches(world: World) -> None:
    brand = await world.brand()
    person = world.id_of(brand.editor)
    for days, is_read in ((100, True), (80, True), (100, False), (400, False)):
        world.rows(
            "insert into public.notifications (id, user_id, event, title, is_read, last_at) "
            "select overlay(private.uuid_v7()::text placing left(private.uuid_v7_floor(moment.at)::text, 13) "
            "from 1 for 13)::uuid, %s, 'notice', %s, %s, moment.at "
            "from (select now() - make_interval(days => %s) as at) as moment returning id",
            person,
            f"{days} {is_read}",
            is_read,
            days,
        )
    world.rows("select public.remove_old_notifications()")
    titles = [row["title"] for row in world.rows("select title from public.notifications where user_id = %s", person)]
    assert sorted(titles) == ["100 False", "80 True"]
