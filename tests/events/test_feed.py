"""GET /events: one cursor over the log of a brand, which skips nothing, shows nothing of others, and costs little."""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, LiteralString
from uuid import UUID, uuid4

import jwt
import psycopg
import pytest

from local.demo.callers import Person
from local.stack.client import RunningStack
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

WRITERS: Final = 50
EVENTS_OF_A_WRITER: Final = 8
APPEND: Final = "select private.append_event(%s, 'vetting_agency', %s, %s) as id"
ADDED: Final = "VettingAgencyAdded"
REMOVED: Final = "VettingAgencyRemoved"
# Readers need member.manage.
INVITED: Final = "UserInvited"


def append(world: World, brand: Brand, *, kind: str = ADDED, aggregate: UUID | None = None) -> str:
    return str(world.rows(APPEND, brand.id, aggregate or uuid4(), kind)[0]["id"])


async def listed(person: Person, brand: Brand, after: str | None = None, **params: Any) -> dict[str, Any]:
    query = {"brandId": brand.id, "after": after, **params}
    answer = await person.http.get("/events", params={name: value for name, value in query.items() if value})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def settled(person: Person, brand: Brand, last: str, after: str | None = None) -> dict[str, Any]:
    """Lists until an event is among those listed: transactions of the platform may hold it back for a moment."""
    until = time.monotonic() + 30
    cursor = after
    while True:
        page = await listed(person, brand, cursor, limit=200)
        if last in ids_of(page):
            return page
        cursor = page["meta"]["nextCursor"] if page["meta"]["hasMore"] else after
        assert time.monotonic() < until, "the event is not listed"
        # Seldom enough for the rate limit of the reader, whatever holds the event back.
        await asyncio.sleep(0.5)


def ids_of(page: dict[str, Any]) -> list[str]:
    return [event["id"] for event in page["data"]]


def write_out_of_order(url: str, brand: str, seed: int) -> list[str]:
    """Writes events in transactions that last differently long, so that they commit in another order."""
    chance = random.Random(seed)
    written: list[str] = []
    with psycopg.connect(url) as connection:
        for _ in range(EVENTS_OF_A_WRITER):
            for _ in range(2):
                row = connection.execute(APPEND, [brand, uuid4(), ADDED]).fetchone()
                assert row is not None
                written.append(str(row[0]))
                time.sleep(chance.random() * 0.03)
            if chance.random() < 0.2:
                connection.rollback()
                del written[-2:]
            else:
                connection.commit()
    return written


async def written_by_many(url: str, brand: str) -> Sequence[list[str]]:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [loop.run_in_executor(pool, write_out_of_order, url, brand, seed) for seed in range(WRITERS)]
        return await asyncio.gather(*writers)


async def test_pages_follow_each_other(world: World) -> None:
    brand = await world.brand()
    ids = [append(world, brand) for _ in range(5)]
    everything = await settled(brand.viewer, brand, ids[-1])
    assert ids_of(everything)[-5:] == ids
    assert (everything["meta"]["nextCursor"], everything["meta"]["hasMore"]) == (ids[-1], False)
    before = ids_of(everything)[-6]
    first = await listed(brand.viewer, brand, before, limit=2)
    assert (ids_of(first), first["meta"]["nextCursor"], first["meta"]["hasMore"]) == (ids[:2], ids[1], True)
    following = await brand.viewer.http.get(first["links"]["next"].removeprefix("/api/v1"))
    assert ids_of(following.json()) == ids[2:4]
    end = await listed(brand.viewer, brand, ids[-1])
    assert (end["data"], end["meta"]["nextCursor"], end["meta"]["hasMore"]) == ([], ids[-1], False)
    event = first["data"][0]
    assert (event["brandId"], event["type"], event["aggregateType"], event["data"]) == (
        brand.id,
        ADDED,
        "vetting_agency",
        {},
    )


