"""Changes of claims that several tenants share: nobody waits for the tenant of another, nor two for each other."""

import asyncio
import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from local.demo.callers import Person
from tests.claims.office import GLOBAL, Shelf, if_match, made, open_shelf
from tests.support.locks import deadlocks, held, in_turn, succeed_without_deadlock
from tests.support.statements import caller
from tests.support.world import World

pytestmark = pytest.mark.anyio

HEADER = "text,category,level,subjects,claimBrand,status,countries,notes\n"
COUNTER = "select from private.claim_catalogues where master_claim_brand_id = %s for update"


@pytest.fixture
async def shelf(world: World) -> Shelf:
    shelf = await open_shelf(world)
    await shelf.product("Soap", "Oil")
    return shelf


async def link(shelf: Shelf, claim_brand_id: str, brand_id: str) -> None:
    response = await shelf.platform.http.put(f"/claim-brands/{claim_brand_id}/brands/{brand_id}")
    assert response.status_code in (200, 201, 204), response.text


@contextmanager
def open_transaction(world: World, person: Person, query: str, *arguments: Any) -> Generator[None]:
    """Runs SQL as a person and leaves the transaction open."""
    secret = world.stack.environment["SIGNING_SECRET"]
    with (
        caller(world.stack.database_url, person.access_token, secret) as database,
        database.connection.transaction(force_rollback=True),
    ):
        database.act()
        database.connection.execute(query.encode(), arguments)
        yield


async def test_another_tenant_goes_on_while_claims_are_written(shelf: Shelf) -> None:
    world, other = shelf.world, await shelf.world.brand()
    await link(shelf, shelf.claim_brand["id"], other.id)
    content = await world.draft(other)
    assert (await other.editor.post(f"/contents/{content['id']}/submit")).status_code == 200
    claim = "select public.create_claim('{\"original\": \"Cures\"}', 'brand', 'disallowed', array[%s::uuid])"
    with open_transaction(world, shelf.brand.admin, claim, shelf.claim_brand["id"]):
        approved = await asyncio.wait_for(other.viewer.post(f"/contents/{content['id']}/approve"), 4)
        assert approved.status_code == 200, approved.text
        version = (await other.admin.get(f"/brands/{other.id}")).json()["data"]["version"]
        changed = await asyncio.wait_for(other.admin.patch(f"/brands/{other.id}", version, {"description": "New"}), 4)
        assert changed.status_code == 200, changed.text


async def test_a_dry_run_tells_nobody(shelf: Shelf) -> None:
    world = shelf.world
    file = f"Soft,,brand,{shelf.claim_brand['id']},,allowed,GB,\n"
    lines = [{"line": 2, "claim": {
        "text": {"original": "Soft"}, "level": "brand", "status": "allowed", "subjects": [shelf.claim_brand["id"]],
        "claim_brand": None, "countries": ["GB"], "effective_from": None, "effective_to": None, "details": {},
    }}]  # fmt: skip
    secret = world.stack.environment["SIGNING_SECRET"]
    begun = "select count(*) from public.domain_events where transaction_id = pg_current_xact_id()"
    with caller(world.stack.database_url, shelf.brand.admin.access_token, secret) as database:
        for is_dry_run, events in ((True, 0), (False, 1)):
            with database.connection.transaction(force_rollback=True):
                database.act()
                answer = database.connection.execute(
                    b"select public.import_claims(%s, %s)", (json.dumps(lines), is_dry_run)
                ).fetchone()
                assert answer is not None
                assert (len(answer[0]["made"]), answer[0]["problems"]) == (1, []), answer
                database.connection.execute(b"reset role")
                assert database.connection.execute(begun.encode()).fetchone() == (events,)
    assert (await shelf.brand.admin.post("/claims/import", {"data": HEADER + file})).status_code == 200


@pytest.mark.parametrize("way", ["request", "import"])
@pytest.mark.parametrize("level", ["brand", "product", "ingredient"])
async def test_each_linked_tenant_hears_of_a_new_claim(shelf: Shelf, level: str, way: str) -> None:
    world, other = shelf.world, await shelf.world.brand()
    await link(shelf, shelf.claim_brand["id"], other.id)
    entries = (
        "select action, actor_id::text, session_id is not null as has_session from public.audit_log "
        "where resource_id = %s and brand_id = %s"
    )
    writer = shelf.platform if level == "ingredient" else shelf.brand.admin
    if way == "request":
        claim_id = (await shelf.claim(level))["id"]
    else:
        name = shelf.subject(level, {"ingredient": "Oil"}.get(level))
        data = HEADER + f"Soft,,{level},{name},,allowed,GB,\n"
        answer = await writer.post("/claims/import", {"data": data, "dryRun": False})
        claim_id = answer.json()["data"]["created"][0]["claimId"]
    events = "select payload from public.domain_events where aggregate_id = %s and brand_id = %s"
    world.append_entries()
    for brand in (shelf.brand, other):
        assert world.rows(events, claim_id, brand.id) == [{"payload": {"status": "allowed", "isNew": True}}]
        assert world.rows(entries, claim_id, brand.id) == [
            {"action": "claim.claim_changed", "actor_id": world.id_of(writer), "has_session": True}
        ]


