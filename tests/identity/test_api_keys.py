"""API keys act as their owner in one brand, within their scopes, from allowed addresses, until they are revoked."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.demo.callers import own_address
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


async def make(brand: Brand, *scopes: str, **more: Any) -> dict[str, Any]:
    body = {"brandId": brand.id, "name": "Website", "scopes": list(scopes)} | more
    response = await brand.admin.post("/users/api-keys", body)
    assert response.status_code == 201, response.text
    return response.json()["data"]


class Client:
    """A program that holds an API key."""

    def __init__(self, world: World, key: str, address: str | None = None) -> None:
        transport = httpx.AsyncHTTPTransport(local_address=address or own_address())
        self.http = httpx.AsyncClient(
            base_url=f"{world.stack.urls['web']}/api/v1", headers={"X-API-Key": key}, transport=transport, timeout=30
        )

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return await self.http.request(method, path, **more)


@pytest.fixture
async def clients(world: World) -> Any:
    made: list[Client] = []

    def make_client(key: str, address: str | None = None) -> Client:
        made.append(Client(world, key, address))
        return made[-1]

    yield make_client
    for client in made:
        await client.http.aclose()


async def test_the_database_keeps_a_hash_of_the_key(world: World) -> None:
    brand = await world.brand()
    key = await make(brand, "content:read")
    assert re.fullmatch(r"mix_test_[A-Za-z0-9]{32}", key["key"])
    assert key["key"].startswith(key["prefix"])
    kept = world.rows("select * from public.api_keys where id = %s", key["id"])[0]
    assert key["key"] not in str(kept)
    assert re.fullmatch(r"[0-9a-f]{64}", kept["key_hash"])
    days = (datetime.fromisoformat(key["expiresAt"]) - datetime.now(UTC)).total_seconds() / 86400
    assert 89.9 < days <= 90
    (listed,) = (await brand.admin.get("/users/api-keys", brandId=brand.id)).json()["data"]
    assert "key" not in listed
    assert listed["prefix"] == key["prefix"]
    assert (await brand.editor.get("/users/api-keys", brandId=brand.id)).json()["data"] == []


async def test_a_key_names_its_owner_and_the_person_who_revoked_it(world: World) -> None:
    brand = await world.brand()
    named = await brand.admin.patch("/users/me/profile", 1, {"firstName": "Olga", "lastName": "Owner"})
    assert named.status_code == 200, named.text
    owner = {"id": world.id_of(brand.admin), "name": "Olga Owner"}
    key = await make(brand, "read")
    assert (key["owner"], key["revokedBy"]) == (owner, None)
    second = await world.member(brand, "admin")
    assert (await second.delete(f"/users/api-keys/{key['id']}")).status_code == 204
    (listed,) = (await second.get("/users/api-keys", brandId=brand.id)).json()["data"]
    assert listed["owner"] == owner
    # People without a name have an id only.
    world.rows("update public.profiles set first_name = '', last_name = '' where id = %s", world.id_of(second))
    (listed,) = (await second.get("/users/api-keys", brandId=brand.id)).json()["data"]
    assert listed["revokedBy"] == {"id": world.id_of(second), "name": None}


async def test_a_key_works_within_its_scopes(world: World, clients: Any) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    new = {"brandId": brand.id, "title": "By a program"}
    reader = clients((await make(brand, "content:read"))["key"])
    assert (await reader.ask("GET", f"/contents/{content['id']}")).status_code == 200
    assert [item["id"] for item in (await reader.ask("GET", "/contents")).json()["data"]] == [content["id"]]
    assert_problem(await reader.ask("POST", "/contents", json=new), 403, "FORBIDDEN")
    assert_problem(await reader.ask("POST", f"/contents/{content['id']}/submit"), 403, "FORBIDDEN")
    assert_problem(await reader.ask("POST", "/ai/titles", json={"brandId": brand.id, "topic": "x"}), 403, "FORBIDDEN")
    assert_problem(await reader.ask("PUT", f"/brands/{brand.id}/members/{world.id_of(brand.viewer)}",
        json={"role": "admin"}), 403, "FORBIDDEN")  # fmt: skip

    writer = clients((await make(brand, "content:write"))["key"])
    assert (await writer.ask("POST", "/contents", json=new)).status_code == 201
    assert_problem(await writer.ask("POST", "/ai/titles", json={"brandId": brand.id, "topic": "x"}), 403, "FORBIDDEN")

    generator = clients((await make(brand, "ai:generate"))["key"])
    answer = await generator.ask("POST", "/ai/titles", json={"brandId": brand.id, "topic": "Frost"})
    assert answer.status_code == 200, answer.text
    assert_problem(await generator.ask("POST", "/contents", json=new), 403, "FORBIDDEN")

    manager = clients((await make(brand, "users:manage"))["key"])
    path = f"/brands/{brand.id}/members/{world.id_of(brand.viewer)}"
    assert (await manager.ask("PUT", path, json={"role": "editor"})).status_code == 200
    assert_problem(await manager.ask("PUT", path, json={"role": "admin"}), 403, "FORBIDDEN")
    assert (await manager.ask("GET", "/contents")).json()["data"] == []


async def test_a_key_works_in_one_brand(world: World, clients: Any) -> None:
    brand, other = await world.brand(), await world.brand()
    world.join(brand.admin, other.id, "admin")
    theirs = await world.draft(other)
    client = clients((await make(brand, "admin"))["key"])
    assert [item["id"] for item in (await client.ask("GET", "/brands")).json()["data"]] == [brand.id]
    assert_problem(await client.ask("GET", f"/contents/{theirs['id']}"), 404, "NOT_FOUND")
    assert_problem(await client.ask("POST", "/contents", json={"brandId": other.id, "title": "x"}), 404, "NOT_FOUND")


async def test_a_key_may_do_no_more_than_its_owner(world: World, clients: Any) -> None:
    brand = await world.brand()
    client = clients((await make(brand, "admin"))["key"])
    new = {"brandId": brand.id, "title": "x"}
    assert (await client.ask("POST", "/contents", json=new)).status_code == 201
    world.rows("update public.brand_members set role = 'viewer' where user_id = %s", world.id_of(brand.admin))
    assert_problem(await client.ask("POST", "/contents", json=new), 403, "FORBIDDEN")
    world.rows("delete from public.brand_members where user_id = %s", world.id_of(brand.admin))
    assert (await client.ask("GET", "/contents")).json()["data"] == []


async def test_a_key_of_a_platform_admin_has_the_rights_of_a_member(world: World, clients: Any) -> None:
    brand, other = await world.brand(), await world.brand()
    key = await make(brand, "admin")
    world.rows("insert into private.platform_admins (user_id) values (%s)", world.id_of(brand.admin))
    client = clients(key["key"])
    assert_problem(await client.ask("GET", f"/brands/{other.id}"), 404, "NOT_FOUND")
    assert_problem(await client.ask("POST", "/brands", json={"name": "x", "description": "x"}), 403, "FORBIDDEN")


async def test_keys_are_refused_where_a_person_is_required(world: World, clients: Any) -> None:
    brand = await world.brand()
    client = clients((await make(brand, "admin"))["key"])
    requests: tuple[tuple[str, str, Any], ...] = (
        ("GET", "/auth/sessions", None),
        ("POST", "/auth/logout", None),
        ("GET", "/auth/mfa/factors", None),
        ("POST", "/auth/mfa/totp", {"name": "x"}),
        ("POST", "/auth/reauthenticate", {"password": "x"}),
        ("POST", "/auth/password/change", {"currentPassword": "x", "newPassword": "Tidal-Copper-91-lantern"}),
        ("POST", "/users/api-keys", {"brandId": brand.id, "name": "x", "scopes": ["read"]}),
        ("GET", "/users/me/export", None),
        ("POST", "/users/me/erasure", {}),
        ("PATCH", "/users/me/profile", {"firstName": "x"}),
        ("POST", "/users/invitations", {"brandId": brand.id, "invitations": [{"email": "a@b.test", "role": "viewer"}]}),
    )
    for method, path, body in requests:
        answer = await client.ask(method, path, json=body)
        assert_problem(answer, 403, "INSUFFICIENT_PERMISSIONS")


async def test_a_revoked_key_is_refused_at_once(world: World, clients: Any) -> None:
    brand = await world.brand()
    key = await make(brand, "read")
    client = clients(key["key"])
    assert (await client.ask("GET", "/contents")).status_code == 200
    assert_problem(await brand.editor.delete(f"/users/api-keys/{key['id']}"), 403, "FORBIDDEN")
    assert (await brand.admin.delete(f"/users/api-keys/{key['id']}")).status_code == 204
    assert_problem(await client.ask("GET", "/contents"), 401, "INVALID_TOKEN")
    # Also if a cache still holds the key: the database checks every time.
    second = await make(brand, "read")
    stale = clients(second["key"])
    content = await world.draft(brand)
    assert (await stale.ask("GET", f"/contents/{content['id']}")).status_code == 200
    world.rows("update public.api_keys set revoked_at = now() where id = %s", second["id"])
    assert (await stale.ask("GET", f"/contents/{content['id']}")).status_code in (401, 404)
    assert (await stale.ask("GET", "/contents")).json().get("data", []) == []


async def test_keys_end_with_the_membership_of_their_owner(world: World, clients: Any) -> None:
    brand = await world.brand()
    client = clients((await make(brand, "read"))["key"])
    platform = await world.platform_admin()
    assert (await client.ask("GET", "/contents")).status_code == 200
    assert (await platform.post(f"/users/{world.id_of(brand.admin)}/deactivate")).status_code == 204
    assert (await client.ask("GET", "/contents")).json().get("data", []) == []


async def test_a_key_works_from_allowed_addresses_only(world: World, clients: Any) -> None:
    brand = await world.brand()
    key = (await make(brand, "read", allowedAddresses=["127.9.0.0/16", "2001:db8::/32"]))["key"]
    assert (await clients(key, "127.9.1.1").ask("GET", "/contents")).status_code == 200
    outside = clients(key, "127.8.1.1")
    for headers in ({}, {"X-Forwarded-For": "127.9.1.1"}, {"X-Vercel-Forwarded-For": "127.9.1.1"}):
        answer = await outside.ask("GET", "/contents", headers=headers)
        assert_problem(answer, 403, "INSUFFICIENT_PERMISSIONS")


async def test_an_expired_key_is_refused(world: World, clients: Any) -> None:
    brand = await world.brand()
    key = await make(brand, "read", expiresAt=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    client = clients(key["key"])
    assert (await client.ask("GET", "/contents")).status_code == 200
    world.rows(
        "update public.api_keys set created_at = now() - interval '2 days', expires_at = now() where id = %s", key["id"]
    )
    assert (await client.ask("GET", "/contents")).json().get("data", []) == []


@pytest.mark.parametrize("days", [-1, 0, 366, 100_000])
async def test_a_key_lives_for_a_year_at_most(world: World, days: int) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "name": "x", "scopes": ["read"]}
    expires_at = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    answer = await brand.admin.post("/users/api-keys", body | {"expiresAt": expires_at})
    assert_problem(answer, 400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"scopes": "read"},
        {"allowedAddresses": ["not-an-address"]},
        {"allowedAddresses": ["1.2.3.4/99"]},
        {"allowedAddresses": ["1.2.3.4"] * 51},
        {"name": ""},
        {"userId": "00000000-0000-7000-8000-000000000001"},
    ],
)
async def test_invalid_keys_are_not_created(world: World, change: dict[str, Any]) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "name": "x", "scopes": ["read"]} | change
    assert_problem(await brand.admin.post("/users/api-keys", body), 400, "VALIDATION_ERROR")


async def test_only_admins_create_keys(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    body = {"brandId": brand.id, "name": "x", "scopes": ["read"]}
    assert_problem(await brand.editor.post("/users/api-keys", body), 403, "FORBIDDEN")
    assert_problem(await other.admin.post("/users/api-keys", body), 404, "NOT_FOUND")
    account = world.rows("insert into public.accounts (name) values (%s) returning id", brand.name)[0]["id"]
    world.rows("update public.brands set account_id = %s where id = %s", account, brand.id)
    assert_problem(await brand.admin.post("/users/api-keys", body), 403, "PLAN_LIMIT_EXCEEDED")


@pytest.mark.parametrize("key", ["x", "mix_live_", "mix_test_" + "a" * 32, "a" * 5000])
async def test_unknown_keys_are_refused(world: World, clients: Any, key: str) -> None:
    client = clients(key)
    answer = await client.ask("GET", "/contents")
    assert_problem(answer, 401, "INVALID_TOKEN")


async def test_guesses_have_a_limit(world: World, clients: Any) -> None:
    client = clients("mix_test_guess")
    statuses: list[int] = []
    for number in range(102):
        client.http.headers["X-API-Key"] = f"mix_test_{number:032}"
        statuses.append((await client.ask("GET", "/contents")).status_code)
    assert statuses == [401] * 100 + [429] * 2


async def test_each_key_has_its_own_rate_limit(world: World, clients: Any) -> None:
    brand = await world.brand()
    client = clients((await make(brand, "read"))["key"])
    answers = [await client.ask("GET", "/contents") for _ in range(101)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [429]
    assert (await brand.admin.get("/contents")).status_code == 200
