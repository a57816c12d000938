"""Budgets and quotas: reserved before a call, settled after it, never exceeded, and refunded on failure."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from tests.ai.support import answered, budget, events_of, image, money, opening, page
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


def titles(brand: Brand, topic: str = "Frost", **more: Any) -> dict[str, Any]:
    return {"brandId": brand.id, "topic": topic, "count": 2, **more}


def generations(world: World, brand: Brand) -> list[dict[str, Any]]:
    return world.rows(
        "select id::text, status::text, type, provider, model, prompt_tokens, completion_tokens, cost, reserved, "
        "is_cache_hit, calls, error from public.ai_generations where brand_id = %s order by id",
        brand.id,
    )


def with_plan(world: World, brand: Brand, *, used: int, quota: int = 1000, overage: str = "block") -> str:
    account = world.rows(
        "insert into public.accounts (name, plan, overage) values (%s, 'starter', %s) returning id::text",
        brand.name,
        overage,
    )[0]["id"]
    world.rows("update public.brands set account_id = %s where id = %s", account, brand.id)
    world.rows(
        "insert into public.quota_usage (account_id, metric, month, used) "
        "values (%s, 'generations', private.this_month(), %s)",
        account,
        used,
    )
    assert quota == 1000
    return account


def used(world: World, account: str) -> int:
    return world.rows("select used from public.quota_usage where account_id = %s and metric = 'generations'", account)[
        0
    ]["used"]


async def test_cost_of_a_call(world: World) -> None:
    brand = await world.brand()
    budget(world, brand, 10)
    data = await answered(brand.editor, "titles", titles(brand))
    (row,) = generations(world, brand)
    assert (row["status"], row["provider"], row["model"]) == ("completed", "azure_openai", "gpt-4o-mini")
    expected = Decimal(row["prompt_tokens"]) * Decimal("0.00000015") + Decimal(row["completion_tokens"]) * Decimal(
        "0.0000006"
    )
    assert row["cost"] == expected.quantize(Decimal("1e-8")) > 0
    assert data["usage"] == {"promptTokens": row["prompt_tokens"], "completionTokens": row["completion_tokens"]}
    assert money(world, brand) == {"reserved": 0, "spent": row["cost"], "alerted_percent": 0}


async def test_failed_call_costs_its_tokens_and_no_quota(world: World) -> None:
    brand = await world.brand()
    budget(world, brand, 10)
    account = with_plan(world, brand, used=5)
    response = await brand.editor.post("/ai/titles", titles(brand, "Frost [[fault:schema]]"))
    assert_problem(response, 503, "AI_SERVICE_ERROR")
    (row,) = generations(world, brand)
    assert row["status"] == "failed"
    # Three providers, each asked in every round: all their completions are paid for.
    assert [call["outcome"] for call in row["calls"]] == ["malformed"] * len(row["calls"])
    assert {call["provider"] for call in row["calls"]} == {"azure_openai", "openai", "anthropic"}
    assert row["cost"] > 0
    assert money(world, brand)["spent"] == row["cost"]
    assert money(world, brand)["reserved"] == 0
    assert used(world, account) == 5


async def test_each_call_of_a_fallback_is_paid(world: World) -> None:
    brand = await world.brand()
    await answered(brand.editor, "titles", titles(brand, "Frost [[fault:schema@azure_openai]]"))
    (row,) = generations(world, brand)
    assert [(call["provider"], call["outcome"]) for call in row["calls"]] == [
        ("azure_openai", "malformed"),
        ("openai", "completed"),
    ]
    assert row["provider"] == "openai"
    assert row["prompt_tokens"] == sum(call["promptTokens"] for call in row["calls"])


async def test_cached_answer_is_free(world: World) -> None:
    brand = await world.brand()
    account = with_plan(world, brand, used=0)
    first = await answered(brand.editor, "titles", titles(brand))
    again = await answered(brand.editor, "titles", titles(brand))
    assert (first["isCacheHit"], again["isCacheHit"]) == (False, True)
    assert again["result"] == first["result"]
    assert again["usage"] == {"promptTokens": 0, "completionTokens": 0}
    assert [(row["is_cache_hit"], row["prompt_tokens"] > 0, row["cost"] > 0) for row in generations(world, brand)] == [
        (False, True, True),
        (True, False, False),
    ]
    assert used(world, account) == 1
    fresh = await answered(brand.editor, "titles", titles(brand, regenerate=True))
    assert fresh["isCacheHit"] is False
    assert used(world, account) == 2


async def test_cache_is_per_brand_and_version(world: World) -> None:
    """The same request of another brand, or after a change of the brand, is not answered from the cache."""
    brand, other = await world.brand(), await world.brand()
    world.rows(
        "update public.brands set tone_of_voice = 'Calm', guardrails = '{}', name = name where id in (%s, %s)",
        brand.id,
        other.id,
    )
    await answered(brand.editor, "titles", titles(brand))
    assert (await answered(other.editor, "titles", titles(other)))["isCacheHit"] is False
    world.rows("update public.brands set tone_of_voice = 'Loud' where id = %s", brand.id)
    assert (await answered(brand.editor, "titles", titles(brand)))["isCacheHit"] is False
    assert (await answered(brand.admin, "titles", titles(brand)))["isCacheHit"] is True
    assert (await answered(brand.editor, "titles", titles(brand, count=3)))["isCacheHit"] is False


async def test_streams_are_cached_too(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "templateId": brand.template_id, "inputs": {"topic": "Frost"}}
    first = await events_of(brand.editor, "generate", body)
    again = await events_of(brand.editor, "generate", body)
    assert again[-1][1]["isCacheHit"] is True
    assert again[-1][1]["result"] == first[-1][1]["result"]
    assert [name for name, _ in again].count("delta") == 2, "each field at once"


async def test_exhausted_budget(world: World) -> None:
    brand = await world.brand()
    budget(world, brand, 0)
    response = await brand.editor.post("/ai/titles", titles(brand))
    problem = assert_problem(response, 429, "QUOTA_EXCEEDED")
    assert problem["details"][0]["message"].startswith("resets at ")
    assert 0 < int(response.headers["Retry-After"]) <= 31 * 86_400 + 1
    assert generations(world, brand) == []
    assert money(world, brand)["spent"] == money(world, brand)["reserved"] == 0


async def test_exhausted_plan(world: World) -> None:
    brand = await world.brand()
    budget(world, brand, 10)
    account = with_plan(world, brand, used=1000)
    assert_problem(await brand.editor.post("/ai/titles", titles(brand)), 429, "QUOTA_EXCEEDED")
    assert (generations(world, brand), used(world, account)) == ([], 1000)
    assert money(world, brand)["reserved"] == 0, "what was set aside is free again"


async def test_plan_that_only_notifies(world: World) -> None:
    brand = await world.brand()
    account = with_plan(world, brand, used=1000, overage="notify")
    await answered(brand.editor, "titles", titles(brand))
    assert used(world, account) == 1001


async def race(world: World, brand: Brand) -> list[int]:
    """Begins fifty generations at once, as the functions would."""
    apis = [world.data_api(brand.editor.access_token) for _ in range(50)]
    bodies = [{"request": opening(brand)} for _ in apis]
    responses = await asyncio.gather(
        *(api.http.post("/rpc/begin_generation", json=body, timeout=60) for api, body in zip(apis, bodies, strict=True))
    )
    return [response.status_code for response in responses]


async def test_fifty_calls_for_the_last_unit_of_the_plan(world: World) -> None:
    """One unit of the plan is left, and exactly one call gets it."""
    brand = await world.brand()
    account = with_plan(world, brand, used=999)
    statuses = await race(world, brand)
    assert (statuses.count(200), statuses.count(429)) == (1, 49)
    assert used(world, account) == 1000
    assert len(generations(world, brand)) == 1


async def test_fifty_calls_for_the_rest_of_the_budget(world: World) -> None:
    """The budget covers seven and a half calls, so seven get through, and nothing is reserved for the others."""
    brand = await world.brand()
    budget(world, brand, 1000)
    api = world.data_api(brand.editor.access_token)
    await api.http.post("/rpc/begin_generation", json={"request": opening(brand)})
    estimate = money(world, brand)["reserved"]
    assert estimate > 0
    world.rows(
        "update public.ai_budgets set amount = %s, reserved = 0 where brand_id = %s", estimate * 15 / 2, brand.id
    )
    held = world.rows(
        "select floor(amount / %s) as calls from public.ai_budgets where brand_id = %s", estimate, brand.id
    )
    statuses = await race(world, brand)
    assert (statuses.count(200), statuses.count(429)) == (held[0]["calls"], 50 - held[0]["calls"])
    assert money(world, brand)["reserved"] == estimate * held[0]["calls"]


async def test_concurrent_calls(world: World) -> None:
    """After the calls nothing is reserved, and the amount spent is their cost."""
    brand = await world.brand()
    budget(world, brand, 1)
    people = [brand.editor, brand.admin]
    responses = await asyncio.gather(
        *(people[index % 2].post("/ai/titles", titles(brand, f"Frost {index}")) for index in range(20))
    )
    assert {response.status_code for response in responses} <= {200, 429, 503}
    assert any(response.status_code == 200 for response in responses)
    state = money(world, brand)
    assert state["reserved"] == 0
    assert state["spent"] == sum(row["cost"] for row in generations(world, brand)) <= 1


async def test_budget_alerts(world: World) -> None:
    """Alerts at 80 % and when the budget does not cover another call: each once, and again for another amount."""
    brand = await world.brand()
    budget(world, brand, 1000)
    await answered(brand.editor, "titles", titles(brand))

    def alerts() -> list[str]:
        rows = world.rows(
            "select payload ->> 'percent' as percent from public.domain_events "
            "where brand_id = %s and type = 'BudgetThresholdReached' order by id",
            brand.id,
        )
        return [row["percent"] for row in rows]

    assert alerts() == []
    world.rows("update public.ai_budgets set spent = 800 where brand_id = %s", brand.id)
    for _ in range(2):
        await answered(brand.editor, "titles", titles(brand, regenerate=True))
    assert alerts() == ["80"]
    # The call in progress is the last one that the budget covers.
    api = world.data_api(brand.editor.access_token)
    begun = await api.http.post("/rpc/begin_generation", json={"request": opening(brand)})
    world.rows("update public.ai_budgets set amount = spent + reserved where brand_id = %s", brand.id)
    used_up = {
        "generationId": begun.json()["id"],
        "status": "failed",
        "error": "x",
        "calls": [{"provider": "openai", "model": "gpt-4o-mini", "promptTokens": 1000, "completionTokens": 0}],
    }
    await api.http.post("/rpc/settle_generation", json={"result": used_up})
    assert alerts() == ["80", "100"]
    await brand.admin.http.put("/ai/budget", json={"brandId": brand.id, "amount": 900})
    assert alerts() == ["80", "100", "80"]


async def test_spending_before_the_budget_counts(world: World) -> None:
    brand = await world.brand()
    await answered(brand.editor, "titles", titles(brand))
    await brand.admin.http.put("/ai/budget", json={"brandId": brand.id, "amount": 10})
    assert money(world, brand)["spent"] == generations(world, brand)[0]["cost"] > 0


async def test_closed_stream_counts_against_the_plan(world: World) -> None:
    brand = await world.brand()
    account = with_plan(world, brand, used=0)
    body = {"brandId": brand.id, "templateId": brand.template_id, "inputs": {"topic": "Frost"}}
    async for name, _ in brand.editor.stream("/ai/generate", body):
        if name == "delta":
            break
    await brand.editor.close()
    for _ in range(50):
        if generations(world, brand)[0]["status"] == "failed":
            break
        await asyncio.sleep(0.1)
    assert used(world, account) == 1


async def test_plan_alerts(world: World) -> None:
    brand = await world.brand()
    with_plan(world, brand, used=799)
    for topic in ("Frost", "Snow"):
        await answered(brand.editor, "titles", titles(brand, topic))
    alerts = world.rows(
        "select payload ->> 'percent' as percent from public.domain_events "
        "where brand_id = %s and type = 'QuotaThresholdReached'",
        brand.id,
    )
    assert [alert["percent"] for alert in alerts] == ["80"]


async def test_refused_requests_are_not_charged(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    budget(world, brand, 10)
    account = with_plan(world, brand, used=3)
    refusals = [
        (await brand.viewer.post("/ai/titles", titles(brand)), 403, "FORBIDDEN"),
        (await stranger.admin.post("/ai/titles", titles(brand)), 404, "NOT_FOUND"),
        (await brand.editor.post("/ai/titles", titles(brand, count=11)), 400, "VALIDATION_ERROR"),
        (
            await brand.editor.post("/ai/metadata", {"brandId": brand.id, "urls": [page(world, "empty")]}),
            422,
            "UNPROCESSABLE",
        ),
        (
            await brand.editor.post("/ai/alt-text", {"brandId": brand.id, "images": [image(world, "text.png")]}),
            422,
            "UNPROCESSABLE",
        ),
        (await brand.editor.post("/ai/titles", titles(brand, "[[fault:filter400]]")), 422, "CONTENT_FILTERED"),
    ]
    for response, status, code in refusals:
        assert_problem(response, status, code)
    assert used(world, account) == 3
    assert money(world, brand) == {"reserved": 0, "spent": 0, "alerted_percent": 0}
    assert {row["status"] for row in generations(world, brand)} == {"failed"}


async def test_closed_stream_costs_what_was_written(world: World) -> None:
    brand = await world.brand()
    budget(world, brand, 10)
    body = {"brandId": brand.id, "templateId": brand.template_id, "inputs": {"topic": "Frost"}}
    async for name, _ in brand.editor.stream("/ai/generate", body):
        if name == "delta":
            break
    await brand.editor.close()
    for _ in range(50):
        (row,) = generations(world, brand)
        if row["status"] != "pending":
            break
        await asyncio.sleep(0.1)
    assert row["status"] == "failed"
    assert row["cost"] > 0
    assert money(world, brand)["spent"] == row["cost"]


async def test_killed_function(world: World) -> None:
    """The scheduler releases the reservation of a generation that was never settled."""
    brand = await world.brand()
    budget(world, brand, 10)
    account = with_plan(world, brand, used=1)
    world.rows("update public.ai_budgets set reserved = 0.5 where brand_id = %s", brand.id)
    world.rows(
        "insert into public.ai_generations (brand_id, user_id, type, provider, model, prompt_version, reserved, "
        "budget_month, quota_account_id, created_at) values (%s, %s, 'title_suggestion', 'openai', 'x', 'x', 0.5, "
        "private.this_month(), %s, now() - interval '1 hour')",
        brand.id,
        world.id_of(brand.editor),
        account,
    )
    world.rows("select public.fail_stale_generations()")
    assert money(world, brand) == {"reserved": 0, "spent": 0, "alerted_percent": 0}
    assert used(world, account) == 0
    (row,) = generations(world, brand)
    assert (row["status"], row["reserved"]) == ("failed", 0)


async def test_budget_continues_in_the_next_month(world: World) -> None:
    brand = await world.brand()
    world.rows(
        "insert into public.ai_budgets (brand_id, month, amount, spent) values "
        "(%s, (private.this_month() - interval '1 month')::date, 10, 10)",
        brand.id,
    )
    await answered(brand.editor, "titles", titles(brand))
    rows = world.rows(
        "select amount, spent > 0 as is_used from public.ai_budgets where brand_id = %s order by month", brand.id
    )
    assert [(row["amount"], row["is_used"]) for row in rows] == [(10, True), (10, True)]


async def test_model_without_a_price(world: World) -> None:
    price = world.rows("select (private.price_of('openai', 'nobody-knows')).input_per_1000 as price")[0]["price"]
    assert price == Decimal("0.03"), "its provider's own"
    stranger = world.rows("select input_per_1000 + output_per_1000 as price from private.price_of('nobody', 'x')")[0][
        "price"
    ]
    dearest = world.rows("select max(input_per_1000 + output_per_1000) as price from public.ai_prices")[0]["price"]
    assert stranger == dearest


async def test_idempotent_request(world: World) -> None:
    brand = await world.brand()
    account = with_plan(world, brand, used=0)
    brand.editor.http.headers["Idempotency-Key"] = f"titles-{brand.id}"
    first = await answered(brand.editor, "titles", titles(brand, regenerate=True))
    again = await answered(brand.editor, "titles", titles(brand, regenerate=True))
    assert again["requestId"] == first["requestId"]
    assert again["result"] == first["result"]
    assert used(world, account) == 1
    assert len(generations(world, brand)) == 1


async def test_idempotent_batch(world: World) -> None:
    brand = await world.brand()
    brand.editor.http.headers["Idempotency-Key"] = "k" * 255
    body = {"brandId": brand.id, "urls": [page(world, "winter"), page(world, "aurora")]}
    first = await answered(brand.editor, "metadata", body)
    again = await answered(brand.editor, "metadata", body)
    assert [item["generated"]["requestId"] for item in first["items"]] == [
        item["generated"]["requestId"] for item in again["items"]
    ]
    assert len(generations(world, brand)) == 2
