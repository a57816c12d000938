"""The claims that a text is compared with: those of products, of a brand in general, and what overrides take away."""

from typing import Any

import pytest

from tests.support.shelf import ClaimShelf
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


async def check(brand: Brand, text: str, **more: Any) -> dict[str, Any]:
    response = await brand.viewer.post("/claims/check", {"brandId": brand.id, "text": text, **more})
    assert response.status_code == 200, response.text
    return response.json()["data"]["markets"][0]


async def test_claims_of_the_brand_count_without_a_product_in_use(world: World) -> None:
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    shelf.claim_of_brand("Heals eczema", "disallowed")
    world.rows("update public.products set archived_at = now() where id = %s", shelf.product_id)
    assert (await check(brand, "It heals eczema."))["violations"] == 1
    world.rows("update public.master_claim_brands set archived_at = now() where id = %s", shelf.master_id)
    assert (await check(brand, "It heals eczema."))["violations"] == 0


async def test_claims_of_every_product_count(world: World) -> None:
    """Also of the last of many products, of ingredients, and claims that an override takes away."""
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    world.rows(
        "insert into public.products (master_claim_brand_id, name) "
        "select %s, 'Product ' || number from generate_series(1, 5001) as number",
        shelf.master_id,
    )
    last = ClaimShelf(world, brand, shelf.master_id, shelf.add_product("Last"))
    last.claim("Heals eczema", "disallowed")
    soothes = shelf.claim_of_brand("Soothes dry skin", "allowed")
    assert (await check(brand, "It heals eczema."))["violations"] == 1
    assert (await check(brand, "Soothes dry skin."))["violations"] == 0
    last.override(soothes, "GB")
    assert (await check(brand, "Soothes dry skin."))["violations"] == 1
    assert (await check(brand, "Soothes dry skin.", productIds=[shelf.product_id]))["violations"] == 0
    (oil,) = world.rows("insert into public.ingredients (name) values (gen_random_uuid()::text) returning id::text")
    with world.database.transaction():
        (claim,) = world.rows(
            "insert into public.claims (text, level, status) "
            "values ('{\"original\": \"Cures acne\"}', 'ingredient', 'disallowed') returning id::text"
        )
        world.rows(
            "insert into public.claim_subjects (claim_id, ingredient_id) values (%s, %s)", claim["id"], oil["id"]
        )
    assert (await check(brand, "It cures acne."))["violations"] == 0
    world.rows("insert into public.product_ingredients values (%s, %s)", last.product_id, oil["id"])
    assert (await check(brand, "It cures acne."))["violations"] == 1


async def test_a_replaced_claim_is_barred_though_another_product_may_make_it(world: World) -> None:
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    soothes = shelf.claim_of_brand("Soothes dry skin", "allowed")
    world.rows('update public.claims set text = text || \'{"de": "Beruhigt trockene Haut"}\' where id = %s', soothes)
    softer = shelf.claim("Makes skin feel softer", countries=("GB",))
    shelf.override(soothes, "GB", softer)
    shelf.add_product("Soap")  # to which the claim applies as before
    found = await check(brand, "Soothes dry skin.")
    assert [item["verdict"] for item in found["findings"]] == ["disallowed"]
    assert found["findings"][0]["replacement"]["claimId"] == softer
    (row,) = world.rows(
        "select row ->> 'text' as text, row -> 'original_texts' as texts "
        "from jsonb_array_elements(private.claims_to_match(%s, 'GB', '{}', now())) as row where row ->> 'id' = %s",
        brand.id,
        softer,
    )
    assert row == {"text": "Makes skin feel softer", "texts": {"de": "Beruhigt trockene Haut"}}


async def test_a_replacement_that_left_the_market_replaces_nothing_there(world: World) -> None:
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    master = shelf.claim("Soothes dry skin")
    local = shelf.claim("Softens skin", countries=("GB",))
    shelf.override(master, "GB", local)
    version = world.rows("select version from public.claims where id = %s", local)[0]["version"]
    moved = await brand.admin.patch(f"/claims/{local}", version, {"countries": ["FR"]})
    assert moved.status_code == 200, moved.text
    assert (await check(brand, "Softens skin.", productIds=[shelf.product_id]))["counts"]["allowed"] == 0
    resolved = world.rows(
        "select claim_text, status from private.resolve_product_claims(array[%s::uuid], 'GB', now())", shelf.product_id
    )
    assert resolved == [{"claim_text": "Soothes dry skin", "status": "none"}]
