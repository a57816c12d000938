"""GET /events/stream: follows the log of a brand, resumes without a gap, and ends with the access of its reader."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import redis

from lib.core.auth.api_keys import ApiKey, issue_token
from lib.core.auth.principal import Principal
from lib.core.data.db import connect_as
from lib.core.http.errors import RateLimitExceeded
from lib.events import feed
from lib.events.feed import Part, StreamQuery, open_streams, repository
from lib.events.feed.open_streams import MOST
from lib.events.feed.service import pause_after
from local.demo.callers import Person
from local.stack.client import RunningStack
from tests.events.test_feed import ADDED, REMOVED, append, append_many, settled, written_by_many
from tests.identity.test_api_keys import make
from tests.support.errors import assert_problem
from tests.support.world import Brand, World, session_of

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 30


@dataclass
class Reader:
    """Reads server-sent events as a browser does: the last id is kept, and blocks without data are no events."""

    answer: httpx.Response
    last_id: str | None = None
    retry: int | None = None
    comments: int = 0

    def __post_init__(self) -> None:
        self._lines = self.answer.aiter_lines()

    async def parts(self) -> AsyncIterator[dict[str, str]]:
        block: dict[str, str] = {}
        async for line in self._lines:
            name, _, value = line.partition(":")
            if line and name:
                block[name] = value.removeprefix(" ")
                continue
            self.comments += bool(line)
            if not line and block:
                self.last_id = block.get("id", self.last_id)
                self.retry = int(block["retry"]) if "retry" in block else self.retry
                yield block
                block = {}

    async def read(self, count: int) -> list[str]:
        """Returns the ids of so many further events."""
        ids: list[str] = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for block in self.parts():
                if "data" in block:
                    ids.append(block["id"])
                    if len(ids) == count:
                        break
        return ids

    async def read_to_the_end(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for _ in self.parts():
                pass


@asynccontextmanager
async def following(
    person: Person, brand: Brand, *, last_event_id: str | None = None, **params: Any
) -> AsyncGenerator[Reader]:
    headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
    query = {"brandId": brand.id, **params}
    async with person.http.stream("GET", "/events/stream", params=query, headers=headers, timeout=60) as answer:
        if answer.status_code != 200:
            await answer.aread()
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Reader(answer)


async def opened(reader: Reader) -> None:
    """Reads the first block, which has the place to go on from, also where no event ever comes."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for _ in reader.parts():
            return


async def test_new_events_come_and_a_reader_goes_on_where_it_was(world: World) -> None:
    brand = await world.brand()
    await settled(brand.viewer, brand, append(world, brand))
    async with following(brand.viewer, brand) as reader:
        await opened(reader)
        assert reader.retry == 1000
    start = reader.last_id
    missed = [append(world, brand) for _ in range(2)]
    append(world, brand, kind=REMOVED)
    async with following(brand.viewer, brand, last_event_id=start, types=[ADDED], after=missed[1]) as reader:
        await opened(reader)
        assert await reader.read(2) == missed, "the header counts before the parameter, which a browser repeats"


async def test_the_data_is_that_of_the_list(world: World) -> None:
    brand = await world.brand()
    first, second = append(world, brand), append(world, brand)
    await settled(brand.viewer, brand, second)
    async with following(brand.viewer, brand, after=first) as reader:
        async with asyncio.timeout(PATIENCE_SECONDS):
            block = [block async for block in _until_data(reader)][-1]
    page = await brand.viewer.http.get("/events", params={"brandId": brand.id, "after": first})
    (listed,) = page.json()["data"]
    assert httpx.Response(200, text=block["data"]).json() == listed
    assert (block["id"], block["event"]) == (second, ADDED)


async def _until_data(reader: Reader) -> AsyncIterator[dict[str, str]]:
    async for block in reader.parts():
        yield block
        if "data" in block:
            return


