"""How mails of a brand are addressed: by its admins only."""

from typing import Any

import httpx
import pytest

from local.demo.callers import Person
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

SETTINGS = {"senderName": "Aurora", "replyTo": "content@aurora.test", "language": "de", "tracks": True}


async def put(person: Person, path: str, body: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
    return await person.http.put(path, json=body, headers=headers)


async def test_admins_replace_them(world: World) -> None:
    brand = await world.brand()
    path = f"/mail/settings/{brand.id}"
    read = await brand.admin.get(path)
    assert read.status_code == 200, read.text
    assert read.headers["ETag"] == '"0"'
    assert read.json()["data"]["senderName"] is None
    assert_problem(await brand.admin.put(path, SETTINGS), 428, "PRECONDITION_REQUIRED")
    written = await put(brand.admin, path, SETTINGS, {"If-Match": '"0"'})
    assert written.status_code == 200, written.text
    assert written.json()["data"].items() >= (SETTINGS | {"version": 1}).items()
    assert_problem(await put(brand.admin, path, SETTINGS, {"If-Match": '"0"'}), 412, "CONFLICT")
    assert (await put(brand.admin, path, {}, {"If-Match": '"1"'})).json()["data"]["language"] is None
    world.append_entries()
    log = (await brand.admin.get(f"/brands/{brand.id}/audit-log")).json()["data"]
    assert [entry["action"] for entry in log].count("brand.mail_settings_changed") == 2


async def test_others_do_not(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    path, match = f"/mail/settings/{brand.id}", {"If-Match": '"0"'}
    for person in (brand.editor, brand.viewer):
        assert_problem(await person.get(path), 403, "FORBIDDEN")
        assert_problem(await put(person, path, SETTINGS, match), 403, "FORBIDDEN")
    assert_problem(await other.admin.get(path), 404, "NOT_FOUND")
    assert_problem(await put(other.admin, path, SETTINGS, match), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    "change",
    [
        {"senderName": "Aurora\r\nBcc: x@y.test"},
        {"senderName": 'Aurora" <x@y.test>'},
        {"senderName": ""},
        {"replyTo": "a@b.test\r\nBcc: x@y.test"},
        {"replyTo": "a@b.test, c@d.test"},
        {"replyTo": "a..b@c.test"},
        {"replyTo": ".a@c.test"},
        {"replyTo": "a@localhost"},
        {"replyTo": "a@c..test"},
        {"senderName": "MixerAI Security"},
        {"senderName": "M i x e r - A I"},
        {"senderName": "ＭｉｘｅｒＡＩ"},
        {"language": "deutsch"},
        {"from": "a@b.test"},
    ],
)
async def test_no_setting_begins_a_header_or_names_the_platform(world: World, change: dict[str, str]) -> None:
    brand = await world.brand()
    answer = await put(brand.admin, f"/mail/settings/{brand.id}", SETTINGS | change, {"If-Match": '"0"'})
    assert_problem(answer, 400, "VALIDATION_ERROR")
