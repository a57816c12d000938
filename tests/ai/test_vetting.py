"""Vetting feedback through the API: once for each version, step and market, and for whom (domain §7)."""

import asyncio
from typing import Any

import pytest

from tests.ai.support import answered
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

UNKNOWN = "00000000-0000-7000-8000-000000000000"


async def agency(brand: Brand, name: str, **changes: Any) -> str:
    response = await brand.admin.post(f"/brands/{brand.id}/agencies", {"name": name, "countryCode": "GB"} | changes)
    assert response.status_code == 201, response.text
    return response.json()["data"]["id"]


async def reviewed(world: World, brand: Brand, **changes: Any) -> dict[str, Any]:
    """Returns a request for feedback on a content in review."""
    content = await world.draft(brand, **changes)
    assert (await brand.editor.post(f"/contents/{content['id']}/submit")).status_code == 200
    review = (await brand.viewer.get(f"/contents/{content['id']}/review")).json()["data"]
    return {"contentId": content["id"], "stepId": review["steps"][0]["id"], "market": "GB"}


async def stored(brand: Brand, body: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    response = await brand.viewer.get(f"/contents/{body['contentId']}/review/vetting-feedback{query}")
    assert response.status_code == 200, response.text
    return response.json()["data"]


def generations(world: World, brand: Brand) -> list[str]:
    rows = world.rows(
        "select status::text from public.ai_generations where brand_id = %s and type = 'vetting_feedback'", brand.id
    )
    return [row["status"] for row in rows]


async def test_the_agencies_of_the_market_are_asked(world: World) -> None:
    brand = await world.brand()
    asked = {await agency(brand, "Standards", priority="High"), await agency(brand, "Everywhere", countryCode=None)}
    await agency(brand, "French", countryCode="FR")
    await agency(brand, "Unverified", status="pending_verification")
    await agency(brand, "Idle", isActive=False)
    body = await reviewed(world, brand, body="<p>Heals dry skin</p>")
    data = await answered(brand.editor, "vetting-feedback", body)
    items = data["result"]["items"]
    assert {item["agencyId"] for item in items} == asked
    assert {item["agency"] for item in items} == {"Standards", "Everywhere"}
    order = ["critical", "high", "medium", "low"]
    assert [item["priority"] for item in items] == sorted((item["priority"] for item in items), key=order.index)
    for item in items:
        assert 0 < len(item["summary"]) <= 1000
        assert 0 < len(item["recommendedAction"]) <= 1000
        assert item["relatedFields"]
        assert set(item["relatedFields"]) <= {"title", "body", "topic"}
    (kept,) = await stored(brand, body)
    assert kept["items"] == items
    assert (kept["isCurrent"], kept["market"], kept["stepId"]) == (True, "GB", body["stepId"])
    assert kept["generationId"] == data["requestId"]
    event = world.rows(
        "select payload from public.domain_events where aggregate_id = %s and type = 'VettingFeedbackProduced'",
        body["contentId"],
    )
    assert [row["payload"]["market"] for row in event] == ["GB"]


async def test_it_is_produced_once_unless_forced(world: World) -> None:
    brand = await world.brand()
    await agency(brand, "Standards")
    body = await reviewed(world, brand)
    first = await answered(brand.editor, "vetting-feedback", body)
    assert (await answered(brand.admin, "vetting-feedback", body))["requestId"] == first["requestId"]
    assert generations(world, brand) == ["completed"]
    forced = await answered(brand.editor, "vetting-feedback", body | {"force": True})
    assert forced["requestId"] != first["requestId"]
    assert not forced["isCacheHit"]
    assert [item["generationId"] for item in await stored(brand, body)] == [forced["requestId"]]


async def test_another_market_and_another_version_are_their_own(world: World) -> None:
    brand = await world.brand()
    await agency(brand, "Everywhere", countryCode=None)
    body = await reviewed(world, brand)
    await answered(brand.editor, "vetting-feedback", body)
    await answered(brand.editor, "vetting-feedback", body | {"market": "FR"})
    assert [item["market"] for item in await stored(brand, body)] == ["FR", "GB"]
    assert [item["market"] for item in await stored(brand, body, "?market=GB")] == ["GB"]
    assert len(await stored(brand, body, f"?stepId={body['stepId']}")) == 2
    assert await stored(brand, body, f"?stepId={UNKNOWN}") == []
    world.rows("update public.contents set title = 'Other' where id = %s returning id", body["contentId"])
    assert [item["isCurrent"] for item in await stored(brand, body)] == [False, False]
    await answered(brand.editor, "vetting-feedback", body)
    assert [item["isCurrent"] for item in await stored(brand, body)] == [True, False, False]


@pytest.mark.parametrize("is_forced", [False, True])
async def test_two_at_once_produce_one(world: World, is_forced: bool) -> None:
    brand = await world.brand()
    await agency(brand, "Standards")
    body = await reviewed(world, brand, title="Cold [[fault:late]]") | {"force": is_forced}
    responses = await asyncio.gather(
        brand.editor.post("/ai/vetting-feedback", body), brand.admin.post("/ai/vetting-feedback", body)
    )
    codes = sorted(response.status_code for response in responses)
    assert codes[0] == 200
    assert codes[1] in ((200, 409) if not is_forced else (409,))
    assert generations(world, brand) == ["completed"]
    assert len(await stored(brand, body)) == 1


async def test_there_is_no_fallback(world: World) -> None:
    brand = await world.brand()
    await agency(brand, "Standards")
    body = await reviewed(world, brand, title="Cold [[fault:401@azure_openai]]")
    problem = assert_problem(await brand.editor.post("/ai/vetting-feedback", body), 503, "AI_SERVICE_ERROR")
    assert "azure_openai: answered with 401" in problem["message"]
    assert "openai:" not in problem["message"].replace("azure_openai:", "")
    assert generations(world, brand) == ["failed"]
    assert await stored(brand, body) == []


async def test_without_an_agency_nothing_passes(world: World) -> None:
    brand = await world.brand()
    await agency(brand, "French", countryCode="FR")
    body = await reviewed(world, brand)
    problem = assert_problem(await brand.editor.post("/ai/vetting-feedback", body), 409, "CONFLICT")
    assert "no active, verified vetting agency" in problem["message"]
    assert generations(world, brand) == []


async def test_closed_and_foreign_steps(world: World) -> None:
    brand = await world.brand()
    await agency(brand, "Standards")
    body, other = await reviewed(world, brand), await reviewed(world, brand)
    for step in (other["stepId"], UNKNOWN):
        assert_problem(await brand.editor.post("/ai/vetting-feedback", body | {"stepId": step}), 404, "NOT_FOUND")
    approved = await brand.viewer.post(f"/contents/{body['contentId']}/review/decisions", {"decision": "approve"})
    assert approved.status_code == 200, approved.text
    assert_problem(await brand.editor.post("/ai/vetting-feedback", body), 409, "CONFLICT")


async def test_permissions(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    await agency(brand, "Standards")
    body = await reviewed(world, brand)
    assert_problem(await brand.viewer.post("/ai/vetting-feedback", body), 403, "FORBIDDEN")
    assert_problem(await other.admin.post("/ai/vetting-feedback", body), 404, "NOT_FOUND")
    await answered(brand.editor, "vetting-feedback", body)
    assert_problem(await brand.viewer.post("/ai/vetting-feedback", body), 403, "FORBIDDEN")
    assert len(await stored(brand, body)) == 1
    foreign = await other.admin.get(f"/contents/{body['contentId']}/review/vetting-feedback")
    assert_problem(foreign, 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contentId": None}, "contentId"),
        ({"stepId": None}, "stepId"),
        ({"stepId": "x"}, "stepId"),
        ({"market": "Britain"}, "market"),
        ({"market": "XX"}, "market"),
    ],
)
async def test_bad_input(world: World, changes: dict[str, Any], field: str) -> None:
    brand = await world.brand()
    await agency(brand, "Standards")
    body = await reviewed(world, brand) | changes
    problem = assert_problem(await brand.editor.post("/ai/vetting-feedback", body), 400, "VALIDATION_ERROR")
    assert field in [detail["field"] for detail in problem["details"]]
