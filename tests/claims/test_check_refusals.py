"""Checks of texts and contents that are refused, and who may accept violations."""

from typing import Any
from uuid import uuid4

import pytest

from local.demo.callers import Person
from tests.support.errors import assert_problem
from tests.support.shelf import ClaimShelf
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

REASON = {"reason": "Cleared by legal"}


async def rejected(world: World, brand: Brand) -> tuple[str, str]:
    """Makes a content with a violation; returns its path and the id of its check."""
    content = await world.draft(brand, fields={"topic": "winter", "headline": "It heals eczema"})
    path = f"/contents/{content['id']}"
    response = await brand.editor.post(f"{path}/claims/check")
    assert response.status_code == 200, response.text
    [check] = response.json()["data"]
    assert check["violations"] == 1
    return path, check["id"]


async def accept(person: Person, path: str, check_id: str, **body: Any) -> Any:
    return await person.post(f"{path}/claims/checks/{check_id}/override", body or REASON)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"text": "x", "html": "<p>x</p>"}, "text"),
        ({"sections": []}, "sections"),
        ({"sections": [{"name": "a"}]}, "sections.0.text"),
        ({"sections": [{"name": "", "text": "x"}]}, "sections.0.name"),
        ({"sections": [{"name": "a", "text": "x"}, {"name": "a", "text": "y"}]}, "sections"),
        ({"sections": [{"name": str(n), "text": "x" * 60_000} for n in range(2)]}, "sections"),
        ({"sections": [{"name": str(n), "text": "x"} for n in range(101)]}, "sections"),
        ({"text": "x", "markets": ["ZZ"]}, "market"),
        ({"text": "x", "markets": ["gb"]}, "markets.0"),
        ({"text": "x", "markets": ["__ALL_COUNTRIES__"]}, "markets.0"),
        ({"text": "x", "markets": [f"A{letter}" for letter in "DEFGILMOQRS"]}, "markets"),
        ({"text": "x", "language": "english"}, "language"),
        ({"text": "x", "productIds": ["soap"]}, "productIds.0"),
        ({"text": "x", "productIds": [str(uuid4()) for _ in range(51)]}, "productIds"),
        ({"text": "x", "stars": 5}, "stars"),
        ({"text": "x", "brandId": "aurora"}, "brandId"),
        ({"text": "x", "brandId": None}, "brandId"),
    ],
)
async def test_texts_that_cannot_be_checked(world: World, body: dict[str, Any], field: str) -> None:
    brand = await world.brand()
    response = await brand.viewer.post("/claims/check", {"brandId": brand.id} | body)
    problem = assert_problem(response, 400, "VALIDATION_ERROR")
    assert field in {detail["field"] for detail in problem["details"]}, problem


async def test_half_a_megabyte(world: World) -> None:
    brand = await world.brand()
    response = await brand.viewer.post("/claims/check", {"brandId": brand.id, "text": "word " * 100_000})
    assert_problem(response, 400, "VALIDATION_ERROR")


async def test_a_text_with_more_claims_than_can_be_listed(world: World) -> None:
    brand = await world.brand()
    ClaimShelf.of(world, brand).claim("Soft")
    response = await brand.viewer.post("/claims/check", {"brandId": brand.id, "text": "Soft. " * 1001})
    problem = assert_problem(response, 400, "VALIDATION_ERROR")
    assert [(detail["field"], detail["code"]) for detail in problem["details"]] == [("text", "TOO_MANY_CLAIMS")]


async def test_a_brand_without_markets(world: World) -> None:
    brand = await world.brand()
    world.rows("update public.brands set country = null where id = %s", brand.id)
    problem = assert_problem(
        await brand.viewer.post("/claims/check", {"brandId": brand.id, "text": "x"}), 400, "VALIDATION_ERROR"
    )
    assert problem["details"][0]["field"] == "markets"


