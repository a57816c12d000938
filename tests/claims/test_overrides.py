"""Market overrides over HTTP: conflicts, rules for all countries, and who may do what."""

from typing import Any

import pytest

from tests.claims.office import ALL, GLOBAL, Shelf, made, open_shelf
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shelf(world: World) -> Shelf:
    shelf = await open_shelf(world)
    await shelf.product("Soap", "Oil")
    return shelf


def rule(shelf: Shelf, claim: dict[str, Any], market: str = "GB", **more: Any) -> dict[str, Any]:
    return {"masterClaimId": claim["id"], "productId": shelf.products["Soap"]["id"], "market": market} | more


async def test_valid(shelf: Shelf) -> None:
    admin, viewer = shelf.brand.admin, shelf.brand.viewer
    claim, other = await shelf.claim("brand", text="X"), await shelf.claim("product", "mandatory", "GB", text="Y")
    made_rule = await made(admin, "/market-overrides", rule(shelf, claim))
    assert (made_rule["effect"], made_rule["warnings"], made_rule["countries"]) == ("blocks", [], None)
    path = f"/market-overrides/{made_rule['id']}"
    assert (await viewer.get(path)).json()["data"]["allowedActions"] == ["read"]
    changed = await admin.patch(path, 1, {"replacementClaimId": other["id"]})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["data"]["effect"], changed.headers["ETag"]) == ("replaces", '"2"')
    assert_problem(await admin.patch(path, 1, {"isBlocked": False}), 412, "CONFLICT")
    assert [(row["text"], row["status"], row["originalText"]) for row in await shelf.stacked()] == [
        ("Y", "mandatory", "X")
    ]
    # A claim that takes the place of another stays.
    assert_problem(await admin.delete(f"/claims/{other['id']}"), 409, "CONFLICT")
    listed = (await viewer.get("/market-overrides", claimId=other["id"])).json()
    assert [item["id"] for item in listed["data"]] == [made_rule["id"]]
    assert (await viewer.get("/market-overrides", productId=shelf.products["Soap"]["id"], market="FR")).json()[
        "data"
    ] == []
    assert_problem(await admin.post("/market-overrides", rule(shelf, claim)), 409, "ALREADY_EXISTS")
    assert (await admin.delete(path)).status_code == 204
    assert_problem(await admin.get(path), 404, "NOT_FOUND")


async def test_conflicts_are_listed_and_can_be_forced(shelf: Shelf) -> None:
    admin = shelf.brand.admin
    claim = await shelf.claim("brand")
    first = await made(admin, "/market-overrides", rule(shelf, claim, "GB"))
    await made(admin, "/market-overrides", rule(shelf, claim, "FR"))
    problem = assert_problem(await admin.post("/market-overrides", rule(shelf, claim, ALL)), 409, "CONFLICT")
    assert [detail["message"] for detail in problem["details"]] == ["FR", "GB"]
    found = await admin.get("/market-overrides/conflicts", **rule(shelf, claim, ALL))
    assert [item["market"] for item in found.json()["data"]] == ["FR", "GB"]
    forced = await made(admin, "/market-overrides", rule(shelf, claim, ALL, force=True))
    assert [item["market"] for item in forced["warnings"]] == ["FR", "GB"]
    assert {"GB", "FR", "DE"} <= set(forced["countries"])
    beside = (await admin.get(f"/market-overrides/{first['id']}/conflicts")).json()["data"]
    assert [item["market"] for item in beside] == [ALL]
    # The audit log names every country that the rule for all affects.
    shelf.world.append_entries()
    entries = shelf.world.rows(
        "select * from public.audit_log where brand_id = %s and action = 'claim.market_override_changed'",
        shelf.brand.id,
    )
    assert any("countries" in str(entry) and "'ZW'" in str(entry) for entry in entries)


@pytest.mark.parametrize("wrong", ["local master", "unknown market", "other market", "itself", "archived"])
async def test_rules_that_cannot_be(shelf: Shelf, wrong: str) -> None:
    claim = await shelf.claim("brand", text="X")
    local = await shelf.claim("product", "allowed", "FR", text="Y")
    body = {
        "local master": rule(shelf, local),
        "unknown market": rule(shelf, claim, "ZZ"),
        "other market": rule(shelf, claim, replacementClaimId=local["id"]),
        "itself": rule(shelf, claim, replacementClaimId=claim["id"]),
        "archived": rule(shelf, claim, "FR", replacementClaimId=local["id"]),
    }[wrong]
    if wrong == "archived":
        await shelf.brand.admin.post(f"/claims/{local['id']}/archive")
    assert_problem(await shelf.brand.admin.post("/market-overrides", body), 400, "VALIDATION_ERROR")
    assert shelf.world.rows("select id from public.market_overrides where master_claim_id = %s", claim["id"]) == []


async def test_who_may_write(shelf: Shelf, world: World) -> None:
    stranger = await world.brand()
    claim = await shelf.claim("brand")
    author = await world.member(shelf.brand, "admin")
    mine = await made(author, "/market-overrides", rule(shelf, claim, "GB"))
    everywhere = await made(author, "/market-overrides", rule(shelf, claim, ALL, force=True))
    for person in (shelf.brand.editor, shelf.brand.viewer):
        assert_problem(await person.post("/market-overrides", rule(shelf, claim, "FR")), 403, "FORBIDDEN")
        assert_problem(await person.patch(f"/market-overrides/{mine['id']}", 1, {"isBlocked": False}), 403, "FORBIDDEN")
        assert_problem(await person.delete(f"/market-overrides/{mine['id']}"), 403, "FORBIDDEN")
    assert_problem(await stranger.admin.post("/market-overrides", rule(shelf, claim, "FR")), 404, "NOT_FOUND")
    for path in ("", "/conflicts"):
        assert_problem(await stranger.admin.get(f"/market-overrides/{mine['id']}{path}"), 404, "NOT_FOUND")
    assert_problem(await stranger.admin.delete(f"/market-overrides/{mine['id']}"), 404, "NOT_FOUND")
    assert_problem(await stranger.admin.get("/market-overrides/conflicts", **rule(shelf, claim)), 404, "NOT_FOUND")
    # The author may change their rule for one country, not one for all.
    world.rows("update public.brand_members set role = 'viewer' where user_id = %s", world.id_of(author))
    assert (await author.patch(f"/market-overrides/{mine['id']}", 1, {"isBlocked": False})).status_code == 200
    response = await author.patch(f"/market-overrides/{everywhere['id']}", 1, {"isBlocked": False})
    assert_problem(response, 403, "FORBIDDEN")
    assert GLOBAL in claim["countries"]