async def test_a_claim_and_its_override_change_at_once(shelf: Shelf) -> None:
    world = shelf.world
    claim, other = await shelf.claim("brand", "allowed", GLOBAL), await shelf.claim("brand", "allowed", text="Y")
    admin, before = shelf.brand.admin, deadlocks(world)
    rule = {"masterClaimId": claim["id"], "market": "GB", "productId": shelf.products["Soap"]["id"]}
    async with held(world, COUNTER, shelf.claim_brand["id"]):
        tasks = await in_turn(
            world,
            admin.patch(f"/claims/{other['id']}", other["version"], {"text": {"original": "Z"}}),
            admin.post("/market-overrides", rule),
        )
    await succeed_without_deadlock(world, tasks, before)


async def test_a_claim_is_deleted_while_its_override_changes(shelf: Shelf) -> None:
    world = shelf.world
    claim, other = await shelf.claim("brand", "allowed", GLOBAL), await shelf.claim("brand", text="Y")
    rule = {"masterClaimId": claim["id"], "market": "GB", "productId": shelf.products["Soap"]["id"]}
    override = await made(shelf.brand.admin, "/market-overrides", rule)
    before = deadlocks(world)
    async with held(world, COUNTER, shelf.claim_brand["id"]):
        deleting, changing = await in_turn(
            world,
            shelf.brand.admin.delete(f"/claims/{claim['id']}"),
            shelf.brand.admin.patch(
                f"/market-overrides/{override['id']}", override["version"], {"replacementClaimId": other["id"]}
            ),
        )
    assert (await deleting).status_code == 204
    assert (await changing).status_code == 404
    await asyncio.sleep(1.1)
    assert deadlocks(world) == before


async def test_a_product_is_archived_during_an_import(shelf: Shelf) -> None:
    world = shelf.world
    await shelf.claim(text="First")
    product, before = shelf.products["Soap"], deadlocks(world)
    data = HEADER + f"Soft,,product,{product['id']},,allowed,GB,\n"
    async with held(world, COUNTER, shelf.claim_brand["id"]):
        tasks = await in_turn(
            world,
            shelf.brand.admin.post("/claims/import", {"data": data, "dryRun": False}),
            shelf.platform.http.post(
                f"/products/{product['id']}/archive", json={"force": True}, headers=if_match(product)
            ),
        )
    await succeed_without_deadlock(world, tasks, before)


async def test_two_claims_of_products_of_two_catalogues(world: World) -> None:
    """The products of one claim have the opposite order of their catalogue brands."""
    shelf = await open_shelf(world)
    await shelf.product("Soap")
    second = await made(shelf.platform, "/claim-brands", {"name": f"Second {shelf.claim_brand['id']}"})
    await link(shelf, second["id"], shelf.brand.id)
    first_id, second_id = sorted([shelf.claim_brand["id"], second["id"]])
    names = (("A1", first_id), ("B1", second_id), ("B2", second_id), ("A2", first_id))
    products = [
        (await made(shelf.platform, "/products", {"claimBrandId": owner, "name": name}))["id"] for name, owner in names
    ]
    for subject in products:
        await made(shelf.brand.admin, "/claims", claim_of([subject], "Base"))
    before = deadlocks(world)
    async with held(world, COUNTER, first_id):
        tasks = await in_turn(
            world,
            shelf.brand.admin.post("/claims", claim_of(products[:2], "One")),
            shelf.brand.admin.post("/claims", claim_of(products[2:], "Two")),
        )
    await succeed_without_deadlock(world, tasks, before)


def claim_of(subjects: list[str], text: str) -> dict[str, Any]:
    return {
        "text": {"original": text}, "level": "product", "status": "allowed", "countries": ["GB"], "subjectIds": subjects
    }  # fmt: skip


async def test_who_only_reads_holds_up_nobody(shelf: Shelf) -> None:
    world, brand = shelf.world, shelf.brand
    await shelf.claim(text="First")
    product = shelf.products["Soap"]["id"]
    lines = [{"line": 2, "claim": {
        "text": {"original": "Soft"}, "level": "product", "status": "allowed", "subjects": [product],
        "claim_brand": None, "countries": ["GB"], "effective_from": None, "effective_to": None, "details": {},
    }}]  # fmt: skip
    refused = "select public.import_claims(%s, false, false)"
    with open_transaction(world, brand.viewer, refused, json.dumps(lines)):
        made_meanwhile = await asyncio.wait_for(brand.admin.post("/claims", claim_of([product], "Second")), 4)
        assert made_meanwhile.status_code == 201, made_meanwhile.text


async def overridden(shelf: Shelf) -> dict[str, Any]:
    claim = await shelf.claim("brand", "allowed", GLOBAL)
    rule = {"masterClaimId": claim["id"], "market": "GB", "productId": shelf.products["Soap"]["id"]}
    return await made(shelf.brand.admin, "/market-overrides", rule)


async def test_who_may_not_remove_an_override_holds_up_nobody(shelf: Shelf) -> None:
    override, brand = await overridden(shelf), shelf.brand
    with shelf.world.database.transaction():
        shelf.world.rows("select from public.market_overrides where id = %s for update", override["id"])
        refused = await asyncio.wait_for(brand.viewer.delete(f"/market-overrides/{override['id']}"), 4)
    assert refused.status_code == 403, refused.text
