"""Claims over HTTP: writing, reading, versions, and who may do what."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.claims.office import GLOBAL, Shelf, made, open_shelf
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shelf(world: World) -> Shelf:
    shelf = await open_shelf(world)
    await shelf.product("Soap", "Oil")
    return shelf


def body(shelf: Shelf, **changes: Any) -> dict[str, Any]:
    return {
        "text": {"original": f"Kind {uuid4().hex}", "de": "Sanft"},
        "level": "product",
        "status": "allowed",
        "subjectIds": [shelf.products["Soap"]["id"]],
    } | changes


async def test_valid(shelf: Shelf) -> None:
    admin, viewer = shelf.brand.admin, shelf.brand.viewer
    claim = await made(admin, "/claims", body(shelf, countries=["GB", "IE"], category="nutrition"))
    assert claim["subjects"] == [
        {"kind": "product", "id": shelf.products["Soap"]["id"], "name": "Soap", "isArchived": False}
    ]
    assert (claim["version"], claim["approval"], claim["createdBy"]["id"]) == (1, None, shelf.world.id_of(admin))
    assert claim["allowedActions"] == ["archive", "delete", "read", "update"]
    path = f"/claims/{claim['id']}"
    read = (await viewer.get(path)).json()["data"]
    assert read == claim | {"allowedActions": ["read"]}
    changed = await admin.patch(path, claim["version"], {"status": "disallowed", "effectiveTo": None})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["data"]["status"], changed.headers["ETag"]) == ("disallowed", '"2"')
    assert_problem(await admin.patch(path, claim["version"], {"notes": "x"}), 412, "CONFLICT")
    assert_problem(await admin.http.patch(path, json={"notes": "x"}), 428, "PRECONDITION_REQUIRED")
    assert (await admin.delete(path)).status_code == 204
    assert_problem(await admin.get(path), 404, "NOT_FOUND")


async def test_versions_and_their_difference(shelf: Shelf) -> None:
    admin = shelf.brand.admin
    claim = await made(admin, "/claims", body(shelf, text={"original": "Kind to skin", "de": "Sanft"}))
    path = f"/claims/{claim['id']}"
    changes = {"text": {"original": "Kind to dry skin", "fr": "Doux"}, "countries": ["GB"]}
    assert (await admin.patch(path, claim["version"], changes)).status_code == 200
    listed = (await shelf.brand.viewer.get(f"{path}/versions")).json()
    assert [version["version"] for version in listed["data"]] == [2, 1]
    first = (await admin.get(f"{path}/versions/1")).json()["data"]
    assert (first["text"], first["createdBy"]["id"]) == (
        {"original": "Kind to skin", "de": "Sanft"},
        shelf.world.id_of(admin),
    )
    compared = (await admin.get(f"{path}/versions/compare", **{"from": 1, "to": 2})).json()["data"]
    kinds = {change["field"]: change["kind"] for change in compared["changes"]}
    assert kinds == {"countries": "changed", "text.de": "removed", "text.fr": "added", "text.original": "changed"}
    (text,) = [change for change in compared["changes"] if change["field"] == "text.original"]
    assert "".join(run["text"] for run in text["runs"] if run["kind"] != "delete") == "Kind to dry skin"
    assert [run["text"] for run in text["runs"] if run["kind"] == "insert"] == ["dry "]
    assert_problem(await admin.get(f"{path}/versions/compare", **{"from": 1, "to": 9}), 404, "NOT_FOUND")
    assert_problem(await admin.get(f"{path}/versions/9"), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": {"de": "Sanft"}}, "text"),
        ({"text": {"original": " "}}, "text.original"),
        ({"text": {"original": "x" * 501}}, "text.original"),
        ({"text": {"original": "x", "german": "y"}}, None),
        ({"status": "conditional"}, "status"),
        ({"level": "galaxy"}, "level"),
        ({"countries": ["ZZ"]}, "countries"),
        ({"countries": ["gb"]}, "countries.0"),
        ({"subjectIds": []}, "subjectIds"),
        ({"subjectIds": [str(uuid4())], "level": "brand"}, None),
        ({"effectiveFrom": "2026-02-01T00:00:00Z", "effectiveTo": "2026-01-01T00:00:00Z"}, "effectiveTo"),
        ({"effectiveFrom": "1066-02-01T00:00:00Z"}, "effectiveFrom"),
        ({"documentationUrls": ["ftp://x"]}, "documentationUrls.0"),
        ({"stars": 5}, "stars"),
    ],
)
async def test_claims_that_cannot_be(shelf: Shelf, changes: dict[str, Any], field: str | None) -> None:
    response = await shelf.brand.admin.post("/claims", body(shelf, **changes))
    if changes.get("subjectIds"):
        assert_problem(response, 404, "NOT_FOUND")
        return
    problem = assert_problem(response, 400, "VALIDATION_ERROR")
    if field:
        assert field in {detail["field"] for detail in problem["details"]}


async def test_level_and_subjects_never_change(shelf: Shelf) -> None:
    claim = await shelf.claim()
    for changes in ({"level": "brand"}, {"subjectIds": [shelf.products["Soap"]["id"]]}, {"approval": "approved"}):
        response = await shelf.brand.admin.patch(f"/claims/{claim['id']}", claim["version"], changes)
        assert_problem(response, 400, "VALIDATION_ERROR")


async def test_a_claim_is_there_once(shelf: Shelf) -> None:
    await shelf.claim(text="Soft")
    again = await shelf.brand.admin.post("/claims", body(shelf, text={"original": " SOFT "}, countries=[GLOBAL]))
    problem = assert_problem(again, 409, "ALREADY_EXISTS")
    assert problem["details"][0]["field"] == "text"


async def test_who_may_write(shelf: Shelf, world: World) -> None:
    stranger = await world.brand()
    claim = await shelf.claim()
    path = f"/claims/{claim['id']}"
    for person in (shelf.brand.editor, shelf.brand.viewer):
        assert_problem(await person.post("/claims", body(shelf)), 403, "FORBIDDEN")
        assert_problem(await person.patch(path, claim["version"], {"notes": "x"}), 403, "FORBIDDEN")
        assert_problem(await person.delete(path), 403, "FORBIDDEN")
        assert_problem(await person.post(f"{path}/archive"), 403, "FORBIDDEN")
    assert_problem(await stranger.admin.post("/claims", body(shelf)), 404, "NOT_FOUND")
    for method, suffix in (
        ("get", ""),
        ("get", "/versions"),
        ("get", "/approval"),
        ("delete", ""),
        ("post", "/archive"),
    ):
        assert_problem(await getattr(stranger.admin, method)(f"{path}{suffix}"), 404, "NOT_FOUND")
    assert claim["id"] not in {item["id"] for item in (await stranger.admin.get("/claims")).json()["data"]}
    ingredient = body(shelf, level="ingredient", subjectIds=[shelf.ingredients["Oil"]["id"]])
    assert_problem(await shelf.brand.admin.post("/claims", ingredient), 403, "FORBIDDEN")
    shared = await made(shelf.platform, "/claims", ingredient)
    assert (await shelf.brand.viewer.get(f"/claims/{shared['id']}")).status_code == 200
    assert_problem(await shelf.brand.admin.delete(f"/claims/{shared['id']}"), 403, "FORBIDDEN")


async def test_filters_sorts_and_totals(shelf: Shelf) -> None:
    soon = (datetime.now(UTC) + timedelta(days=5)).isoformat()
    one = await shelf.claim(text="Alpha soft", category="nutrition")
    two = await shelf.claim("brand", "disallowed", "GB", text="Beta", effectiveFrom=soon)
    three = await shelf.claim("ingredient", "mandatory", "FR", text="Gamma")
    four = await made(shelf.brand.admin, "/claims", body(shelf, text={"original": "Delta", "de": "Weiche Haut"}))
    viewer = shelf.brand.viewer

    async def found(**query: Any) -> set[str]:
        response = await viewer.get("/claims", brandId=shelf.brand.id, **query)
        assert response.status_code == 200, response.text
        answer = response.json()
        assert answer["pagination"]["totalItems"] == len(answer["data"])
        return {item["id"] for item in answer["data"]}

    ids = {claim["id"] for claim in (one, two, three, four)}
    assert await found() == ids
    assert await found(level="ingredient") == {three["id"]}
    assert await found(level=["brand", "product"]) == ids - {three["id"]}
    assert await found(status="disallowed") == {two["id"]}
    assert await found(productId=shelf.products["Soap"]["id"]) == {one["id"], four["id"]}
    assert await found(ingredientId=shelf.ingredients["Oil"]["id"]) == {three["id"]}
    assert await found(country="GB") == ids - {three["id"]}
    assert await found(country="FR") == ids - {two["id"]}
    assert await found(effectiveAt=datetime.now(UTC).isoformat()) == ids - {two["id"]}
    assert await found(approval="none") == ids
    assert await found(approval="pending") == set()
    assert await found(category="nutrition") == {one["id"]}
    assert await found(language="de") == {four["id"]}
    assert await found(q="SOFT") == {one["id"]}
    assert await found(q="weiche") == {four["id"]}
    assert await found(archived=True) == set()
    for direction in ("asc", "desc"):
        listed = (await viewer.get("/claims", brandId=shelf.brand.id, sort="text", direction=direction)).json()["data"]
        texts = [item["text"]["original"] for item in listed]
        assert texts == sorted(texts, reverse=direction == "desc")
    page = (await viewer.get("/claims", brandId=shelf.brand.id, sort="text", page=2, pageSize=3)).json()
    assert (len(page["data"]), page["pagination"]["totalItems"], page["links"]["next"]) == (1, 4, None)
    assert_problem(await viewer.get("/claims", sort="stars"), 400, "VALIDATION_ERROR")


async def test_an_archived_claim_has_no_effect(shelf: Shelf) -> None:
    admin = shelf.brand.admin
    claim = await shelf.claim(text="Soft")
    await made(
        admin,
        "/market-overrides",
        {"masterClaimId": claim["id"], "productId": shelf.products["Soap"]["id"], "market": "GB"},
    )
    assert [row["status"] for row in await shelf.stacked()] == ["none"]
    archived = (await admin.post(f"/claims/{claim['id']}/archive")).json()["data"]
    assert archived["archivedAt"] is not None
    assert archived["allowedActions"] == ["delete", "read", "restore"]
    assert await shelf.stacked() == []
    response = await admin.patch(f"/claims/{claim['id']}", archived["version"], {"notes": "x"})
    assert_problem(response, 409, "CONFLICT")
    # Its text is free while it is archived.
    other = await shelf.claim(text="Soft")
    assert_problem(await admin.post(f"/claims/{claim['id']}/restore"), 409, "ALREADY_EXISTS")
    await admin.delete(f"/claims/{other['id']}")
    assert (await admin.post(f"/claims/{claim['id']}/restore")).status_code == 200
    assert [row["status"] for row in await shelf.stacked()] == ["none"]
    assert [row["status"] for row in await shelf.stacked(market="FR")] == ["allowed"]
