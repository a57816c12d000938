"""Tests the token with which a page whose session is in cookies reads at Supabase, and changes nothing."""

import jwt
import pytest

from local.demo.dashboard import Dashboard
from tests.identity.test_cookies import signed_in
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

PATH = "/auth/realtime-token"


async def test_a_session_in_cookies_listens(world: World) -> None:
    brand = await world.brand()
    browser, csrf, _ = await signed_in(world)
    world.join(browser.person, brand.id, "editor")
    refused = await browser.send("POST", PATH)
    assert_problem(refused, 403, "CSRF_ERROR")

    answer = await browser.send("POST", PATH, headers={"X-CSRF-Token": csrf})
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert data["expiresIn"] == 300
    claims = jwt.decode(data["accessToken"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 300
    assert claims["read_only"] is True
    assert "email" not in claims

    environment = world.stack.environment
    config = {
        "supabaseUrl": environment["SUPABASE_URL"],
        "supabasePublishableKey": environment["SUPABASE_PUBLISHABLE_KEY"],
    }
    dashboard = await Dashboard.open(config, data["accessToken"], f"brand:{brand.id}")
    assert dashboard.state == "SUBSCRIBED"
    await dashboard.close()


async def test_it_reads_and_changes_nothing_at_the_data_api(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    token = (await brand.editor.post(PATH)).json()["data"]["accessToken"]
    api = world.data_api(token).http
    this = {"id": f"eq.{content['id']}"}

    assert len((await api.get("/contents", params=this)).json()) == 1
    permissions = await api.post("/rpc/my_permissions", json={})
    assert permissions.json()["items"][0]["role"] == "editor"
    own = {"id": f"eq.{world.id_of(brand.editor)}", "select": "id"}
    assert (await api.patch("/profiles", params=own, json={"first_name": "Mallory"})).json() == []
    assert (await api.post("/rpc/submit_content", json={"content_id": content["id"]})).status_code == 403
    key = {"command": "submit_content", "arguments": {"content_id": content["id"]}, "key": "k"}
    assert (await api.post("/rpc/run_command", json=key)).status_code in (401, 403)
    assert (await api.post("/rpc/end_own_sessions", json={})).status_code == 403
    assert (await brand.editor.get(f"/contents/{content['id']}")).json()["data"]["status"] == "draft"


async def test_our_own_routes_refuse_it(world: World) -> None:
    brand = await world.brand()
    data = (await brand.editor.post(PATH)).json()["data"]
    brand.editor.use(data["accessToken"])
    assert_problem(await brand.editor.get("/users/me"), 401, "INVALID_TOKEN")
    assert_problem(await brand.editor.post(PATH), 401, "INVALID_TOKEN")


async def test_auth_refuses_it(world: World) -> None:
    """Auth knows nothing of the claim `read_only`: it refuses a token whose session does not exist."""
    person = await world.signed_in()
    token = (await person.post(PATH)).json()["data"]["accessToken"]
    auth = f"{world.stack.environment['SUPABASE_URL']}/auth/v1"
    key = {"apikey": world.stack.environment["SUPABASE_PUBLISHABLE_KEY"]}
    own, reading = ({"Authorization": f"Bearer {each}"} | key for each in (person.access_token, token))
    http = world.data_api(None).http
    for method, path, body in (
        ("GET", "/user", None),
        ("PUT", "/user", {"data": {"nickname": "Mallory"}}),
        ("PUT", "/user", {"password": "a password that nobody chose 1"}),
        ("GET", "/reauthenticate", None),
        ("POST", "/factors", {"factor_type": "totp"}),
        ("GET", "/user/identities/authorize", None),
        ("POST", "/logout?scope=local", None),
        ("POST", "/logout?scope=others", None),
        ("POST", "/logout?scope=global", None),
    ):
        refused = await http.request(method, auth + path, headers=reading, json=body)
        assert refused.status_code == 403, f"{method} {path}: {refused.text}"
        assert refused.json()["error_code"] == "session_not_found"
    kept = await http.get(f"{auth}/user", headers=own)
    assert kept.status_code == 200, kept.text
    assert "nickname" not in kept.json()["user_metadata"]
    assert (await person.get("/users/me")).status_code == 200


async def test_it_ends_with_the_session(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    token = (await brand.editor.post(PATH)).json()["data"]["accessToken"]
    assert (await brand.editor.post("/auth/logout")).status_code == 204
    api = world.data_api(token).http
    assert (await api.get("/contents", params={"id": f"eq.{content['id']}"})).json() == []


async def test_anonymous(world: World) -> None:
    person = await world.person()
    assert_problem(await person.post(PATH), 401, "UNAUTHORIZED")


async def test_storage_shows_an_avatar_and_takes_none(world: World) -> None:
    """A signed address is made by POST, and only reads."""
    person = await world.signed_in()
    user_id = world.id_of(person)
    token = (await person.post(PATH)).json()["data"]["accessToken"]
    storage, path = f"{world.stack.environment['SUPABASE_URL']}/storage/v1", f"{user_id}/face.png"
    key = {"apikey": world.stack.environment["SUPABASE_PUBLISHABLE_KEY"]}
    own, reading = ({"Authorization": f"Bearer {each}"} | key for each in (person.access_token, token))
    image = {"content": b"\x89PNG", "headers": own | {"Content-Type": "image/png"}}
    bare, http = (world.data_api(person.access_token, **proof).http for proof in ({"proof": None}, {}))
    refused = await bare.post(f"{storage}/object/avatars/{path}", **image)
    assert refused.status_code in (400, 403), "a browser's own token stores nothing"
    stored = await http.post(f"{storage}/object/avatars/{path}", **image)
    assert stored.status_code == 200, stored.text

    seen = await http.get(f"{storage}/object/avatars/{path}", headers=reading)
    assert seen.content == b"\x89PNG"
    signed = await http.post(f"{storage}/object/sign/avatars/{path}", headers=reading, json={"expiresIn": 60})
    assert signed.status_code == 200, signed.text
    image["headers"] = reading | {"Content-Type": "image/png"}
    for method, at in (("POST", f"{user_id}/other.png"), ("PUT", path), ("DELETE", path)):
        refused = await http.request(method, f"{storage}/object/avatars/{at}", **image)
        assert refused.status_code >= 400, f"{method}: {refused.text}"
    assert (await http.get(f"{storage}/object/avatars/{path}", headers=own)).status_code == 200