async def test_readers_that_break_off_get_every_event_once(world: World, stack: RunningStack) -> None:
    brand = await world.brand()
    last = append(world, brand)
    await settled(brand.viewer, brand, last)
    writing = asyncio.create_task(written_by_many(stack.database_url, brand.id))
    read: list[str] = []
    expected: set[str] | None = None
    until = time.monotonic() + 90
    while expected is None or not expected <= set(read):
        assert time.monotonic() < until, "events are missing"
        async with following(brand.viewer, brand, last_event_id=last) as reader:
            read += await reader.read(97 if expected is None else min(97, len(expected) - len(read)))
        last = reader.last_id
        if writing.done():
            expected = {event for events in writing.result() for event in events}
    assert sorted(read) == sorted(expected)


async def test_a_stream_ends_with_the_session(world: World) -> None:
    brand = await world.brand()
    async with following(brand.viewer, brand) as reader:
        await opened(reader)
        assert (await brand.viewer.post("/auth/logout")).status_code in (200, 204)
        await reader.read_to_the_end()
    answer = await brand.viewer.http.get("/events/stream", params={"brandId": brand.id})
    assert answer.status_code == 401, answer.text


async def test_a_stream_ends_with_the_membership(world: World) -> None:
    brand = await world.brand()
    async with following(brand.viewer, brand) as reader:
        await opened(reader)
        world.rows("delete from public.brand_members where user_id = %s returning role", world.id_of(brand.viewer))
        await reader.read_to_the_end()
    answer = await brand.viewer.http.get("/events/stream", params={"brandId": brand.id})
    assert_problem(answer, 404, "NOT_FOUND")


def principal_of(world: World, person: Person) -> Principal:
    return Principal(
        user_id=UUID(world.id_of(person)),
        session_id=UUID(session_of(person)),
        email=person.email,
        access_token=person.access_token,
        expires_at=int(time.time()) + 600,
        db=connect_as(person.access_token),
    )


@pytest.mark.usefixtures("service")
async def test_a_stream_ends_before_the_function_does(world: World) -> None:
    brand = await world.brand()
    principal, query = principal_of(world, brand.viewer), StreamQuery(brand_id=UUID(brand.id))
    event = append(world, brand)
    await settled(brand.viewer, brand, event)
    parts = await feed.follow_events(principal, query=query, after=UUID(event), seconds=12)
    last = append(world, brand)
    read = [part async for part in parts]
    assert (read[0].retry, read[-1].retry) == (1000, 1000)
    assert [str(part.event.id) for part in read if part.event] == [last]
    assert str(read[-1].place) == last


@pytest.mark.usefixtures("service")
async def test_a_person_follows_five_streams_at_most(world: World) -> None:
    brand = await world.brand()
    principal, query = principal_of(world, brand.viewer), StreamQuery(brand_id=UUID(brand.id))
    streams = [await feed.follow_events(principal, query=query, after=None) for _ in range(MOST)]
    for stream in streams:
        await anext(stream)
    with pytest.raises(RateLimitExceeded):
        await feed.follow_events(principal, query=query, after=None)
    answer = await brand.viewer.http.get("/events/stream", params={"brandId": brand.id})
    assert_problem(answer, 429, "RATE_LIMIT_EXCEEDED")
    await streams.pop().aclose()
    async with following(brand.viewer, brand) as reader:
        await opened(reader)
    for stream in streams:
        await stream.aclose()


async def test_what_is_no_event_is_refused(world: World) -> None:
    brand = await world.brand()
    params = {"brandId": brand.id}
    for headers in ({"Last-Event-ID": "x"}, {"Last-Event-ID": str(uuid4())}):
        answer = await brand.viewer.http.get("/events/stream", params=params, headers=headers)
        assert answer.status_code in (400, 422), answer.text
    answer = await brand.viewer.http.get("/events", params=params | {"unknown": "1"})
    assert_problem(answer, 400, "VALIDATION_ERROR")


async def opened_until_refused(principal: Principal, query: StreamQuery) -> list[AsyncGenerator[Part]]:
    streams: list[AsyncGenerator[Part]] = []
    with suppress(RateLimitExceeded):
        for _ in range(2 * MOST):
            streams.append(await feed.follow_events(principal, query=query, after=None))
            await anext(streams[-1])
    return streams


