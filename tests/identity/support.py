"""Helpers for tests of identity: sent mails, codes of an authenticator app, sessions."""

import asyncio
import re
import time
from typing import Any

import httpx
import pyotp

from local.demo.callers import Person
from local.tls import TLS
from tests.support.world import World

STRONG = "Tidal-Copper-91-lantern"
STRONGER = "Velvet-Harbour-58-orbit"
# A code of the previous step expires when the next step begins: a test that is about to use one waits for that.
STEP_SECONDS_NEEDED = 5


async def service(world: World, function: str, **arguments: Any) -> Any:
    """Calls an SQL function with the service role, and returns its answer."""
    settings = world.stack.environment
    url = f"{settings['SUPABASE_URL']}/rest/v1/rpc/{function}"
    async with httpx.AsyncClient(verify=TLS, headers={"apikey": settings["SUPABASE_SECRET_KEY"]}) as http:
        answer = await http.post(url, json=arguments)
    assert answer.is_success, answer.text
    return answer.json()


async def mails_to(world: World, email: str, *, count: int = 1) -> list[dict[str, Any]]:
    """Returns mails, the latest first. Waits for ``count`` of them, since they are sent after the answer."""
    async with httpx.AsyncClient(verify=TLS) as http:
        for _ in range(100):
            found = (await http.get(f"{world.stack.urls['mail']}/messages", params={"to": email})).json()
            if len(found) >= count:
                return found
            await asyncio.sleep(0.05)
    raise AssertionError(f"{len(found)} mails to {email}, not {count}")


async def no_mail_to(world: World, email: str) -> None:
    await asyncio.sleep(0.5)
    async with httpx.AsyncClient(verify=TLS) as http:
        assert (await http.get(f"{world.stack.urls['mail']}/messages", params={"to": email})).json() == []


def token_in(mail: dict[str, Any]) -> str:
    found = re.search(r"#token=([A-Za-z0-9_-]+)", mail["content"][0]["value"])
    assert found, mail
    return found[1]


def code_of(secret: str, step: int = 0) -> str:
    """Returns the code of an authenticator app, ``step`` steps from now."""
    import hashlib

    return pyotp.TOTP(secret, digest=hashlib.sha256).at(int(time.time()) + 30 * step)


async def with_totp(person: Person) -> tuple[str, list[str]]:
    """Enrolls an authenticator app, and returns its secret and the backup codes.

    Uses the code of the previous step, so that two more codes can be used at once.
    """
    if (left := 30 - time.time() % 30) < STEP_SECONDS_NEEDED:
        await asyncio.sleep(left)
    enrolled = (await person.post("/auth/mfa/totp", {"name": "Phone"})).json()["data"]
    body = {"code": code_of(enrolled["secret"], -1)}
    confirmed = await person.post(f"/auth/mfa/totp/{enrolled['factorId']}/confirm", body)
    assert confirmed.status_code == 200, confirmed.text
    return enrolled["secret"], confirmed.json()["data"]["codes"]


async def sees(world: World, token: str, brand_id: str) -> int:
    """Counts the rows of the brand that the data API shows to the holder of a token."""
    return await world.data_api(token).count("brands", {"id": f"eq.{brand_id}", "select": "id"})
