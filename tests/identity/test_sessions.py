"""Sessions: how many and how long, and that an ended session is refused everywhere."""

import asyncio
import hashlib
from uuid import uuid4

import httpx
import jwt
import pytest
from upstash_redis.asyncio import Redis

from lib.core.auth.session_lengths import IDLE_SECONDS
from lib.core.auth.sessions import session_key
from local.demo.callers import PASSWORD, Person
from local.demo.dashboard import Dashboard
from tests.identity.support import STRONG, sees
from tests.support.errors import assert_problem
from tests.support.servers import dead_server, functions_with
from tests.support.world import World, session_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def world(world: World) -> World:
    world.signs_in_by_password = True
    return world


def device(world: World, person: Person) -> Person:
    """Returns the same person on another device, not signed in."""
    other = Person(world.stack.urls["web"], person.email)
    world.people.append(other)
    return other


async def again(world: World, person: Person) -> Person:
    other = device(world, person)
    response = await other.sign_in()
    assert response.status_code == 200, response.text
    return other


async def test_the_list_of_sessions(world: World) -> None:
    person = await world.person()
    body = {"email": person.email, "password": PASSWORD, "deviceName": "Laptop"}
    response = await person.http.post("/auth/login", json=body, headers={"User-Agent": "A browser"})
    data = response.json()["data"]
    assert data["factor"] == {"state": "none", "methods": [], "isEnrollmentRequired": False}
    assert (data["csrfToken"], data["isPasswordExpired"]) == (None, False)
    person.http.headers["Authorization"] = f"Bearer {data['accessToken']}"
    (listed,) = (await person.get("/auth/sessions")).json()["data"]
    assert listed["id"] == data["sessionId"]
    assert (listed["deviceName"], listed["userAgent"], listed["isCurrent"]) == ("Laptop", "A browser", True)
    assert listed["address"].startswith("127.")
    kept = world.rows("select address from public.user_sessions where id = %s", data["sessionId"])[0]["address"]
    assert kept.startswith("v1.")
    assert listed["address"] not in kept
    state = (await person.get("/auth/session")).json()["data"]
    assert state["sessionId"] == data["sessionId"]


async def test_the_sixth_session_ends_the_oldest(world: World) -> None:
    brand = await world.brand()
    first = brand.editor
    others = [await again(world, first) for _ in range(4)]
    assert (await first.get("/users/me")).status_code == 200
    sixth = await again(world, first)
    assert_problem(await first.get("/users/me"), 401, "SESSION_INVALID")
    assert await sees(world, first.access_token, brand.id) == 0
    for person in (*others, sixth):
        assert (await person.get("/users/me")).status_code == 200
    ended = world.rows("select end_reason from public.user_sessions where id = %s", session_of(first))
    assert ended == [{"end_reason": "evicted"}]


async def test_many_sign_ins_at_once_leave_five(world: World) -> None:
    person = await world.person()
    people = [device(world, person) for _ in range(9)]
    await asyncio.gather(*(each.sign_in() for each in people))
    alive = world.rows(
        "select count(*) from public.user_sessions where user_id = %s and ended_at is null", world.id_of(person)
    )
    assert alive == [{"count": 5}]
    answers = await asyncio.gather(*(each.get("/users/me") for each in people))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [401] * 4


@pytest.mark.parametrize(("scope", "statuses"), [("this", (401, 200)), ("others", (200, 401)), ("all", (401, 401))])
async def test_signing_out(world: World, scope: str, statuses: tuple[int, int]) -> None:
    brand = await world.brand()
    here = brand.editor
    there = await again(world, here)
    assert (await here.http.post("/auth/logout", params={"scope": scope})).status_code == 204
    for person, status in zip((here, there), statuses, strict=True):
        assert (await person.get("/users/me")).status_code == status
        # Also at the data API, with the token that has not expired.
        assert await sees(world, person.access_token, brand.id) == (status == 200)
        refreshed = await person.http.post("/auth/refresh", json={"refreshToken": person.refresh_token})
        assert refreshed.status_code == status


async def test_ending_a_session(world: World) -> None:
    brand = await world.brand()
    here, stranger = brand.editor, brand.viewer
    there = await again(world, here)
    path = f"/auth/sessions/{session_of(there)}"
    assert_problem(await stranger.delete(path), 404, "NOT_FOUND")
    assert (await there.get("/users/me")).status_code == 200
    assert (await here.delete(path)).status_code == 204
    assert_problem(await there.get("/users/me"), 401, "SESSION_INVALID")
    assert await sees(world, there.access_token, brand.id) == 0
    assert_problem(await here.delete(f"/auth/sessions/{uuid4()}"), 404, "NOT_FOUND")
    assert [item["id"] for item in (await here.get("/auth/sessions")).json()["data"]] == [session_of(here)]


