"""Ended sessions and memberships are announced to the open pages of the person, by whatever way they end."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
import pytest

from local.demo.callers import PASSWORD, Person
from local.demo.dashboard import Dashboard
from tests.identity.support import STRONG, sees, service
from tests.support.errors import assert_problem
from tests.support.waiting import until
from tests.support.world import Brand, World, session_of

pytestmark = pytest.mark.anyio


async def follow(world: World, person: Person, topic: str | None = None, token: str | None = None) -> Dashboard:
    """Opens a channel as a page of the person does: their own, unless another topic is given."""
    config = (await person.get("/config")).json()["data"]
    return await Dashboard.open(config, token or person.access_token, topic or f"user:{world.id_of(person)}")


async def again(world: World, person: Person) -> Person:
    other = Person(world.stack.urls["web"], person.email)
    world.people.append(other)
    response = await other.sign_in()
    assert response.status_code == 200, response.text
    return other


async def sign_out(_: World, person: Person) -> None:
    assert (await person.post("/auth/logout")).status_code == 204


async def revoke(world: World, person: Person) -> None:
    other = await again(world, person)
    assert (await other.delete(f"/auth/sessions/{session_of(person)}")).status_code == 204


async def end_all_others(world: World, person: Person) -> None:
    other = await again(world, person)
    assert (await other.http.post("/auth/logout", params={"scope": "others"})).status_code == 204


async def open_five_more(world: World, person: Person) -> None:
    for _ in range(5):
        await again(world, person)


async def change_the_password(world: World, person: Person) -> None:
    other = await again(world, person)
    changed = await other.post("/auth/password/change", {"currentPassword": PASSWORD, "newPassword": STRONG})
    assert changed.status_code < 300, changed.text


async def deactivate(world: World, person: Person) -> None:
    platform = await world.platform_admin()
    assert (await platform.post(f"/users/{world.id_of(person)}/deactivate")).status_code == 204


async def erase(_: World, person: Person) -> None:
    erased = await person.http.request("POST", "/users/me/erasure", json={"password": PASSWORD})
    assert erased.status_code < 300, erased.text


async def steal(world: World, person: Person) -> None:
    """Uses a refresh token that was used before its grace ended."""
    stolen = person.refresh_token
    assert (await person.renew()).status_code == 200
    digest = hashlib.sha256(stolen.encode()).hexdigest()
    older = "update private.refresh_tokens set spent_at = spent_at - interval '31 seconds' where digest = %s"
    assert len(world.rows(f"{older} returning session_id", digest)) == 1
    assert_problem(await person.post("/auth/refresh", {"refreshToken": stolen}), 401, "SESSION_INVALID")


async def outlive(world: World, person: Person) -> None:
    world.rows("update public.user_sessions set expires_at = now() where id = %s", session_of(person))
    assert session_of(person) in await service(world, "end_expired_sessions", batch=10_000)


WAYS: dict[str, tuple[Callable[[World, Person], Awaitable[None]], str]] = {
    "signing out": (sign_out, "signed_out"),
    "ending it from another device": (revoke, "revoked"),
    "ending all others": (end_all_others, "revoked"),
    "a sixth session": (open_five_more, "evicted"),
    "another password": (change_the_password, "password_changed"),
    "deactivation": (deactivate, "deactivated"),
    "erasure": (erase, "deactivated"),
    "a stolen refresh token": (steal, "reused"),
    "the end of its time": (outlive, "expired"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_an_ended_session_is_announced(world: World, way: str) -> None:
    end, reason = WAYS[way]
    world.signs_in_by_password = True
    person = await world.signed_in()
    ended = session_of(person)
    page = await follow(world, person)
    assert page.joins == 1, page.state
    await end(world, person)
    await page.wait_for("SessionEnded")
    messages = [message for message in page.received if message["type"] == "SessionEnded"]
    assert {"sessionId": ended, "reason": reason}.items() <= messages[0].items()
    await page.close()


def short(world: World, person: Person, seconds: int) -> str:
    """Returns the person's token with an earlier end."""
    claims = jwt.decode(person.access_token, options={"verify_signature": False})
    secret = world.stack.environment["SUPABASE_JWT_SECRET"]
    return jwt.encode(claims | {"exp": int(time.time()) + seconds}, secret, algorithm="HS256")


