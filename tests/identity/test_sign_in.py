import json
from typing import Any

import jwt
import pytest
from upstash_redis.asyncio import Redis

from local.demo.callers import PASSWORD, Person
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
def world(world: World) -> World:
    world.signs_in_by_password = True
    return world


async def test_sign_in_and_me(world: World) -> None:
    brand = await world.brand()
    me = (await brand.editor.get("/users/me")).json()["data"]
    assert me["email"] == brand.editor.email
    assert me["memberships"] == [
        {
            "brandId": brand.id,
            "brandName": brand.name,
            "brandSlug": brand.name.lower().replace(" ", "-"),
            "role": "editor",
            "expiresAt": None,
        }
    ]


async def test_the_address_is_not_case_sensitive(world: World) -> None:
    person = await world.person()
    person.email = person.email.upper()
    assert (await person.sign_in()).status_code == 200


async def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(world: World) -> None:
    person = await world.person()
    wrong = await person.http.post("/auth/login", json={"email": person.email, "password": "Wrong-password-1"})
    unknown = await person.http.post("/auth/login", json={"email": "x" + person.email, "password": PASSWORD})
    first, second = (assert_problem(answer, 401, "INVALID_CREDENTIALS") for answer in (wrong, unknown))
    assert first["message"] == second["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"email": "no-at-sign", "password": "x"},
        {"email": "a@b.test"},
        {"email": "a@b.test", "password": ""},
        {"email": "a@b.test", "password": "nul\x00"},
        {"email": ["a@b.test"], "password": "x"},
        {"email": "a@b.test", "password": "x" * 1001},
        {"email": "a@b.test", "password": "x", "role": "admin"},
    ],
)
async def test_malformed_credentials(world: World, body: dict[str, object]) -> None:
    person = await world.person()
    assert_problem(await person.post("/auth/login", body), 400, "VALIDATION_ERROR")


async def test_refresh_rotates(world: World) -> None:
    person = await world.signed_in()
    response = await person.post("/auth/refresh", {"refreshToken": person.refresh_token})
    assert response.status_code == 200
    tokens = response.json()["data"]
    assert tokens["refreshToken"] != person.refresh_token
    assert tokens["expiresIn"] == 900
    person.http.headers["Authorization"] = f"Bearer {tokens['accessToken']}"
    assert (await person.get("/users/me")).status_code == 200


async def test_an_unknown_refresh_token(world: World) -> None:
    person = await world.person()
    assert_problem(await person.post("/auth/refresh", {"refreshToken": "made-up"}), 401, "INVALID_TOKEN")


async def test_refreshing_does_not_revive_an_ended_session(world: World) -> None:
    person = await world.signed_in()
    session = jwt.decode(person.access_token, options={"verify_signature": False})["session_id"]
    environment = world.stack.environment
    async with Redis(environment["UPSTASH_REDIS_REST_URL"], environment["UPSTASH_REDIS_REST_TOKEN"]) as kv:
        record = json.loads(await kv.get(f"session:{session}") or "")
        old = record | {"openedAt": record["openedAt"] - 25 * 3600}
        await kv.set(f"session:{session}", json.dumps(old), ex=600)
        assert_problem(await person.get("/users/me"), 401, "SESSION_INVALID")
        assert_problem(
            await person.post("/auth/refresh", {"refreshToken": person.refresh_token}), 401, "SESSION_INVALID"
        )
        await person.sign_in()
        session = jwt.decode(person.access_token, options={"verify_signature": False})["session_id"]
        assert await kv.delete(f"session:{session}") == 1
    assert_problem(await person.post("/auth/refresh", {"refreshToken": person.refresh_token}), 401, "SESSION_INVALID")


async def test_after_signing_out_the_tokens_are_worthless(world: World) -> None:
    person = await world.signed_in()
    assert (await person.post("/auth/logout")).status_code == 204
    assert_problem(await person.get("/users/me"), 401, "SESSION_INVALID")
    assert_problem(await person.post("/auth/refresh", {"refreshToken": person.refresh_token}), 401, "SESSION_INVALID")


async def test_signing_out_ends_this_session_only(world: World) -> None:
    person = await world.signed_in()
    first = person.access_token
    await person.sign_in()
    await person.post("/auth/logout")
    person.http.headers["Authorization"] = f"Bearer {first}"
    assert (await person.get("/users/me")).status_code == 200


async def test_an_expired_membership_counts_no_longer(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    world.rows(
        "update public.brand_members set expires_at = now() - interval '1 second' where user_id = %s",
        world.id_of(brand.viewer),
    )
    assert_problem(await brand.viewer.get(f"/contents/{content['id']}"), 404, "NOT_FOUND")


async def test_an_inactive_person_cannot_sign_in(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    world.rows("update public.profiles set is_active = false where id = %s", world.id_of(brand.editor))
    assert_problem(await brand.editor.get(f"/contents/{content['id']}"), 401, "SESSION_INVALID")


async def test_a_platform_admin_sees_every_brand(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    person = await world.signed_in()
    assert_problem(await person.get(f"/contents/{content['id']}"), 404, "NOT_FOUND")
    world.rows("insert into private.platform_admins (user_id) values (%s)", world.id_of(person))
    # A password is not enough: their session has passed a second factor.
    assert_problem(await person.get(f"/contents/{content['id']}"), 404, "NOT_FOUND")
    claims = jwt.decode(person.access_token, options={"verify_signature": False})
    world.rows("update public.user_sessions set mfa_verified_at = now() where id = %s", claims["session_id"])
    assert (await person.get(f"/contents/{content['id']}")).status_code == 200


async def test_people_of_tests_have_real_sessions(world: World) -> None:
    """Nearly all tests use them, so they have the claims, KV record and columns of a real sign-in."""

    async def traces(person: Person) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
        claims = jwt.decode(person.access_token, options={"verify_signature": False})
        settings = world.stack.environment
        kv = Redis(url=settings["UPSTASH_REDIS_REST_URL"], token=settings["UPSTASH_REDIS_REST_TOKEN"])
        record = json.loads(await kv.get(f"session:{claims['session_id']}") or "{}")
        await kv.close()
        (row,) = world.rows(
            "select jsonb_strip_nulls(to_jsonb(session) || to_jsonb(person)) as left_behind "
            "from public.user_sessions as session inner join public.profiles as person on person.id = session.user_id "
            "where session.id = %s",
            claims["session_id"],
        )
        kinds = {name: type(value).__name__ for name, value in claims.items()}
        return kinds, record | {"userId": "", "openedAt": 0}, dict.fromkeys(row["left_behind"])

    by_password = await traces(await world.signed_in())
    world.signs_in_by_password = False
    assert await traces(await world.signed_in()) == by_password