async def test_an_ended_session_joins_no_channel(world: World) -> None:
    brand = await world.brand()
    config = (await brand.editor.get("/config")).json()["data"]
    topic = f"brand:{brand.id}"
    for expected in ("SUBSCRIBED", "CHANNEL_ERROR"):
        dashboard = await Dashboard.open(config, brand.editor.access_token, topic)
        assert dashboard.state == expected
        await dashboard.close()
        await brand.editor.post("/auth/logout")


async def test_tokens_from_auth_directly_are_no_session(world: World) -> None:
    brand = await world.brand()
    settings = world.stack.environment
    async with httpx.AsyncClient(headers={"apikey": settings["SUPABASE_PUBLISHABLE_KEY"]}) as http:
        url = f"{settings['SUPABASE_URL']}/auth/v1/token?grant_type=password"
        credentials = {"email": brand.admin.email, "password": PASSWORD}
        refused = await http.post(url, json=credentials)
        assert refused.json()["error_code"] == "captcha_failed"
        solved = {"gotrue_meta_security": {"captcha_token": "human"}}
        answer = await http.post(url, json=credentials | solved)
    token = answer.json()["access_token"]
    assert await sees(world, token, brand.id) == 0
    brand.admin.http.headers["Authorization"] = f"Bearer {token}"
    assert_problem(await brand.admin.get("/users/me"), 401, "SESSION_INVALID")


@pytest.mark.parametrize(
    ("change", "is_over"),
    [
        # Beyond the lifetime of an access token a refresh is needed.
        ("last_seen_at = now() - interval '15 minutes'", False),
        ("last_seen_at = now() - interval '8 hours'", False),
        ("last_seen_at = now() - interval '8 hours 15 minutes'", True),
        ("expires_at = now()", True),
    ],
)
async def test_the_database_ends_sessions_by_itself(world: World, change: str, is_over: bool) -> None:
    brand = await world.brand()
    assert await sees(world, brand.editor.access_token, brand.id) == 1
    world.rows(f"update public.user_sessions set {change} where id = %s", session_of(brand.editor))
    assert await sees(world, brand.editor.access_token, brand.id) == 0
    content = await brand.editor.post("/contents", {"brandId": brand.id, "title": "x"})
    assert_problem(content, 401, "SESSION_INVALID")
    body = {"refreshToken": brand.editor.refresh_token}
    if is_over:
        assert_problem(await brand.editor.post("/auth/session/extend"), 401, "SESSION_INVALID")
        assert_problem(await brand.editor.post("/auth/refresh", body), 401, "SESSION_INVALID")
    else:
        assert (await brand.editor.post("/auth/refresh", body)).status_code == 200
        assert await sees(world, brand.editor.access_token, brand.id) == 1


def expired(world: World, person: Person) -> str:
    """Returns the person's access token as it is half an hour after its end."""
    claims = jwt.decode(person.access_token, options={"verify_signature": False})
    secret = world.stack.environment["SUPABASE_JWT_SECRET"]
    return jwt.encode(claims | {"exp": claims["iat"] - 1800}, secret, algorithm="HS256")


@pytest.mark.parametrize(("hours", "has_kv"), [(1, True), (7, True), (1, False), (9, True), (9, False)])
async def test_coming_back_after_a_pause(world: World, hours: int, has_kv: bool) -> None:
    """The access token ended long ago; the session lives for 8 hours without a request, with KV and without it."""
    brand = await world.brand()
    person = brand.editor
    session_id = session_of(person)
    world.rows(
        "update public.user_sessions set last_seen_at = now() - make_interval(hours => %s) where id = %s",
        hours,
        session_id,
    )
    environment = world.stack.environment
    async with Redis(environment["UPSTASH_REDIS_REST_URL"], environment["UPSTASH_REDIS_REST_TOKEN"]) as kv:
        left = IDLE_SECONDS - hours * 3600
        key = session_key(session_id)
        assert await (kv.expire(key, left) if left > 0 else kv.delete(key)) == 1
    with functions_with(environment | ({} if has_kv else {"UPSTASH_REDIS_REST_URL": dead_server()})) as origin:
        client = Person(origin, person.email)
        world.people.append(client)
        client.use(expired(world, person), person.refresh_token)
        assert_problem(await client.get(f"/brands/{brand.id}"), 401, "TOKEN_EXPIRED")
        assert await sees(world, person.access_token, brand.id) == 0
        answer = await client.renew()
        if hours > 8:
            assert_problem(answer, 401, "SESSION_INVALID")
            return
        assert answer.status_code == 200, answer.text
        assert answer.json()["data"]["expiresIn"] == 900
        assert (await client.get(f"/brands/{brand.id}")).status_code == 200
        assert await sees(world, client.access_token, brand.id) == 1


