"""Checks that the stand-in of Realtime is as unforgiving as the hosted service: lost, closed, refused.

Source: https://github.com/supabase/realtime, lib/realtime_web/channels/realtime_channel.ex and
lib/realtime/tenants/replication_connection.ex, read in version 2.129.
"""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import psycopg
import pytest

from local.stack.client import RunningStack
from local.stack.settings import JWT_SECRET, PUBLISHABLE_KEY, ROOT, SUPERUSER, with_role
from tests.support.supabase import supabase_with

pytestmark = pytest.mark.anyio

SCHEMA = """
create table public.allowed (user_id uuid, topic text, may_write boolean not null default false);
grant select on public.allowed to authenticated;
create policy "Those who are allowed may read" on realtime.messages for select to authenticated
using (extension = 'broadcast' and exists (
  select from public.allowed where user_id = auth.uid() and allowed.topic = realtime.topic()
));
create policy "Those who are allowed may write" on realtime.messages for insert to authenticated
with check (extension = 'broadcast' and exists (
  select from public.allowed where user_id = auth.uid() and allowed.topic = realtime.topic() and may_write
));
"""
DELAY_MS = 250
# Long enough that a message is sent before it ends, also on a busy machine.
LONG_DELAY_MS = 4000
READY: dict[str, Any] = {"broadcast": {"replication_ready": True}}


class Project:
    def __init__(self, url: str, database_url: str, database: psycopg.Connection) -> None:
        self.url = url
        self.database_url = database_url
        self.database = database

    def person(self, topic: str, *, may_write: bool = False) -> str:
        person = str(uuid4())
        self.database.execute("insert into public.allowed values (%s, %s, %s)", [person, topic, may_write])
        return person

    def send(self, topic: str, payload: str = '{"a": 1}', *, is_private: bool = True) -> None:
        self.database.execute("select realtime.send(%s::jsonb, 'news', %s, %s)", [payload, topic, is_private])


@contextmanager
def project_with(stack: RunningStack, **environment: str) -> Generator[Project]:
    with (
        supabase_with(stack.database_url, SCHEMA, **environment) as (url, database_url),
        psycopg.connect(database_url, autocommit=True) as database,
    ):
        yield Project(url, database_url, database)


@pytest.fixture(scope="module")
def project(stack: RunningStack) -> Iterator[Project]:
    environment = {
        "REALTIME_REPLICATION_DELAY_MS": str(DELAY_MS),
        "REALTIME_REFUSAL_DELAY_MS": "200",
        "REALTIME_PRIVATE_ONLY": "false",
        "REALTIME_MESSAGES_PER_SECOND": "20",
        "REALTIME_TICK_MS": "500",
        "REALTIME_UPKEEP_MS": "500",
    }
    with project_with(stack, **environment) as made:
        yield made


def token_of(person: str, *, seconds: float = 600, **claims: Any) -> str:
    made = {"role": "authenticated", "sub": person, "exp": int(time.time() + seconds), "iat": int(time.time())}
    return jwt.encode(made | claims, JWT_SECRET, "HS256")


