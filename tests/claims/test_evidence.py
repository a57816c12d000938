"""Evidence over HTTP: who adds, changes, withdraws and decides, and how reviewers find what waits."""

from typing import Any

import pytest

from local.demo.callers import Person
from tests.claims.office import Shelf, if_match, made, open_shelf
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

DOCUMENT = {"title": "Study 12", "kind": "study", "url": "https://files.example.com/12.pdf", "issuedOn": "2025-01-01"}


@pytest.fixture
async def shelf(world: World) -> Shelf:
    shelf = await open_shelf(world)
    await shelf.product("Soap", "Oil")
    return shelf


async def reviewer(shelf: Shelf, role: str = "legal", kind: str = "viewer") -> Person:
    person = await shelf.world.member(shelf.brand, kind)
    body = {"brandId": shelf.brand.id, "userId": shelf.world.id_of(person), "reviewerRole": role}
    await made(shelf.brand.admin, "/claim-reviewers", body)
    return person


async def added(shelf: Shelf, **more: Any) -> tuple[str, dict[str, Any]]:
    claim = await shelf.claim(**more)
    path = f"/claims/{claim['id']}/evidence"
    writer = shelf.platform if more.get("level") == "ingredient" else shelf.brand.admin
    item = await made(writer, path, DOCUMENT)
    return f"{path}/{item['id']}", item


async def test_a_document_from_its_addition_to_its_withdrawal(shelf: Shelf) -> None:
    legal, admin = await reviewer(shelf), shelf.brand.admin
    path, item = await added(shelf)
    assert item["allowedActions"] == ["read", "update", "withdraw"]
    refused = await legal.post(f"{path}/review", {"decision": "refuse", "comment": "Not signed"})
    assert refused.json()["data"]["status"] == "refused"
    twice = assert_problem(await legal.post(f"{path}/review", {"decision": "accept"}), 409, "CONFLICT")
    assert twice["details"][0]["message"].startswith("by ")

    stale = await admin.patch(path, item["version"], {"title": "Study 13"})
    assert_problem(stale, 412, "CONFLICT")
    response = await admin.patch(path, item["version"] + 1, {"title": "Study 13"})
    changed = response.json()["data"]
    assert (changed["status"], changed["reviewedBy"], changed["title"]) == ("pending", None, "Study 13")
    accepted = (await legal.post(f"{path}/review", {"decision": "accept"})).json()["data"]
    assert (accepted["status"], accepted["state"]) == ("accepted", "valid")

    assert_problem(await shelf.brand.editor.post(f"{path}/withdraw", {"reason": "Old"}), 403, "FORBIDDEN")
    late = await admin.http.post(f"{path}/withdraw", json={"reason": "Old"}, headers=if_match(item))
    assert_problem(late, 412, "CONFLICT")
    withdrawn = await admin.http.post(f"{path}/withdraw", json={"reason": "Old"}, headers=if_match(accepted))
    assert withdrawn.json()["data"]["status"] == "withdrawn"
    assert withdrawn.headers["ETag"] == f'"{withdrawn.json()["data"]["version"]}"'
    gone = assert_problem(await admin.post(f"{path}/withdraw", {"reason": "Old"}), 409, "CONFLICT")
    assert " at 20" in gone["details"][0]["message"]


async def test_nobody_decides_on_what_they_added_or_changed(shelf: Shelf) -> None:
    path, item = await added(shelf)
    second = await reviewer(shelf, kind="admin")
    assert (await second.patch(path, item["version"], {"title": "Study 13"})).status_code == 200
    problem = assert_problem(await second.post(f"{path}/review", {"decision": "accept"}), 403, "FORBIDDEN")
    assert problem["details"][0]["rule"] == "evidence.review.not_own"
    body = {"brandId": shelf.brand.id, "userId": shelf.world.id_of(shelf.brand.admin), "reviewerRole": "legal"}
    await made(shelf.brand.admin, "/claim-reviewers", body)
    assert_problem(await shelf.brand.admin.post(f"{path}/review", {"decision": "accept"}), 403, "FORBIDDEN")
    third = await reviewer(shelf, "regulatory")
    assert (await third.post(f"{path}/review", {"decision": "accept"})).status_code == 200


async def test_roles_that_decide_on_evidence(shelf: Shelf) -> None:
    path, _ = await added(shelf)
    for person in (await reviewer(shelf, "marketing"), shelf.brand.editor, shelf.brand.viewer):
        assert_problem(await person.post(f"{path}/review", {"decision": "accept"}), 403, "FORBIDDEN")
    stranger = await shelf.world.brand()
    assert_problem(await stranger.admin.post(f"{path}/review", {"decision": "accept"}), 404, "NOT_FOUND")


async def test_evidence_of_ingredients_is_for_platform_admins(shelf: Shelf) -> None:
    path, _ = await added(shelf, level="ingredient")
    legal = await reviewer(shelf)
    assert (await legal.get(path)).json()["data"]["allowedActions"] == ["read"]
    assert_problem(await legal.post(f"{path}/review", {"decision": "accept"}), 403, "FORBIDDEN")
    assert_problem(await shelf.platform.post(f"{path}/review", {"decision": "accept"}), 403, "FORBIDDEN")
    other = await shelf.world.platform_admin()
    assert (await other.post(f"{path}/review", {"decision": "accept"})).status_code == 200


async def test_reviewers_are_told_and_find_what_waits(shelf: Shelf) -> None:
    legal, marketing = await reviewer(shelf), await reviewer(shelf, "marketing")
    path, item = await added(shelf)
    told = shelf.world.rows(
        "select user_id::text, action_url from public.notifications where metadata ->> 'evidenceId' = %s", item["id"]
    )
    assert told == [{"user_id": shelf.world.id_of(legal), "action_url": f"/api/v1{path}"}]
    for person, expected in ((legal, [item["id"]]), (marketing, []), (shelf.brand.admin, [])):
        waiting = (await person.get("/claims/evidence", brandId=shelf.brand.id, decidableByMe=True)).json()
        assert [each["id"] for each in waiting["data"]] == expected
        assert waiting["pagination"]["totalItems"] == len(expected)
    assert len((await marketing.get("/claims/evidence", status="pending")).json()["data"]) == 1
    assert (await marketing.get("/claims/evidence", status="accepted")).json()["data"] == []
    stranger = await shelf.world.brand()
    assert (await stranger.admin.get("/claims/evidence")).json()["data"] == []
    assert_problem(await stranger.admin.get("/claims/evidence", brandId=shelf.brand.id), 404, "NOT_FOUND")


async def test_an_unchanged_document_is_a_304(shelf: Shelf) -> None:
    path, item = await added(shelf)
    first = await shelf.brand.admin.get(path)
    again = await shelf.brand.admin.http.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert item["_links"]["self"] == f"/api/v1{path}"
    # Another caller may do less, so that their answer is another one.
    other = await shelf.brand.viewer.http.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
