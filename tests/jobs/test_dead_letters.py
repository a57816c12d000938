"""Dead letters: background work that was set aside, shown to platform admins, tried again, removed."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

ADMIN = "/admin/dead-letters"


def dead_job(world: World, brand: Brand | None, *, queue: str = "embeddings", kind: str = "embed_content") -> str:
    subject = str(uuid4())
    letter_id = str(uuid4())
    world.rows(
        "insert into private.dead_jobs (id, queue, kind, brand_id, payload, attempts, last_error, created_at) values "
        "(%s, %s, %s, %s, jsonb_build_object('id', %s::text, 'secret', 'x', 'type', 'ContentPublished', "
        "'aggregateType', 'content', 'aggregateId', %s::text), 5, E'it\\nfailed ' || repeat('x', 900), "
        "now() - interval '1 day')",
        letter_id,
        queue,
        kind,
        brand.id if brand else None,
        subject,
        subject,
    )
    return letter_id


def setback(world: World, brand: Brand, task: str, *, subject: str | None = None) -> str:
    return world.rows(
        "insert into private.setbacks (task, subject_id, brand_id, attempts, reason, next_attempt_at, died_at) "
        "values (%s, coalesce(%s, gen_random_uuid()), %s, 8, 'SQLSTATE 54000', 'infinity', now()) returning id::text",
        task,
        subject,
        brand.id,
    )[0]["id"]


async def listed(world: World, brand: Brand, **filters: Any) -> list[dict[str, Any]]:
    admin = await world.platform_admin()
    response = await admin.get(ADMIN, brandId=brand.id, **filters)
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def test_what_was_set_aside_is_listed(world: World) -> None:
    brand = await world.brand()
    ids = {
        "job": dead_job(world, brand),
        "mail": dead_job(world, brand, queue="mail", kind="send_mail"),
        "event": dead_job(world, brand, queue="edge_cache", kind="event"),
        "document": setback(world, brand, "refresh_search"),
        "task": setback(world, brand, "publish_due"),
    }
    dead_job(world, await world.brand())
    letters = {letter["kind"]: letter for letter in await listed(world, brand)}
    assert {kind: letter["id"] for kind, letter in letters.items()} == ids
    event = letters["event"]
    assert (event["source"], event["name"], event["attempts"]) == ("edge_cache", "ContentPublished", 5)
    assert event["brand"]["id"] == brand.id
    assert event["subject"]["type"] == "content"
    assert event["subject"]["id"] is not None
    assert len(event["reason"]) == 300
    assert event["reason"].startswith("it failed xxx"), "control characters are taken out"
    assert letters["document"]["reason"] == "SQLSTATE 54000"
    assert "secret" not in str(letters)
    for kind, letter_id in ids.items():
        assert [letter["id"] for letter in await listed(world, brand, kind=kind)] == [letter_id]


async def test_pages_by_cursor(world: World) -> None:
    brand, admin = await world.brand(), await world.platform_admin()
    ids = {dead_job(world, brand) for _ in range(3)} | {setback(world, brand, "publish_due") for _ in range(2)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = (await admin.get(ADMIN, brandId=brand.id, pageSize="2", **({"cursor": cursor} if cursor else {}))).json()
        seen += [letter["id"] for letter in page["data"]]
        cursor = page["pagination"]["nextCursor"]
        if cursor is None:
            break
    assert len(seen) == 5
    assert set(seen) == ids


async def test_only_platform_admins(world: World) -> None:
    brand = await world.brand()
    letter_id = dead_job(world, brand)
    for person in (brand.admin, brand.viewer, await world.signed_in()):
        assert_problem(await person.get(ADMIN), 403, "FORBIDDEN")
        assert_problem(await person.post(f"{ADMIN}/{letter_id}/requeue"), 403, "FORBIDDEN")
        assert_problem(await person.delete(f"{ADMIN}/{letter_id}"), 403, "FORBIDDEN")
    admin = await world.platform_admin()
    assert_problem(await admin.post(f"{ADMIN}/{uuid4()}/requeue"), 404, "NOT_FOUND")
    assert_problem(await admin.delete(f"{ADMIN}/{uuid4()}"), 404, "NOT_FOUND")
    assert_problem(await admin.get(ADMIN, kind="other"), 400, "VALIDATION_ERROR")


async def test_a_job_is_tried_again(world: World) -> None:
    brand, admin = await world.brand(), await world.platform_admin()
    letter_id = dead_job(world, brand, queue="none")
    assert (await admin.post(f"{ADMIN}/{letter_id}/requeue")).status_code == 204
    assert world.rows("select attempts from private.jobs where id = %s", letter_id) == [{"attempts": 0}]
    assert await listed(world, brand) == []
    assert_problem(await admin.post(f"{ADMIN}/{letter_id}/requeue"), 404, "NOT_FOUND")
    entries = world.rows(
        "select action, actor_id::text, details from public.audit_log where resource_id = %s", letter_id
    )
    assert entries == [
        {
            "action": "dead_letter.requeue",
            "actor_id": world.id_of(admin),
            "details": {"source": "none", "attempts": 5},
        }
    ]


async def test_a_document_is_tried_again(world: World) -> None:
    brand, admin = await world.brand(), await world.platform_admin()
    content = await world.draft(brand)
    letter_id = setback(world, brand, "refresh_search", subject=content["id"])
    assert (await admin.post(f"{ADMIN}/{letter_id}/requeue")).status_code == 204
    assert world.rows("select 1 from private.stale_searches where brand_id = %s", brand.id)
    assert world.rows("select 1 from private.setbacks where id = %s", letter_id) == []


async def test_dead_letters_are_removed(world: World) -> None:
    brand, admin = await world.brand(), await world.platform_admin()
    job, item = dead_job(world, brand, queue="none"), setback(world, brand, "publish_due")
    for letter_id in (job, item):
        assert (await admin.delete(f"{ADMIN}/{letter_id}")).status_code == 204
    assert await listed(world, brand) == []
    assert world.rows("select 1 from private.jobs where id = %s", job) == []
    left = world.rows("select next_attempt_at = 'infinity' as is_left_out from private.setbacks where id = %s", item)
    assert left == [{"is_left_out": True}]
    for letter_id in (job, item):
        assert_problem(await admin.delete(f"{ADMIN}/{letter_id}"), 404, "NOT_FOUND")
