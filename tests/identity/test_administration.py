"""Commands with the service role run once, and are undone if Auth or the database fails."""

import asyncio
import re
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from local.stack.settings import ROOT
from tests.identity.support import STRONG, mails_to, token_in
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


def test_commands_of_the_service_run_once(database: psycopg.Connection) -> None:
    """A gateway may repeat a call: without a key a sign-in, a link or a code would then count as used before."""
    source = "\n".join(path.read_text() for path in (ROOT / "lib" / "identity").rglob("*.py"))
    calls, commands = (
        set(re.findall(rf"\b{caller}\(\s*connect_as_service\(\),\s*\"(\w+)\"", source))
        for caller in ("call", "command_once")
    )
    volatility: dict[str, str] = dict(
        database.execute(
            "select proname, provolatile::text from pg_proc where pronamespace = 'public'::regnamespace"
        ).fetchall()
    )
    assert len(calls) > 5
    assert len(commands) > 15
    # The first locks the account, to count its people, and changes nothing. The second deletes, and may be repeated.
    assert {name for name in calls if volatility[name] != "s"} == {"read_invitation", "forget_auth_records"}
    assert {volatility[name] for name in commands} == {"v"}


async def repeated(http: httpx.AsyncClient, command: str, **arguments: Any) -> tuple[Any, Any]:
    """Sends one request twice, as a gateway may, and returns both answers."""
    body = {"command": command, "arguments": arguments, "key": uuid4().hex}
    first, second = [await http.post("/rpc/run_command", json=body) for _ in range(2)]
    assert first.status_code == second.status_code == 200, second.text
    return first.json()["rows"], second.json()["rows"]


async def test_preferences_that_are_written_twice(world: World) -> None:
    person = await world.signed_in()
    http = world.data_api(person.access_token).http
    wanted = (await person.get("/users/me/preferences")).json()["data"]
    assert wanted.pop("version") == 0
    values = {re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name): value for name, value in wanted.items()}
    for version in (0, 1):
        first, second = await repeated(http, "set_notification_preferences", preferences=values, version=version)
        assert first == second
        assert first[0]["version"] == version + 1


async def test_a_device_that_is_forgotten_twice(world: World) -> None:
    person, other = await world.signed_in(), await world.signed_in()
    device = world.rows(
        "insert into public.trusted_devices (user_id, token_hash) values (%s, %s) returning id::text",
        world.id_of(person),
        uuid4().hex * 2,
    )[0]["id"]
    assert_problem(await other.delete(f"/auth/devices/{device}"), 404, "NOT_FOUND")
    assert await repeated(world.data_api(person.access_token).http, "forget_device", device_id=device) == (
        [None],
        [None],
    )
    assert_problem(await person.delete(f"/auth/devices/{device}"), 404, "NOT_FOUND")


async def test_a_link_stays_valid_if_the_database_is_slow(world: World) -> None:
    person = await world.person()
    await person.post("/auth/password/forgot", {"email": person.email})
    body = {"token": token_in((await mails_to(world, person.email))[0]), "password": STRONG}
    user_id = world.id_of(person)
    world.rows("insert into private.credential_permits (user_id) values (%s)", user_id)
    async with await psycopg.AsyncConnection.connect(world.stack.database_url) as holder:
        await holder.execute("select from private.credential_permits where user_id = %s for update", [user_id])
        assert_problem(await person.post("/auth/password/reset", body), 504, "TIMEOUT")
    assert (await person.post("/auth/password/reset", body)).status_code == 204


async def test_erasures_that_the_database_cannot_settle_wait_for_their_lease(world: World) -> None:
    """The person is erased, and gets that answer, even if the job fails."""
    world.signs_in_by_password = True
    person = await world.signed_in()
    async with await psycopg.AsyncConnection.connect(world.stack.database_url) as holder:
        await holder.execute("select from auth.users where id = %s for update", [world.id_of(person)])
        erased = await asyncio.wait_for(person.post("/users/me/erasure", {}), 5)
        assert erased.status_code == 204, erased.text