async def test_what_signing_out_promises(world: World) -> None:
    """Each sentence of the description of POST /auth/logout."""
    world.signs_in_by_password = True
    brand = await world.brand()
    person = brand.editor
    reading = (await person.post("/auth/realtime-token")).json()["data"]
    assert reading["expiresIn"] == 300
    # The token of this page ends soon, so that the test need not wait for 15 minutes.
    page = await follow(world, person, token=short(world, person, 8))
    feed = await follow(world, person, f"brand:{brand.id}", token=short(world, person, 8))
    assert (page.joins, feed.joins) == (1, 1)
    began = time.monotonic()
    assert (await person.post("/auth/logout")).status_code == 204
    # This API, from the next request on; the data API, with both kinds of token; Auth.
    assert_problem(await person.get("/users/me"), 401, "SESSION_INVALID")
    for token in (person.access_token, reading["accessToken"]):
        assert await sees(world, token, brand.id) == 0
        late = await follow(world, person, f"brand:{brand.id}", token=token)
        assert (late.state, late.joins) == ("CHANNEL_ERROR", 0)
        await late.close()
    assert_problem(await person.renew(), 401, "SESSION_INVALID")
    # The open page is told, and both channels end with the token, whatever comes on them until then.
    await page.wait_for("SessionEnded")
    assert page.received[-1]["sessionId"] == session_of(person)
    await until(lambda: page.state != "SUBSCRIBED" and feed.state != "SUBSCRIBED")
    assert time.monotonic() - began < 12
    await page.close()
    await feed.close()


async def remove(world: World, brand: Brand) -> None:
    removed = await brand.admin.delete(f"/brands/{brand.id}/members/{world.id_of(brand.editor)}")
    assert removed.status_code == 204, removed.text


async def leave(_: World, brand: Brand) -> None:
    left = await brand.editor.delete(f"/brands/{brand.id}/members/me")
    assert left.status_code == 204, left.text


async def change_the_role(world: World, brand: Brand) -> None:
    path = f"/brands/{brand.id}/members/{world.id_of(brand.editor)}"
    assert (await brand.admin.put(path, {"role": "viewer"})).status_code == 200


async def expire(world: World, brand: Brand) -> None:
    # As time does: the row stays as it is.
    with world.database.transaction():
        world.rows("set local session_replication_role = replica")
        world.rows(
            "update public.brand_members set expires_at = now() where brand_id = %s and user_id = %s",
            brand.id,
            world.id_of(brand.editor),
        )
    assert await service(world, "announce_expired_memberships", batch=10_000) >= 1


async def delete_the_brand(world: World, brand: Brand) -> None:
    platform = await world.platform_admin()
    deleted = await platform.delete(f"/brands/{brand.id}", cascade="true")
    assert deleted.status_code == 204, deleted.text


async def erase_the_member(world: World, brand: Brand) -> None:
    await erase(world, brand.editor)


MEMBERSHIPS: dict[str, tuple[Callable[[World, Brand], Awaitable[None]], dict[str, Any]]] = {
    "removal": (remove, {"change": "removed", "role": None}),
    "leaving": (leave, {"change": "removed", "role": None}),
    "another role": (change_the_role, {"change": "changed", "role": "viewer"}),
    "the end of its time": (expire, {"change": "expired", "role": "editor"}),
    "deletion of the brand": (delete_the_brand, {"change": "brand_deleted", "role": "editor"}),
    "erasure": (erase_the_member, {"change": "removed", "role": None}),
}


@pytest.mark.parametrize("way", MEMBERSHIPS)
async def test_a_changed_membership_is_announced(world: World, way: str) -> None:
    change, expected = MEMBERSHIPS[way]
    brand = await world.brand()
    page = await follow(world, brand.editor)
    await change(world, brand)
    await page.wait_for("MembershipChanged")
    (message,) = [message for message in page.received if message["type"] == "MembershipChanged"]
    assert ({"brandId": brand.id} | expected).items() <= message.items()
    assert await sees(world, brand.editor.access_token, brand.id) == (expected["change"] == "changed")
    await page.close()


async def test_nobody_else_is_told(world: World) -> None:
    brand = await world.brand()
    theirs = await follow(world, brand.viewer, f"user:{world.id_of(brand.editor)}")
    assert theirs.state == "CHANNEL_ERROR"
    own = await follow(world, brand.viewer)
    await brand.editor.post("/auth/logout")
    await asyncio.sleep(0.5)
    assert own.received == []
    await own.close()
    await theirs.close()