async def test_callers_renew_by_themselves(world: World) -> None:
    """As the dashboard, the demo and the smoke test do: no request is sent with a token that is about to end."""
    person = await world.signed_in()
    former = person.refresh_token
    person.use(person.access_token, former, expires_in=60)
    assert (await person.get("/users/me")).status_code == 200
    assert person.refresh_token != former


async def test_an_office_refreshes_from_one_address(world: World) -> None:
    """Sign-in admits ten requests in 15 minutes from an address. Every open page there must refresh in that time."""
    person = await world.signed_in()
    for _ in range(12):
        answer = await person.renew()
        assert (answer.status_code, answer.headers["X-RateLimit-Limit"]) == (200, "600"), answer.text


@pytest.mark.parametrize(("minutes", "by_access_token", "by_reading_token"), [(14, 1, 1), (16, 0, 1), (21, 0, 0)])
async def test_a_token_for_reading_may_begin_at_the_end_of_an_access_token(
    world: World, minutes: int, by_access_token: int, by_reading_token: int
) -> None:
    brand = await world.brand()
    reading = (await brand.editor.post("/auth/realtime-token")).json()["data"]["accessToken"]
    world.rows(
        "update public.user_sessions set last_seen_at = now() - make_interval(mins => %s) where id = %s",
        minutes,
        session_of(brand.editor),
    )
    assert await sees(world, brand.editor.access_token, brand.id) == by_access_token
    assert await sees(world, reading, brand.id) == by_reading_token


async def test_idle_sessions_count_among_the_five(world: World) -> None:
    """Their access tokens have ended, and they can be refreshed."""
    person = await world.signed_in()
    for _ in range(4):
        await again(world, person)
    world.rows(
        "update public.user_sessions set last_seen_at = now() - interval '1 hour' where user_id = %s",
        world.id_of(person),
    )
    await again(world, person)
    alive = world.rows(
        "select count(*) from public.user_sessions where user_id = %s and ended_at is null", world.id_of(person)
    )
    assert alive == [{"count": 5}]


async def test_extending_a_session(world: World) -> None:
    person = await world.signed_in()
    world.rows(
        "update public.user_sessions set last_seen_at = now() - interval '10 minutes' where id = %s", session_of(person)
    )
    assert (await person.post("/auth/session/extend")).status_code == 200
    seen = "select last_seen_at > now() - interval '1 minute' as is_now from public.user_sessions where id = %s"
    assert world.rows(seen, session_of(person)) == [{"is_now": True}]


async def test_a_reused_refresh_token_ends_its_session(world: World) -> None:
    brand = await world.brand()
    person = brand.editor
    stolen = person.refresh_token
    renewed = (await person.post("/auth/refresh", {"refreshToken": stolen})).json()["data"]
    person.http.headers["Authorization"] = f"Bearer {renewed['accessToken']}"
    # Within 30 seconds other tabs may use it as well, so make the use older.
    older = "update private.refresh_tokens set spent_at = spent_at - interval '31 seconds' where digest = %s"
    world.rows(older, hashlib.sha256(stolen.encode()).hexdigest())
    thief = device(world, person)
    assert_problem(await thief.post("/auth/refresh", {"refreshToken": stolen}), 401, "SESSION_INVALID")
    # The rightful session ends as well: nobody can tell the two apart.
    assert_problem(await person.get("/users/me"), 401, "SESSION_INVALID")
    assert await sees(world, renewed["accessToken"], brand.id) == 0
    answer = await person.post("/auth/refresh", {"refreshToken": renewed["refreshToken"]})
    assert answer.status_code == 401