@pytest.mark.usefixtures("service")
async def test_a_stream_counts_as_long_as_it_is_open_however_busy_its_brand_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_streams, "SECONDS", 1.5)
    brand = await world.brand()
    principal, query = principal_of(world, brand.viewer), StreamQuery(brand_id=UUID(brand.id))
    streams = await opened_until_refused(principal, query)
    assert len(streams) == MOST
    # None of them comes to a heartbeat: two have events all the time, and the others' readers take nothing.
    ends_at = time.monotonic() + 3
    while time.monotonic() < ends_at:
        append(world, brand)
        for stream in streams[:2]:
            await anext(stream)
    with pytest.raises(RateLimitExceeded):
        await feed.follow_events(principal, query=query, after=None)
    for stream in streams:
        await stream.aclose()


@pytest.mark.usefixtures("service")
async def test_a_stream_whose_place_another_has_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_streams, "SECONDS", 3.0)
    brand = await world.brand()
    principal, query = principal_of(world, brand.viewer), StreamQuery(brand_id=UUID(brand.id))
    lost = await feed.follow_events(principal, query=query, after=None)
    await anext(lost)
    with redis.Redis.from_url(world.stack.redis_url) as kv:
        kv.delete(f"streams:local:{principal.user_id}")
    streams = await opened_until_refused(principal, query)
    async with asyncio.timeout(PATIENCE_SECONDS):
        last = [part async for part in lost][-1]
    assert last.retry == 1000
    for stream in streams:
        await stream.aclose()


@pytest.mark.usefixtures("service")
async def test_a_stream_outlives_the_token_of_a_key_and_ends_with_the_key(world: World) -> None:
    brand = await world.brand()
    made = await make(brand, "read")
    row = world.rows("select scopes, expires_at from public.api_keys where id = %s", made["id"])[0]
    key = ApiKey(
        id=UUID(made["id"]),
        user_id=UUID(world.id_of(brand.admin)),
        brand_id=UUID(brand.id),
        scopes=tuple(row["scopes"]),
        allowed_addresses=(),
        expires_at=row["expires_at"].timestamp(),
    )
    db = connect_as(issue_token(key))
    principal = replace(principal_of(world, brand.admin), api_key=key, session_id=None, access_token="over", db=db)
    first = append(world, brand)
    await settled(brand.admin, brand, first)
    stream = await feed.follow_events(principal, query=StreamQuery(brand_id=UUID(brand.id)), after=UUID(first))
    await anext(stream)
    second = append(world, brand)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (part := await anext(stream)).event is None:
            pass  # signs of life come while an older transaction is open
        assert part.place == UUID(second)
        world.rows("update public.api_keys set revoked_at = now() where id = %s returning id", made["id"])
        assert [part.retry async for part in stream][-1] == 1000


def test_looks_are_rare_where_nothing_comes() -> None:
    pauses = [pause_after(seconds) for seconds in (0, 30, 60, 150, 300, 3000)]
    assert pauses == [1, 1, 1, 2.5, 5, 5]


@pytest.mark.usefixtures("service")
async def test_a_reader_who_is_behind_pauses_between_its_looks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    brand = await world.brand()
    append_many(world, brand, 1000)
    await settled(brand.viewer, brand, append(world, brand))
    looked_at: list[float] = []
    fetch = repository.fetch_events

    async def noting(*args: Any, **named: Any) -> Any:
        looked_at.append(time.monotonic())
        return await fetch(*args, **named)

    monkeypatch.setattr(repository, "fetch_events", noting)
    principal, query = principal_of(world, brand.viewer), StreamQuery(brand_id=UUID(brand.id))
    start = world.rows("select min(id::text) as id from public.domain_events where brand_id = %s", brand.id)[0]["id"]
    stream = await feed.follow_events(principal, query=query, after=UUID(start))
    count = 0
    async for part in stream:
        count += part.event is not None
        if count >= 1000:
            break
    await stream.aclose()
    assert len(looked_at) >= 10
    assert all(later - earlier >= 0.09 for earlier, later in pairwise(looked_at))
