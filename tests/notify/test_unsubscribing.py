"""Unsubscribing by one click: without a session, of one category, and by nobody but the reader of a mail."""

import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from lib.core import config
from lib.core.security import crypto
from lib.notify.mail.unsubscribing import CATEGORIES, make_token
from local.demo.callers import Person
from tests.support.world import World

pytestmark = pytest.mark.anyio

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture(autouse=True)
def environment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in world.stack.environment.items():
        monkeypatch.setenv(name, value)
    config.get_settings.cache_clear()
    crypto.key_ring.cache_clear()


def address_of(world: World, token: str) -> str:
    return f"{world.stack.urls['web']}/api/v1/mail/unsubscribe?token={token}"


async def click(world: World, token: str, **more: Any) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        request: dict[str, Any] = {"content": ONE_CLICK, "headers": FORM} | more
        return await http.post(address_of(world, token), **request)


def token_of(world: World, person: Person, category: Any) -> str:
    return make_token(UUID(world.id_of(person)), category)


def preferences(world: World, person: Person) -> dict[str, Any]:
    rows = world.rows("select * from public.notification_preferences where user_id = %s", world.id_of(person))
    return rows[0] if rows else {}


async def test_one_click_turns_one_category_off(world: World) -> None:
    person, other = await world.person(), await world.person()
    token = token_of(world, person, "comments")
    for _ in range(2):
        assert (await click(world, token)).status_code == 200
    wanted = preferences(world, person)
    assert wanted["channels"] == {"comments": {"email": False}}
    assert wanted["email_enabled"]
    assert wanted["new_comments"]
    # Doing it again changes nothing: a form that is open stays valid.
    version = wanted["version"]
    assert (await click(world, token)).status_code == 200
    assert preferences(world, person)["version"] == version
    assert preferences(world, other) == {}


async def test_mail_clients_may_send_a_form_of_parts(world: World) -> None:
    person = await world.person()
    answer = await click(
        world,
        token_of(world, person, "content"),
        content=None,
        headers={},
        files={"List-Unsubscribe": (None, "One-Click")},
    )
    assert answer.status_code == 200
    assert preferences(world, person)["channels"] == {"content": {"email": False}}


async def test_reading_the_page_changes_nothing(world: World) -> None:
    person = await world.person()
    token = token_of(world, person, "digests")
    async with httpx.AsyncClient() as http:
        page = await http.get(address_of(world, token))
        assert page.status_code == 200
        assert page.headers["Content-Type"].startswith("text/html")
        assert "script" not in page.text
        assert preferences(world, person) == {}
        # As the browser sends the form.
        action = re.search(r'action="([^"]+)"', page.text)
        assert action
        answer = await http.post(world.stack.urls["web"] + action[1], content=ONE_CLICK, headers=FORM)
    assert answer.status_code == 200
    wanted = preferences(world, person)
    assert wanted["channels"] == {"digests": {"email": False}}
    assert wanted["email_enabled"]


async def test_a_link_outlives_the_encryption_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from lib.core.http.errors import NotFound
    from lib.notify.mail.hashing import address_indexes
    from lib.notify.mail.unsubscribing import read_token
    from lib.notify.settings import get_mail_settings

    def rotate(keys: str, lasting: str) -> None:
        monkeypatch.setenv("ENCRYPTION_KEYS", keys)
        monkeypatch.setenv("MAIL_HASH_KEY", lasting)
        for cached in (config.get_settings, crypto.key_ring, get_mail_settings):
            cached.cache_clear()

    person, lasting = UUID(world.id_of(await world.person())), "bGFzdGluZ2xhc3RpbmdsYXN0aW5nbGFzdGluZ2xhc3Q="
    first, second = (f"v{version}:{chr(64 + version) * 43}=" for version in (1, 2))
    for key, holds in ((lasting, True), ("", False)):
        rotate(first, key)
        token, index = make_token(person, "tasks"), address_indexes("a@b.test")[0]
        rotate(f"{first},{second}", key)
        assert read_token(token) == (person, "tasks")
        assert index in address_indexes("A@b.test ")
        rotate(second, key)
        assert (index in address_indexes("a@b.test")) is holds
        if holds:
            assert read_token(token) == (person, "tasks")
        else:
            with pytest.raises(NotFound):
                read_token(token)
    # The key that stays may be set later.
    rotate(first, "")
    token = make_token(person, "tasks")
    rotate(first, lasting)
    assert read_token(token) == (person, "tasks")
    rotate(world.stack.environment["ENCRYPTION_KEYS"], "")


async def test_other_tokens_do_nothing(world: World) -> None:
    person = await world.person()
    token = token_of(world, person, "tasks")
    swapped = token_of(world, person, "content")
    bad = [
        "x", "%00", "A" * 200, token[:-4], f"{token}AA", token[:10] + "A" + token[11:], swapped[:24] + token[24:],
        make_token(uuid4(), "tasks"),
    ]  # fmt: skip
    async with httpx.AsyncClient() as http:
        for each in bad:
            assert (await click(world, each)).status_code == 404, each
        for each in bad[:-1]:
            assert (await http.get(address_of(world, each))).status_code == 404, each
    assert preferences(world, person) == {}


async def test_nobody_unsubscribes_another_by_the_data_api(world: World) -> None:
    brand = await world.brand()
    body = {"person": world.id_of(brand.editor), "category": "tasks"}
    for caller in (world.data_api(None, proof=None), world.data_api(brand.admin.access_token)):
        assert (await caller.http.post("/rpc/unsubscribe_mail", json=body)).status_code in (401, 403)
    assert preferences(world, brand.editor) == {}


async def test_security_has_no_token() -> None:
    assert "security" not in CATEGORIES
    assert "invitations" not in CATEGORIES
    with pytest.raises(ValueError, match="not in"):
        make_token(uuid4(), "security")