async def test_brands_and_products_of_others(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    foreign = ClaimShelf.of(world, stranger)
    assert_problem(await brand.admin.post("/claims/check", {"brandId": stranger.id, "text": "x"}), 404, "NOT_FOUND")
    body = {"brandId": brand.id, "text": "x", "productIds": [foreign.product_id]}
    assert_problem(await brand.admin.post("/claims/check", body), 404, "NOT_FOUND")


async def test_who_may_check_a_content(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}/claims/check"
    assert_problem(await brand.viewer.post(path), 403, "FORBIDDEN")
    assert_problem(await stranger.admin.post(path), 404, "NOT_FOUND")
    assert_problem(await brand.editor.post(f"/contents/{uuid4()}/claims/check"), 404, "NOT_FOUND")
    for body, field in (({"markets": ["ZZ"]}, "market"), ({"markets": ["GB"] * 11}, "markets"), ({"a": 1}, "a")):
        problem = assert_problem(await brand.editor.post(path, body), 400, "VALIDATION_ERROR")
        assert problem["details"][0]["field"] == field
    for person in (brand.editor, brand.admin):
        assert (await person.post(path)).status_code == 200


async def test_who_may_accept_violations(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    ClaimShelf.of(world, brand).claim("Heals eczema", "disallowed")
    path, check_id = await rejected(world, brand)
    for person in (brand.editor, brand.viewer):
        assert_problem(await accept(person, path, check_id), 403, "FORBIDDEN")
    assert_problem(await accept(stranger.admin, path, check_id), 404, "NOT_FOUND")
    nobody = await world.person()
    assert_problem(await accept(nobody, path, check_id), 401, "UNAUTHORIZED")
    denied = await world.member(brand, "admin")
    restriction = "update public.brand_members set restrictions = '{claim.write}' where brand_id = %s and user_id = %s"
    world.rows(restriction, brand.id, world.id_of(denied))
    assert_problem(await accept(denied, path, check_id), 403, "FORBIDDEN")
    accepted = await accept(brand.admin, path, check_id)
    assert accepted.status_code == 200, accepted.text
    check = accepted.json()["data"]
    assert (check["overrideReason"], check["overriddenBy"]["id"]) == (REASON["reason"], world.id_of(brand.admin))
    recorded = world.rows(
        "select actor_id::text as actor, details ->> 'reason' as reason from public.audit_log "
        "where brand_id = %s and action = 'claims.override'",
        brand.id,
    )
    assert recorded == [{"actor": world.id_of(brand.admin), "reason": REASON["reason"]}]


async def test_others_with_the_permission_accept_violations(world: World) -> None:
    brand = await world.brand()
    ClaimShelf.of(world, brand).claim("Heals eczema", "disallowed")
    granted = await world.member(brand, "editor")
    grant = "update public.brand_members set permissions = '{claim.write}' where brand_id = %s and user_id = %s"
    world.rows(grant, brand.id, world.id_of(granted))
    for person in (granted, await world.platform_admin()):
        path, check_id = await rejected(world, brand)
        assert (await accept(person, path, check_id)).status_code == 200


async def test_what_cannot_be_accepted(world: World) -> None:
    brand = await world.brand()
    ClaimShelf.of(world, brand).claim("Heals eczema", "disallowed")
    path, check_id = await rejected(world, brand)
    other_path, other_id = await rejected(world, brand)
    # A check of another content, and none.
    for wrong in (other_id, str(uuid4())):
        assert_problem(await accept(brand.admin, path, wrong), 404, "NOT_FOUND")
    assert_problem(await accept(brand.admin, f"/contents/{uuid4()}", check_id), 404, "NOT_FOUND")
    for reason in ("", "   ", "x" * 5001, None, 5):
        problem = assert_problem(await accept(brand.admin, path, check_id, reason=reason), 400, "VALIDATION_ERROR")
        assert problem["details"][0]["field"] == "reason"
    missing = await brand.admin.post(f"{path}/claims/checks/{check_id}/override", {})
    assert_problem(missing, 400, "VALIDATION_ERROR")
    still = (await brand.viewer.get(f"{path}/claims/checks/{check_id}")).json()["data"]
    assert (still["overriddenAt"], still["isCurrent"]) == (None, True)
    assert (await accept(brand.admin, other_path, other_id)).status_code == 200
