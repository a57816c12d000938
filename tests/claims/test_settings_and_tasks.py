"""Settings of claims, the reach of changes, and claim tasks: who may do what."""

from typing import Any

import pytest

from local.demo.callers import Person
from tests.support.errors import assert_problem
from tests.support.shelf import ClaimShelf
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


async def put_settings(person: Person, brand: Brand, version: int, **body: Any) -> Any:
    return await person.http.put(f"/claims/settings/{brand.id}", json=body, headers={"If-Match": f'"{version}"'})


async def checked(world: World, brand: Brand, text: str) -> str:
    content = await world.draft(brand, fields={"topic": "winter", "headline": text})
    assert (await brand.editor.post(f"/contents/{content['id']}/claims/check")).status_code == 200
    return content["id"]


async def test_who_may_set_claim_settings(world: World) -> None:
    brand = await world.brand()
    read = await brand.viewer.get(f"/claims/settings/{brand.id}")
    assert (read.json()["data"]["version"], read.json()["data"]["allowedActions"]) == (1, ["read"])
    for person in (brand.editor, brand.viewer):
        assert_problem(await put_settings(person, brand, 1, markets=["GB"]), 403, "FORBIDDEN")
    stranger = await world.brand()
    assert_problem(await put_settings(stranger.admin, brand, 1, markets=["GB"]), 404, "NOT_FOUND")
    world.rows(
        "update public.brand_members set restrictions = '{brand.update}' where brand_id = %s and user_id = %s",
        brand.id,
        world.id_of(brand.admin),
    )
    assert_problem(await put_settings(brand.admin, brand, 1, markets=["GB"]), 403, "FORBIDDEN")


async def test_settings_keep_the_country_of_the_brand_and_a_version(world: World) -> None:
    brand = await world.brand()
    admin = brand.admin
    problem = assert_problem(await put_settings(admin, brand, 1, markets=["DE"]), 400, "VALIDATION_ERROR")
    assert problem["details"][0]["field"] == "markets"
    missing = await admin.put(f"/claims/settings/{brand.id}", {"markets": ["GB"]})
    assert missing.status_code == 428
    first = await put_settings(admin, brand, 1, markets=["GB", "DE"])
    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    assert_problem(await put_settings(admin, brand, 1, markets=["GB"]), 412, "CONFLICT")
    configured = "select count(*) as n from public.domain_events where brand_id = %s and type = 'DeliveryConfigured'"
    assert world.rows(configured, brand.id) == [{"n": 0}]
    assert (await put_settings(admin, brand, 2, markets=["GB"], isDelivered=True)).status_code == 200
    assert world.rows(configured, brand.id) == [{"n": 1}]


async def test_impact_of_an_override_and_of_evidence(world: World) -> None:
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    soothes = shelf.claim("Soothes dry skin")
    override = shelf.override(soothes, "DE")
    content = await checked(world, brand, "It soothes dry skin")
    path = f"/claims/{soothes}/impact"
    reach = (await brand.admin.post(path, {"overrideId": override})).json()["data"]
    assert reach["total"] == 0  # the override is of another market
    document = {"title": "Study", "kind": "study", "fileReference": "7", "issuedOn": "2025-01-01"}
    evidence = (await brand.admin.post(f"/claims/{soothes}/evidence", document)).json()["data"]
    reach = (await brand.admin.post(path, {"evidenceId": evidence["id"]})).json()["data"]
    assert [(item["contentId"], item["effect"]) for item in reach["items"]] == [(content, "refers")]
    other = shelf.claim("Kind")
    for body in ({"overrideId": override}, {"evidenceId": evidence["id"]}):
        assert_problem(await brand.admin.post(f"/claims/{other}/impact", body), 404, "NOT_FOUND")
    stranger = await world.brand()
    assert_problem(await stranger.admin.post(path, {}), 404, "NOT_FOUND")


async def test_tasks_are_opened_where_the_caller_may_do_something(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    shelf = ClaimShelf.of(world, brand)
    world.rows("insert into public.brand_master_claim_brands values (%s, %s)", other.id, shelf.master_id)
    soothes = shelf.claim("Soothes dry skin")
    await checked(world, brand, "It soothes dry skin")
    await checked(world, other, "It soothes dry skin")
    # The admin of one brand only reads the other one.
    world.rows(
        "insert into public.brand_members (brand_id, user_id, role) values (%s, %s, 'viewer')",
        other.id,
        world.id_of(brand.admin),
    )
    path = f"/claims/{soothes}/impact/tasks"
    opened = (await brand.admin.post(path)).json()["data"]
    assert [item["outcome"] for item in opened["items"]] == ["opened"]
    assert (opened["remaining"], opened["refused"]) == (0, 1)
    theirs = (await other.admin.post(path)).json()["data"]
    assert ([item["outcome"] for item in theirs["items"]], theirs["refused"]) == (["opened"], 0)
    again = (await brand.admin.post(path)).json()["data"]
    assert again == {"items": [], "remaining": 0, "refused": 0}
    assert_problem(await brand.editor.post(path), 403, "FORBIDDEN")


async def test_who_reads_and_closes_tasks(world: World) -> None:
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    soothes = shelf.claim("Soothes dry skin")
    content = await checked(world, brand, "It soothes dry skin")
    body = {"assigneeId": world.id_of(brand.editor), "dueOn": "2027-01-31"}
    opened = (await brand.admin.post(f"/claims/{soothes}/impact/tasks", body)).json()["data"]
    task_id = opened["items"][0]["taskId"]
    mine = (await brand.editor.get("/claims/tasks", mine=True, sort="createdAt")).json()["data"]
    assert [(task["id"], task["allowedActions"]) for task in mine] == [(task_id, ["dismiss", "done", "read"])]
    assert mine[0]["_links"]["content"] == f"/api/v1/contents/{content}"
    assert (await brand.viewer.get("/claims/tasks", brandId=brand.id)).json()["data"][0]["allowedActions"] == ["read"]
    close = f"/claims/tasks/{task_id}/close"
    assert_problem(await brand.viewer.post(close, {"state": "done"}), 403, "FORBIDDEN")
    assert_problem(await (await world.brand()).admin.post(close, {"state": "done"}), 404, "NOT_FOUND")
    assert_problem(await brand.editor.post(close, {"state": "dismissed"}), 400, "VALIDATION_ERROR")

    # Sentences of contents are for those who may read contents.
    viewer = world.id_of(brand.viewer)
    restrict = "update public.brand_members set restrictions = %s where brand_id = %s and user_id = %s"
    world.rows(restrict, ["content.read"], brand.id, viewer)
    assert (await brand.viewer.get("/claims/tasks", brandId=brand.id)).json()["data"] == []
    # Claims of a catalogue that the brand is no longer linked to are not quoted.
    world.rows("delete from public.brand_master_claim_brands where brand_id = %s", brand.id)
    task = (await brand.editor.get("/claims/tasks", mine=True)).json()["data"][0]
    assert (task["claimText"], task["draft"]) == (None, None)
    assert "Soothes" not in task["title"]
    assert (await brand.editor.post(close, {"state": "done"})).status_code == 200
