"""Measures checks of texts against claims: ``python -m bench.claim_checks``.

Prints the processor time of the comparison alone and of the SQL function, and the time of `POST /claims/check` as its
caller sees it, for a text of 5,000 characters against 2,000 claims of one product, and for longer texts. The same for
texts about no certain product of a brand with 5,000 products and 2,000 claims of its own, in up to ten markets.
"""

import argparse
import asyncio
import random
import statistics
import time
from typing import Any, Final

import psycopg

from lib.claims.checks.claims import claims_of
from lib.claims.checks.matching import Market
from lib.claims.checks.texts import Section
from local.stack.client import running_stack
from tests.support.shelf import ClaimShelf
from tests.support.world import World

VERBS: Final = ("Soothes", "Reduces", "Softens", "Protects", "Cleans", "Renews", "Calms", "Lifts", "Supports", "Heals")
ADJECTIVES: Final = ("dry", "sensitive", "tired", "young", "mature", "oily", "stressed", "dull", "soft", "visible")
NOUNS: Final = ("skin", "wrinkles", "redness", "barrier", "texture", "glow", "pores", "lines", "tone", "moisture")
ENDS: Final = ("overnight", "in 7 days", "by 20%", "from the first use", "for 24 hours", "without residue", "every day")
FILLERS: Final = (
    "Our cream is made in small batches from five ingredients.",
    "Keep it in a cool place and use it within a year of opening.",
    "People with very cold winters asked us for a richer texture.",
    "It comes in a jar of glass that you can bring back to the shop.",
)


def claim_texts(count: int) -> list[str]:
    """Returns different claims that share most of their words, as catalogues do."""
    every = [
        f"{verb} {adjective} {noun} {end}"
        for verb in VERBS
        for adjective in ADJECTIVES
        for noun in NOUNS
        for end in ENDS
    ]
    return random.Random(7).sample(every, count)


def text_of(characters: int, claims: list[str]) -> str:
    """Returns a text of which every fifth sentence makes a claim, and every tenth nearly one."""
    chance = random.Random(11)
    sentences: list[str] = []
    length = 0
    while length < characters:
        number = len(sentences)
        sentence = chance.choice(FILLERS)
        if number % 5 == 0:
            claim = chance.choice(claims)
            sentence = f"It {claim.lower() if number % 10 else claim.lower().replace('s ', 'z ', 1)}."
        sentences.append(sentence)
        length += len(sentence) + 1
    return " ".join(sentences)[:characters]


def rows_of(claims: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"00000000-0000-4000-8000-{place:012d}",
            "version": 1,
            "text": text,
            "original": text,
            "texts": {},
            "status": "disallowed" if place % 4 == 0 else "allowed",
            "is_demanded": True,
            "evidence": "valid",
            "has_reference": False,
        }
        for place, text in enumerate(claims)
    ]


def compare(claims: list[str], characters: int, rounds: int) -> None:
    """Prints the processor time of the comparison alone."""
    rows, text = rows_of(claims), text_of(characters, claims)
    spent: list[float] = []
    found = 0
    for _ in range(rounds):
        began = time.process_time()
        found = len(Market("GB", claims_of(rows), (), None).check([Section("text", text)]).findings)
        spent.append((time.process_time() - began) * 1000)
    print(
        f"  {characters:>7,} characters, {len(claims):,} claims: median {statistics.median(spent):7.1f} ms, "
        f"worst {max(spent):7.1f} ms, {found} findings"
    )


async def ask(world: World, count: int, characters: int, rounds: int) -> None:
    """Prints the time of the function in SQL and of requests."""
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    claims = claim_texts(count)
    with world.database.transaction():
        for place, text in enumerate(claims):
            shelf.claim(text, "disallowed" if place % 4 == 0 else "allowed")
    world.rows("analyze public.claims")
    world.rows("analyze private.claim_scopes")
    spent: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        world.rows("select private.claims_to_match(%s, 'GB', %s, now())", brand.id, [shelf.product_id])
        spent.append((time.perf_counter() - began) * 1000)
    print(f"  private.claims_to_match: median {statistics.median(spent):.1f} ms, worst {max(spent):.1f} ms")
    body = {"brandId": brand.id, "productIds": [shelf.product_id], "text": text_of(characters, claims)}
    spent = []
    size = 0
    for _ in range(rounds):
        began = time.perf_counter()
        response = await brand.viewer.post("/claims/check", body)
        spent.append((time.perf_counter() - began) * 1000)
        assert response.status_code == 200, response.text
        size = len(response.content)
    spent.sort()
    print(
        f"  POST /claims/check: median {statistics.median(spent):.1f} ms, p95 {spent[int(len(spent) * 0.95)]:.1f} ms, "
        f"an answer of {size / 1000:,.0f} kB"
    )


MARKETS: Final = ("GB", "DE", "FR", "IT", "ES", "NL", "BE", "AT", "CH", "US")


async def ask_of_all(world: World, count: int, products: int, rounds: int) -> None:
    """Prints the time of the function in SQL for a text about no certain product of a large brand."""
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    world.rows(
        "insert into public.products (master_claim_brand_id, name) "
        "select %s, 'Product ' || number from generate_series(1, %s) as number",
        shelf.master_id,
        products,
    )
    claims = claim_texts(count)
    world.rows(
        "insert into public.claims (text, level, status, master_claim_brand_id) select "
        "jsonb_build_object('original', text), 'brand', 'allowed', %s from unnest(%s::text[]) as text",
        shelf.master_id,
        claims,
    )
    # Every product differs from its brand in two claims.
    with world.database.transaction():
        world.rows(
            "with made as (insert into public.claims (text, level, status) "
            "select jsonb_build_object('original', text), 'product', 'disallowed' from unnest(%s::text[]) as text "
            "returning id), "
            "numbered as (select id, row_number() over () as place from made) "
            "insert into public.claim_subjects (claim_id, product_id) select numbered.id, product.id "
            "from (select id, row_number() over (order by id) as place from public.products "
            "where master_claim_brand_id = %s) as product "
            "inner join numbered on numbered.place in (product.place %% 100 + 1, product.place %% 97 + 101)",
            claims[:197],
            shelf.master_id,
        )
    for table in ("public.claims", "private.claim_scopes", "public.products", "public.claim_subjects"):
        world.rows(f"vacuum analyze {table}")
    for markets in (1, len(MARKETS)):
        spent: list[float] = []
        for _ in range(rounds):
            began = time.perf_counter()
            world.rows(
                "select private.claims_to_match(%s, market, '{}', now()) from unnest(%s::text[]) as market",
                brand.id,
                list(MARKETS[:markets]),
            )
            spent.append((time.perf_counter() - began) * 1000)
        print(
            f"  {products:,} products, {count:,} claims of the brand, {markets} markets: "
            f"median {statistics.median(spent):,.0f} ms, worst {max(spent):,.0f} ms"
        )


async def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=2000)
    parser.add_argument("--characters", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    print("The comparison alone, processor time")
    for characters in (options.characters, 20_000, 100_000):
        compare(claim_texts(options.claims), characters, max(options.rounds // (characters // 5000), 3))
    with running_stack() as stack, psycopg.connect(stack.database_url, autocommit=True) as database:
        world = World(stack, database)
        print(f"With the database: {options.characters:,} characters, {options.claims:,} claims of one product")
        await ask(world, options.claims, options.characters, options.rounds)
        print("private.claims_to_match for a text about no certain product")
        await ask_of_all(world, options.claims, 5000, max(options.rounds // 10, 3))
        await world.close()


if __name__ == "__main__":
    asyncio.run(main())
