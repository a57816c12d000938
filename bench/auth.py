"""Measures the authentication overhead per request: ``python -m bench.auth``.

Prints the microseconds of each check in our own code, and the round trips and milliseconds that authentication adds,
relative to a bare KV command and to the same request without authentication.
"""

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

import httpx
import jwt
import psycopg
from cryptography.hazmat.primitives.asymmetric import ec

from lib.core import config
from lib.core.auth import api_keys, cookies, issuing, sessions, tokens
from lib.core.auth.api_keys import ApiKey
from lib.core.data import kv
from lib.core.data.kv import get_kv
from lib.core.limits import numbers
from lib.core.limits.numbers import API
from lib.core.limits.windows import admit
from lib.core.security import crypto
from local.stack.client import running_stack
from tests.support.recorder import recording
from tests.support.servers import functions_with
from tests.support.world import World

ROUNDS: Final = 7


def microseconds(work: Callable[[], Any], times: int) -> float:
    """Returns the median of several rounds, so that one interruption does not count."""
    rounds: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(times):
            work()
        rounds.append((time.perf_counter() - began) / times * 1e6)
    return statistics.median(rounds)


async def microseconds_of(work: Callable[[], Awaitable[Any]], times: int) -> float:
    rounds: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(times):
            await work()
        rounds.append((time.perf_counter() - began) / times * 1e6)
    return statistics.median(rounds)


def shown(name: str, *spent: float) -> None:
    print(f"  {name:<38}{' /'.join(f'{each:8.1f}' for each in spent)}")


async def own_work(access_token: str, times: int) -> None:
    """Measures the checks inside the function itself."""
    print("Our own work, microseconds each")
    shown(
        "access token, shared secret (HS256)", await microseconds_of(lambda: tokens.verify_token(access_token), times)
    )
    claims = jwt.decode(access_token, options={"verify_signature": False})
    private = ec.generate_private_key(ec.SECP256R1())
    signed, public = jwt.encode(claims, private, "ES256"), private.public_key()

    def verify() -> None:
        jwt.decode(signed, public, algorithms=["ES256"], audience=issuing.AUDIENCE)

    shown("access token, published key (ES256)", microseconds(verify, times // 5))
    record, session_id = sessions.Session(uuid4(), int(time.time()), "passed"), uuid4()
    dumped = record.dump()
    shown("session record", microseconds(lambda: sessions.check_session(dumped, record.user_id), times))
    shown("CSRF token", microseconds(lambda: cookies.csrf_token(session_id), times))
    secret = "mix_live_" + "a" * 32
    shown("API key: its keyed hash", microseconds(lambda: api_keys.key_digests(secret), times))
    held = ApiKey(uuid4(), uuid4(), uuid4(), ("read",), ("203.0.113.0/24",), time.time() + 60)
    shown("API key: its token for the data API", microseconds(lambda: api_keys.issue_token(held), times))
    ring = crypto.key_ring()
    sealed = ring.encrypt("+44 20 7946 0000", "x")
    encrypting = microseconds(lambda: ring.encrypt("+44 20 7946 0000", "x"), times)
    shown("a value encrypted / decrypted", encrypting, microseconds(lambda: ring.decrypt(sealed, "x"), times))


async def round_trips(times: int) -> None:
    """Measures KV alone."""
    key = f"bench:{uuid4().hex}"
    await get_kv().set(key, "x", ex=600)

    async def bare() -> None:
        await get_kv().get(key)

    async def guard() -> None:
        window = replace(API.window(uuid4().hex), max_requests=10_000_000)
        await admit(window, session_key=key, session_seconds=600)

    busy = replace(API.window(uuid4().hex), max_requests=10_000_000)
    now = time.time()
    for second in range(0, busy.seconds, 10):  # every step of the window holds requests
        await admit(busy, now=now - busy.seconds + second)

    async def full() -> None:
        await admit(busy, session_key=key, session_seconds=600)

    async def two() -> None:
        window = replace(API.window(uuid4().hex), max_requests=10_000_000)
        await asyncio.gather(admit(window), get_kv().getex(key, ex=600))

    found = {
        name: await microseconds_of(work, times)
        for name, work in (("bare", bare), ("guard", guard), ("full", full), ("two", two))
    }
    print("One round trip to KV, microseconds each")
    print(f"  a bare GET                            {found['bare']:9.0f}")
    print(f"  limit and session, one command        {found['guard']:9.0f}   ratio {found['guard'] / found['bare']:.2f}")
    print(f"  the same, every step in use           {found['full']:9.0f}   ratio {found['full'] / found['bare']:.2f}")
    print(f"  the same as two, side by side         {found['two']:9.0f}   ratio {found['two'] / found['bare']:.2f}")


async def requests(world: World, times: int) -> None:
    """Measures over HTTP: the same read by bearer token, cookie and API key, and the calls that each makes."""
    brand = await world.brand()
    content = await world.draft(brand)
    body = {"brandId": brand.id, "name": "Bench", "scopes": ["content:read"]}
    key = (await brand.admin.post("/users/api-keys", body)).json()["data"]["key"]
    ways = {
        "bearer token": {"Authorization": f"Bearer {brand.admin.access_token}"},
        "cookie": {"Cookie": f"{cookies.ACCESS_COOKIE}={brand.admin.access_token}"},
        "API key": {"X-API-Key": key},
    }
    limits = {"RATE_LIMIT_API": "1000000"}
    with recording(world.stack.environment) as (recorder, settings), functions_with(settings | limits) as counted:
        hops: dict[str, list[str]] = {}
        for name, headers in ways.items():
            async with httpx.AsyncClient(base_url=f"{counted}/api/v1", headers=headers) as http:
                await http.get(f"/contents/{content['id']}")
                recorder.hops.clear()
                answer = await http.get(f"/contents/{content['id']}")
                assert answer.status_code == 200, answer.text
                hops[name] = [hop.service for hop in recorder.hops]
    print("GET /contents/{id} over HTTP, milliseconds (median), and its round trips")
    with functions_with(world.stack.environment | limits) as origin:
        for name, headers in ways.items():
            async with httpx.AsyncClient(base_url=f"{origin}/api/v1", headers=headers) as http:
                spent: list[float] = []
                for _ in range(times):
                    began = time.perf_counter()
                    await http.get(f"/contents/{content['id']}")
                    spent.append((time.perf_counter() - began) * 1000)
            print(f"  {name:<14} {statistics.median(spent):6.1f}   {' then '.join(hops[name])}")


async def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=300)
    times = parser.parse_args().times
    with running_stack() as stack, psycopg.connect(stack.database_url, autocommit=True) as database:
        os.environ |= stack.environment
        for function in (config.get_settings, numbers.get_limit_settings, kv.get_kv):
            function.cache_clear()
        world = World(stack, database)
        try:
            person = await world.signed_in()
            await own_work(person.access_token, times * 5)
            await round_trips(times)
            await requests(world, times)
        finally:
            await get_kv().close()
            await world.close()


if __name__ == "__main__":
    asyncio.run(main())
