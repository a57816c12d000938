"""Tests the audit log over HTTP: newest first, by cursor, for auditors of the brand, without whole addresses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from local.demo.callers import Person
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


def record(world: World, brand: Brand | None, action: str, person: Person | None = None, **details: Any) -> None:
    world.rows(
        "select private.audit_as(%s, null, %s, %s, 'test', null, %s)",
        world.id_of(person) if person else None,
        brand.id if brand else None,
        action,
        Jsonb(details),
    )


def path_of(brand: Brand) -> str:
    return f"/brands/{brand.id}/audit-log"


async def test_an_entry(world: World) -> None:
    brand = await world.brand()
    world.rows("update public.profiles set last_name = 'Admin' where id = %s", world.id_of(brand.admin))
    user_id = world.id_of(brand.viewer)
    response = await brand.admin.put(f"/brands/{brand.id}/members/{user_id}", {"role": "editor"})
    assert response.status_code == 200, response.text
    entries = (await brand.admin.get(path_of(brand), action="membership.update")).json()["data"]
    (entry,) = entries
    assert entry["actor"] == {"id": world.id_of(brand.admin), "name": "Test Admin"}
    assert (entry["actorType"], entry["outcome"]) == ("user", "success")
    assert entry["resource"] == {"type": "membership", "id": user_id}
    assert entry["details"]["previous"]["role"] == "viewer"
    assert entry["details"]["current"]["role"] == "editor"
    assert entry["requestId"] == response.headers["X-Request-Id"]
    assert entry["position"] >= 1
    assert "address" not in entry


async def test_pages_by_cursor(world: World) -> None:
    brand = await world.brand()
    for number in range(5):
        record(world, brand, "test.numbered", brand.admin, number=number)
    seen: list[int] = []
    path, parameters = path_of(brand), {"action": "test.numbered", "pageSize": 2}
    while True:
        page = (await brand.admin.get(path, **parameters)).json()
        seen += [entry["details"]["number"] for entry in page["data"]]
        record(world, brand, "test.numbered", brand.admin, number=99)  # what is added meanwhile shifts nothing
        if page["pagination"]["nextCursor"] is None:
            break
        assert "action=test.numbered" in page["links"]["next"]
        parameters["cursor"] = page["pagination"]["nextCursor"]
    assert seen == [4, 3, 2, 1, 0]


async def test_filters(world: World) -> None:
    brand = await world.brand()
    record(world, brand, "test.one", brand.admin)
    record(world, brand, "test.two", brand.editor)
    record(world, brand, "test.three")

    async def actions(**filters: Any) -> list[str]:
        response = await brand.admin.get(path_of(brand), **filters)
        assert response.status_code == 200, response.text
        found = [entry["action"] for entry in response.json()["data"]]
        return [action for action in found if action.startswith("test.")]

    assert await actions() == ["test.three", "test.two", "test.one"]
    assert await actions(action=["test.one", "test.three"]) == ["test.three", "test.one"]
    assert await actions(actor=world.id_of(brand.editor)) == ["test.two"]
    now = datetime.now(UTC)
    assert await actions(**{"from": (now + timedelta(minutes=1)).isoformat()}) == []
    assert await actions(to=(now - timedelta(minutes=1)).isoformat()) == []
    assert len(await actions(**{"from": (now - timedelta(minutes=1)).isoformat()})) == 3
    entries = (await brand.admin.get(path_of(brand), action="test.three")).json()["data"]
    assert (entries[0]["actor"], entries[0]["actorType"]) == (None, "system")


async def test_what_a_filter_must_be(world: World) -> None:
    brand = await world.brand()
    for wrong in ({"action": "no dots"}, {"actor": "me"}, {"from": "yesterday"}, {"pageSize": 101}, {"cursor": "x"}):
        assert_problem(await brand.admin.get(path_of(brand), **wrong), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail emil.editor@aurora.test now", "mail e•••@aurora.test now"),
        ("<ada@x.co>, bob@y.de", "<a•••@x.co>, b•••@y.de"),
        ("übel@nacht.de", "ü•••@nacht.de"),
        ("a\u0001max@x.co\nann@x.co", "a\u0001m•••@x.co\na•••@x.co"),
        ('say "eve@x.co"', 'say "e•••@x.co"'),
        ("no address @ all", "no address @ all"),
    ],
)
async def test_addresses_are_masked(world: World, text: str, shown: str) -> None:
    brand = await world.brand()
    record(world, brand, "test.address", brand.admin, note=text, key=[text])
    (entry,) = (await brand.admin.get(path_of(brand), action="test.address")).json()["data"]
    assert entry["details"] == {"note": shown, "key": [shown]}


async def test_no_entries_of_others(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    record(world, other, "test.secret", other.admin)
    record(world, None, "test.secret", other.admin)
    listed = (await brand.admin.get(path_of(brand), action="test.secret")).json()["data"]
    assert listed == []
    assert_problem(await brand.admin.get(path_of(other)), 404, "NOT_FOUND")
    for person in (brand.editor, brand.viewer):
        assert_problem(await person.get(path_of(brand)), 403, "FORBIDDEN")
    assert_problem(await (await world.person()).get(path_of(brand)), 401, "UNAUTHORIZED")


async def test_the_platform_is_for_platform_admins(world: World) -> None:
    brand = await world.brand()
    record(world, None, "test.platform", brand.admin)
    assert_problem(await brand.admin.get("/audit-log"), 403, "FORBIDDEN")
    admin = await world.platform_admin()
    entries = (await admin.get("/audit-log", actor=world.id_of(brand.admin), action="test.platform")).json()["data"]
    assert [entry["action"] for entry in entries] == ["test.platform"]
    assert (await admin.get(path_of(brand))).status_code == 200


async def test_every_filter_has_an_index(world: World) -> None:
    indexes = world.rows("select indexdef from pg_indexes where tablename = 'audit_log'")
    text = " ".join(row["indexdef"] for row in indexes)
    for columns in ("(brand_id, occurred_at DESC)", "(brand_id, action, occurred_at DESC)", "(brand_id, actor_id, occ"):
        assert columns in text