async def test_an_event_says_what_live_updates_say_of_it(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    message = world.rows(
        "select payload from realtime.messages where topic = %s and event = 'ContentCreated'",
        f"content:{content['id']}",
    )[0]["payload"]
    page = await settled(brand.viewer, brand, message["eventId"])
    event = next(each for each in page["data"] if each["id"] == message["eventId"])
    assert "changes" not in event["data"]
    assert event | {"eventId": event["id"], "id": message["id"], "occurredAt": ""} == message | {"occurredAt": ""}


async def test_filters(world: World) -> None:
    brand, aggregate = await world.brand(), uuid4()
    ids = [append(world, brand, kind=(ADDED, REMOVED)[n % 2], aggregate=aggregate) for n in range(4)]
    other = append(world, brand)
    await settled(brand.viewer, brand, other)
    of_type = await listed(brand.viewer, brand, types=[REMOVED, "Unheard"])
    assert ids_of(of_type) == [ids[1], ids[3]]
    assert of_type["meta"]["nextCursor"] == other, "the cursor is behind what was looked at"
    assert ids_of(await listed(brand.viewer, brand, aggregateId=str(aggregate))) == ids
    assert ids_of(await listed(brand.viewer, brand, aggregateId=str(aggregate), types=[ADDED])) == [ids[0], ids[2]]
    assert set(ids_of(await listed(brand.viewer, brand, aggregateType="vetting_agency", limit=200))) == {*ids, other}
    limited = await listed(brand.viewer, brand, types=[REMOVED], limit=1)
    assert (ids_of(limited), limited["meta"]["hasMore"]) == ([ids[1]], True)
    assert ids_of(await listed(brand.viewer, brand, limited["meta"]["nextCursor"], types=[REMOVED])) == [ids[3]]


async def test_a_filter_that_matches_nothing_looks_at_so_many_events_at_a_time(world: World) -> None:
    brand = await world.brand()
    append_many(world, brand, 5100)
    wanted = append(world, brand, kind=REMOVED)
    await settled(brand.viewer, brand, wanted)
    page = await listed(brand.viewer, brand, types=[REMOVED])
    assert (page["data"], page["meta"]["hasMore"]) == ([], True)
    assert ids_of(await listed(brand.viewer, brand, page["meta"]["nextCursor"], types=[REMOVED])) == [wanted]


async def test_the_log_of_others_is_closed(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    mine, theirs = append(world, brand), append(world, other)
    await settled(brand.viewer, brand, mine)
    await settled(other.viewer, other, theirs)
    params = {"brandId": other.id}
    assert_problem(await brand.admin.http.get("/events", params=params), 404, "NOT_FOUND")
    assert_problem(await brand.admin.http.get("/events/stream", params=params), 404, "NOT_FOUND")
    for unknown in (theirs, str(uuid4())):
        answer = await brand.admin.http.get("/events", params={"brandId": brand.id, "after": unknown})
        assert_problem(answer, 422, "UNPROCESSABLE")
    aggregate = world.rows("select aggregate_id from public.domain_events where id = %s", theirs)[0]["aggregate_id"]
    assert ids_of(await listed(brand.admin, brand, aggregateId=str(aggregate))) == []


async def test_events_need_the_permission_of_what_they_are_about(world: World) -> None:
    brand = await world.brand()
    person = await world.signed_in()
    world.join(person, brand.id, "viewer")
    last = append(world, brand)
    seen_by_viewer = (await settled(brand.viewer, brand, last))["data"]
    seen_by_admin = (await settled(brand.admin, brand, last))["data"]
    assert "UserAssigned" in {event["type"] for event in seen_by_admin}
    assert {event["aggregateType"] for event in seen_by_viewer} <= {
        "vetting_agency",
        "brand",
        "content",
        "workflow_definition",
    }
    # A place behind an event that one may no longer read is a place all the same.
    hidden = next(event["id"] for event in seen_by_admin if event["type"] == "UserAssigned")
    assert last in ids_of(await listed(brand.viewer, brand, hidden))


async def test_an_event_that_is_committed_late_comes_late(world: World, stack: RunningStack) -> None:
    brand = await world.brand()
    last = append(world, brand)
    await settled(brand.viewer, brand, last)
    with psycopg.connect(stack.database_url) as late:
        row = late.execute(APPEND, [brand.id, uuid4(), ADDED]).fetchone()
        assert row is not None
        after = append(world, brand)
        page = await listed(brand.viewer, brand, last)
        assert (page["data"], page["meta"]["nextCursor"]) == ([], last), "its place is not known yet"
        late.commit()
    page = await settled(brand.viewer, brand, after)
    assert ids_of(page)[-2:] == [str(row[0]), after]


async def test_nothing_is_missed_or_repeated_while_many_commit_out_of_order(world: World, stack: RunningStack) -> None:
    brand = await world.brand()
    writing = asyncio.create_task(written_by_many(stack.database_url, brand.id))
    read: list[str] = []
    cursor: str | None = None
    until = time.monotonic() + 60
    expected: set[str] | None = None
    while expected is None or not expected <= set(read):
        assert time.monotonic() < until, "events are missing"
        page = await listed(brand.viewer, brand, cursor, limit=7, types=[ADDED])
        read += ids_of(page)
        cursor = page["meta"]["nextCursor"] or cursor
        if writing.done():
            expected = {event for events in writing.result() for event in events}
    assert sorted(read) == sorted(expected)


async def test_an_event_that_is_not_listed_yet_is_no_place(world: World, stack: RunningStack) -> None:
    brand = await world.brand()
    with psycopg.connect(stack.database_url) as older:
        older.execute(APPEND, [brand.id, uuid4(), ADDED])
        early = append(world, brand)  # as a live update tells it
        answer = await brand.viewer.http.get("/events", params={"brandId": brand.id, "after": early})
        assert_problem(answer, 422, "UNPROCESSABLE")
        assert answer.json()["error"]["details"][0]["code"] == "CONFLICT"
    await settled(brand.viewer, brand, early)
    assert (await listed(brand.viewer, brand, early))["data"] == []


def append_many(world: World, brand: Brand, count: int, *, kind: str = ADDED, one: UUID | None = None) -> None:
    aggregate_type = "invitation" if kind == INVITED else "vetting_agency"
    with world.database.transaction():
        world.database.execute("set local mixerai.broadcasts = 'summary'")
        world.database.execute(
            "insert into public.domain_events (brand_id, aggregate_type, aggregate_id, type) "
            "select %s, %s, coalesce(%s, gen_random_uuid()), %s from generate_series(1, %s)",
            [brand.id, aggregate_type, one, kind, count],
        )


async def test_the_cursor_moves_behind_events_that_one_may_not_read(world: World) -> None:
    brand = await world.brand()
    last = append(world, brand)
    await settled(brand.viewer, brand, last)
    append_many(world, brand, 5100, kind=INVITED)
    wanted = append(world, brand)
    await settled(brand.viewer, brand, wanted, after=last)
    first = await listed(brand.viewer, brand, last)
    assert (first["data"], first["meta"]["hasMore"]) == ([], True), "it looked at so many, and no further"
    assert first["meta"]["nextCursor"] != last
    assert ids_of(await listed(brand.viewer, brand, first["meta"]["nextCursor"])) == [wanted]


async def test_comments_of_reviewers_are_for_readers_of_the_contents(world: World) -> None:
    brand = await world.brand()
    run = world.rows(
        "select private.append_event(%s, 'workflow', gen_random_uuid(), 'WorkflowChangesRequested', "
        "jsonb_build_object('contentId', gen_random_uuid(), 'step', 'Legal', 'comment', 'Ask Ada')) as id",
        brand.id,
    )[0]["id"]
    last = append(world, brand)
    assert str(run) in ids_of(await settled(brand.viewer, brand, last))
    world.rows(
        "update public.brand_members set restrictions = '{content.read}' where user_id = %s returning role",
        world.id_of(brand.viewer),
    )
    page = await settled(brand.viewer, brand, last)
    assert str(run) not in ids_of(page)
    assert "workflow_definition" in {event["aggregateType"] for event in page["data"]}, "these hold no comments"
    activity = await brand.viewer.get("/activity", brandId=brand.id)
    assert activity.status_code == 200, activity.text
    assert "Ask Ada" not in activity.text
    rows = await brand.viewer.http.get(
        f"{world.stack.environment['SUPABASE_URL']}/rest/v1/domain_events",
        params={"id": f"eq.{run}"},
        headers={
            "apikey": world.stack.environment["SUPABASE_PUBLISHABLE_KEY"],
            "Authorization": f"Bearer {brand.viewer.access_token}",
        },
    )
    assert (rows.status_code, rows.json()) == (200, [])


# Counts the reads of this session, also those of its last statements.
READ: Final = """
select (coalesce(sum(seq_tup_read), 0) + coalesce(sum(idx_tup_fetch), 0))::integer
from pg_stat_xact_all_tables where relname ~ '^domain_events'
"""


def reads_of(world: World, person: Person, arguments: LiteralString, *values: Any) -> tuple[int, int]:
    """Lists as a person, and returns how many events were read beside those in indexes, and how many were given."""

    def number(query: LiteralString, *values: Any) -> int:
        row = world.database.execute(query, values).fetchone()
        assert row is not None
        return row[0]

    claims = jwt.decode(person.access_token, options={"verify_signature": False})
    with world.database.transaction():
        before = number(READ)
        world.database.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps(claims)])
        world.database.execute("set local role authenticated")
        world.database.execute("set local plan_cache_mode = 'force_generic_plan'")
        given = number(f"select jsonb_array_length(public.list_events({arguments}) -> 'items')", *values)
        world.database.execute("reset role")
        return number(READ) - before, given


async def test_a_look_reads_the_events_that_it_gives_and_no_others(world: World) -> None:
    brand, one = await world.brand(), uuid4()
    append_many(world, brand, 3000, kind=INVITED)
    append_many(world, brand, 3000, one=one)
    append_many(world, brand, 3000)
    last = append(world, brand)
    await settled(brand.viewer, brand, last)
    world.database.execute("vacuum analyze public.domain_events")
    read, given = reads_of(world, brand.viewer, "%s, page_size => 50", brand.id)
    assert given == 50
    assert read <= 2 * given + 20
    read, given = reads_of(world, brand.viewer, "%s, aggregate_id => %s, page_size => 50", brand.id, one)
    assert given == 50
    assert read <= 2 * given + 20
    # At the end, where a stream looks again and again: its place alone
    read, given = reads_of(world, brand.viewer, "%s, %s", brand.id, last)
    assert (read <= 5, given) == (True, 0), read
    read, given = reads_of(world, brand.viewer, "%s, %s, aggregate_id => %s", brand.id, last, one)
    assert (read <= 5, given) == (True, 0), read