class Listener:
    """The JavaScript client in its own process, on one topic."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.heard: list[tuple[str, Any]] = []

    async def hear(self, what: str, seconds: float = 10) -> Any:
        """Returns the next entry of a kind; earlier entries are kept in ``heard``."""
        assert self.process.stdout is not None
        async with asyncio.timeout(seconds):
            while line := await self.process.stdout.readline():
                kind, value = json.loads(line)
                self.heard.append((kind, value))
                if kind == what:
                    return value
        raise AssertionError(f"the client ended: {self.heard}")

    async def tell(self, **what: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what).encode() + b"\n")
        await self.process.stdin.drain()

    async def hears_nothing(self, what: str, seconds: float = 1.0) -> None:
        with pytest.raises(TimeoutError):
            await self.hear(what, seconds)


@asynccontextmanager
async def listening(
    project: Project, token: str, topic: str, *, timeout_ms: int = 10_000, **config: Any
) -> AsyncGenerator[Listener]:
    """Joins a topic. ``timeout_ms``: how long the client waits for an answer."""
    # Modules are resolved from the folder of the script, so it runs where they are installed.
    script = ROOT / "local" / "node_modules" / f".realtime_client_test_{uuid4().hex}.mjs"
    await asyncio.to_thread(shutil.copyfile, ROOT / "tests" / "stand_ins" / "realtime_client.mjs", script)
    order: dict[str, Any] = {
        "url": project.url,
        "key": PUBLISHABLE_KEY,
        "token": token,
        "topic": topic,
        "timeout": timeout_ms,
    }
    order["config"] = {"private": True} | config
    process = await asyncio.create_subprocess_exec(
        "node",
        str(script),
        json.dumps(order),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield Listener(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
        await asyncio.to_thread(script.unlink)


async def test_subscribed_does_not_mean_that_messages_flow(stack: RunningStack) -> None:
    topic = uuid4().hex
    with project_with(stack, REALTIME_REPLICATION_DELAY_MS=str(LONG_DELAY_MS)) as project:
        token = token_of(project.person(topic))
        async with listening(project, token, topic, **READY) as client:
            assert (await client.hear("status"))["status"] == "SUBSCRIBED"
            project.send(topic, '{"lost": true}')
            assert await client.hear("system") == {
                "status": "ok",
                "message": "Replication connection established",
                "extension": "system",
                "name": topic,
            }
            project.send(topic, '{"big": 9007199254740993, "id": "mine"}')
            message = await client.hear("message")
            assert message["event"] == "news"
            assert message["payload"]["id"] == "mine"
            # The id of the row, not that of the payload.
            assert message["meta"]["id"] != "mine"
            assert [value for kind, value in client.heard if kind == "message"] == [message]


async def test_without_the_option_nobody_says_when(project: Project) -> None:
    topic = uuid4().hex
    async with listening(project, token_of(project.person(topic)), topic) as client:
        await client.hear("status")
        await client.hears_nothing("system", DELAY_MS / 1000 + 0.5)
        project.send(topic)
        assert "id" in (await client.hear("message"))["payload"]


async def test_replay(project: Project) -> None:
    """The newest 25 at most, oldest first, including messages that were never broadcast."""
    topic = uuid4().hex
    since = int(time.time() * 1000) - 5000
    for number in range(30):
        project.send(topic, json.dumps({"n": number}))
    replay: dict[str, Any] = {"broadcast": {"replay": {"since": since, "limit": 100}}}
    async with listening(project, token_of(project.person(topic)), topic, **replay) as client:
        replayed = [await client.hear("message") for _ in range(25)]
        assert [message["payload"]["n"] for message in replayed] == list(range(5, 30))
        assert {message["meta"]["replayed"] for message in replayed} == {True}
        await client.hears_nothing("message")


def test_partitions_are_made_as_the_days_go_by(project: Project) -> None:
    last = f"realtime.messages_{datetime.now(UTC) + timedelta(days=3):%Y_%m_%d}"
    with psycopg.connect(with_role(project.database_url, SUPERUSER), autocommit=True) as superuser:
        superuser.execute(f"drop table {last}".encode())
        until = time.monotonic() + 10
        while superuser.execute("select to_regclass(%s)", [last]).fetchone() == (None,):
            assert time.monotonic() < until, "the partition was not made again"
            time.sleep(0.1)


async def test_private_and_public_are_apart(project: Project) -> None:
    topic = uuid4().hex
    token = token_of(project.person(topic))
    async with (
        listening(project, token, topic, **READY) as private,
        listening(project, token, topic, private=False, **READY) as public,
    ):
        await private.hear("system")
        await public.hear("system")
        project.send(topic, '{"for": "members"}')
        project.send(topic, '{"for": "everyone"}', is_private=False)
        assert (await private.hear("message"))["payload"]["for"] == "members"
        assert (await public.hear("message"))["payload"]["for"] == "everyone"
        await private.hears_nothing("message", 0.5)
        await public.hears_nothing("message", 0.1)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("stranger", "Unauthorized: You do not have permissions to read from this Channel topic: {topic}"),
        ("expired", "InvalidJWTToken: Token has expired"),
        ("roleless", "InvalidJWTToken: Fields `role` and `exp` are required in JWT"),
        ("forged", "JwtSignatureError: Failed to validate JWT signature"),
    ],
)
async def test_a_refused_join(project: Project, name: str, reason: str) -> None:
    topic = uuid4().hex
    member = project.person(topic)
    tokens = {
        "stranger": token_of(str(uuid4())),
        # No clock may be behind by a second, unlike at the data API.
        "expired": token_of(member, seconds=-2),
        "roleless": token_of(member, role=None),
        "forged": jwt.encode({"sub": member, "role": "authenticated", "exp": 9_999_999_999}, "x" * 32, "HS256"),
    }
    async with listening(project, tokens[name], topic) as client:
        status = await client.hear("status")
        assert status["status"] == "CHANNEL_ERROR"
        assert reason.format(topic=topic) in status["error"]


async def test_a_token_that_runs_out_closes_the_channel(project: Project) -> None:
    topic = uuid4().hex
    async with listening(project, token_of(project.person(topic), seconds=2.5), topic) as client:
        assert (await client.hear("status"))["status"] == "SUBSCRIBED"
        said = await client.hear("system")
        assert said["status"] == "error"
        assert said["message"].startswith("Token has expired ")
        assert (await client.hear("status"))["status"] == "CLOSED"


async def test_rights_are_asked_for_again_with_a_new_token_only(project: Project) -> None:
    topic = uuid4().hex
    member = project.person(topic)
    async with listening(project, token_of(member), topic, **READY) as client:
        await client.hear("system")
        project.database.execute("delete from public.allowed where user_id = %s", [member])
        project.send(topic)
        await client.hear("message")
        await client.tell(token=token_of(member, seconds=700))
        assert (await client.hear("system"))["status"] == "error"
        assert (await client.hear("status"))["status"] == "CLOSED"


async def test_a_message_of_a_client(project: Project) -> None:
    """The policy for inserting decides; a refused message is dropped without an answer."""
    topic = uuid4().hex
    writer, reader = project.person(topic, may_write=True), project.person(topic)
    acknowledged: dict[str, Any] = {"broadcast": {"ack": True}}
    async with (
        listening(project, token_of(writer), topic, **acknowledged) as speaking,
        listening(project, token_of(reader), topic, timeout_ms=2000, **acknowledged) as listener,
    ):
        await speaking.hear("status")
        await listener.hear("status")
        await speaking.tell(send={"text": "hello"})
        assert await speaking.hear("sent") == "ok"
        assert (await listener.hear("message"))["payload"] == {"text": "hello"}
        await listener.tell(send={"text": "unheard"})
        await speaking.hears_nothing("message")
        assert await listener.hear("sent") == "timed out"


async def test_a_payload_that_is_too_large_is_lost(project: Project) -> None:
    topic = uuid4().hex
    async with listening(project, token_of(project.person(topic)), topic, **READY) as client:
        await client.hear("system")
        project.send(topic, json.dumps({"text": "x" * 260_000}))
        project.send(topic, json.dumps({"text": "small"}))
        assert (await client.hear("message"))["payload"]["text"] == "small"


async def test_too_many_messages_close_the_channel(project: Project) -> None:
    """The counter belongs to the project; the channel that gets the next message is closed after it."""
    topic = uuid4().hex
    member = project.person(topic, may_write=True)
    own: dict[str, Any] = {"broadcast": {"replication_ready": True, "self": True}}
    async with listening(project, token_of(member), topic, **own) as client:
        await client.hear("system")
        for _ in range(600):
            project.send(topic)
        await asyncio.sleep(1)
        # Messages of the database are dropped by now; a client's message is still sent, and its channel closed after
        # it.
        await client.tell(send={"text": "one of mine"})
        said = await client.hear("system", 20)
        assert (said["status"], said["message"]) == ("error", "Too many messages per second")
        assert (await client.hear("status"))["status"] == "CLOSED"