async def test_sensitive_operations_require_recent_authentication(world: World) -> None:
    brand = await world.brand()
    member = await world.signed_in()
    admin = brand.admin
    world.rows(
        "update public.user_sessions set authenticated_at = now() - interval '31 minutes' where id = %s",
        session_of(admin),
    )
    sensitive = {
        "PUT": (f"/brands/{brand.id}/members/{world.id_of(member)}", {"role": "viewer"}),
        "POST": ("/users/invitations", {"brandId": brand.id, "invitations": [{"email": "a@b.test", "role": "viewer"}]}),
    }
    for method, (path, body) in sensitive.items():
        answer = await admin.http.request(method, path, json=body)
        assert_problem(answer, 403, "REAUTHENTICATION_REQUIRED")
    key = {"brandId": brand.id, "name": "x", "scopes": ["read"]}
    assert_problem(await admin.post("/users/api-keys", key), 403, "REAUTHENTICATION_REQUIRED")
    assert_problem(await admin.post("/auth/mfa/totp", {"name": "x"}), 403, "REAUTHENTICATION_REQUIRED")
    assert_problem(await admin.post("/auth/email/change", {"newEmail": "a@b.test"}), 403, "REAUTHENTICATION_REQUIRED")
    assert_problem(await admin.post("/auth/reauthenticate", {"password": STRONG}), 401, "INVALID_CREDENTIALS")
    assert_problem(await admin.post("/users/api-keys", key), 403, "REAUTHENTICATION_REQUIRED")
    assert (await admin.post("/auth/reauthenticate", {"password": PASSWORD})).status_code == 204
    assert (await admin.post("/users/api-keys", key)).status_code == 201
    # Nor at the data API.
    world.rows("update public.user_sessions set authenticated_at = now() - interval '1 hour' where user_id = %s",
        world.id_of(admin))  # fmt: skip
    direct = world.data_api(admin.access_token)
    body = {"brand_id": brand.id, "user_id": world.id_of(member), "role": "viewer"}
    refused = await direct.http.post("/rpc/assign_member", json=body)
    assert refused.status_code == 403
    assert "REAUTHENTICATION_REQUIRED" in refused.text


async def test_a_deactivated_person_is_out_at_once(world: World) -> None:
    brand = await world.brand()
    platform = await world.platform_admin()
    path = f"/users/{world.id_of(brand.editor)}"
    assert_problem(await brand.admin.post(f"{path}/deactivate"), 403, "FORBIDDEN")
    assert (await platform.post(f"{path}/deactivate")).status_code == 204
    assert_problem(await brand.editor.get("/users/me"), 401, "SESSION_INVALID")
    assert await sees(world, brand.editor.access_token, brand.id) == 0
    assert_problem(await brand.editor.sign_in(), 403, "FORBIDDEN")
    assert (await platform.post(f"{path}/reactivate")).status_code == 204
    assert (await brand.editor.sign_in()).status_code == 200
    assert await sees(world, brand.editor.access_token, brand.id) == 1
    assert_problem(await platform.post(f"/users/{world.id_of(platform)}/deactivate"), 403, "FORBIDDEN")


async def test_without_kv_nobody_signs_in_and_ended_sessions_stay_ended(world: World) -> None:
    brand = await world.brand()
    person = brand.editor
    await person.post("/auth/logout")
    environment = world.stack.environment | {"UPSTASH_REDIS_REST_URL": dead_server()}
    with functions_with(environment) as origin:
        late = Person(origin, person.email)
        assert_problem(await late.sign_in(), 503, "SERVICE_UNAVAILABLE")
        late.http.headers["Authorization"] = f"Bearer {person.access_token}"
        # Reading continues without KV, by the database, which shows an ended session nothing.
        listed = await late.get("/brands")
        assert listed.json().get("data", []) == [], listed.text
        assert_problem(await late.get(f"/brands/{brand.id}"), 401, "SESSION_INVALID")
        await late.close()
    assert (await person.sign_in()).status_code == 200


async def test_tokens_signed_by_others_are_refused(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    theirs = jwt.decode(other.editor.access_token, options={"verify_signature": False})
    mine = jwt.decode(brand.editor.access_token, options={"verify_signature": False})
    # Even an attacker with the signing key could not use another person's session.
    mixed = jwt.encode(mine | {"session_id": theirs["session_id"]}, world.stack.environment["SUPABASE_JWT_SECRET"])
    brand.editor.http.headers["Authorization"] = f"Bearer {mixed}"
    assert_problem(await brand.editor.get("/users/me"), 401, "SESSION_INVALID")
    assert await sees(world, mixed, brand.id) == 0
