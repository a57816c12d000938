"""Files and tasks of many rows, within the time of a request."""

import time

import pytest

from tests.claims.office import open_shelf
from tests.support.shelf import ClaimShelf
from tests.support.world import World

pytestmark = pytest.mark.anyio

CLAIMS = """
  with made as (
    insert into public.claims (id, text, level, status, master_claim_brand_id, created_by, updated_by)
    select private.uuid_v7(), jsonb_build_object('original', 'Claim ' || number), 'brand', 'allowed', %s, %s, %s
    from generate_series(1, 1000) as number
    returning id
  )
  select count(*) as n from made
"""
PRODUCTS = """
  insert into public.products (master_claim_brand_id, name)
  select %s, 'P' || number from generate_series(1, 19) as number
"""
SENTENCES = """
  insert into public.claim_reviews (
    brand_id, content_id, content_version, country, overall, findings, source, checked_text, claims_state
  )
  select
    %s, %s, 1, code, 'approved', (
      select jsonb_agg(jsonb_build_object(
        'claimId', %s::text, 'claimVersion', 1, 'claimText', 'X', 'verdict', 'allowed', 'section', 'body',
        'sentence', repeat('It soothes. ', 30), 'sentenceStart', 0, 'start', place, 'end', place + 1
      ))
      from generate_series(1, 1000) as place
    ), 'check', md5(''), md5('')
  from public.countries where code in ('DE', 'FR', 'IT', 'ES', 'NL', 'BE')
"""


async def test_a_file_of_a_thousand_claims_and_twenty_products(world: World) -> None:
    shelf = await open_shelf(world)
    await shelf.product("Soap")
    admin = world.id_of(shelf.brand.admin)
    world.database.execute(PRODUCTS.encode(), (shelf.claim_brand["id"],))
    world.rows(CLAIMS, shelf.claim_brand["id"], admin, admin)
    began = time.monotonic()
    response = await shelf.brand.viewer.get(
        "/claim-matrix", market="GB", claimBrandId=shelf.claim_brand["id"], format="csv", pageSize=20
    )
    assert response.status_code == 200, response.text
    lines = response.text.strip().splitlines()
    assert (len(lines), lines[1].count("allowed")) == (1001, 20)
    assert time.monotonic() - began < 5


async def test_tasks_of_thousands_of_sentences(world: World) -> None:
    brand = await world.brand()
    claim = ClaimShelf.of(world, brand).claim("Soothes")
    content = await world.draft(brand)
    world.database.execute(SENTENCES.encode(), (brand.id, content["id"], claim))
    opened = (await brand.admin.post(f"/claims/{claim}/impact/tasks")).json()["data"]
    assert {item["outcome"] for item in opened["items"]} == {"opened"}
    assert (len(opened["items"]), opened["remaining"], opened["refused"]) == (500, 5500, 0)
    again = (await brand.admin.post(f"/claims/{claim}/impact/tasks")).json()["data"]
    assert (len(again["items"]), again["remaining"]) == (500, 5000)
