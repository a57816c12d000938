"""A regulated launch over HTTP: two markets, an override, changed claims, publication, and evidence that ends."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.claims.office import Shelf, if_match, made, open_shelf
from tests.support.world import World

pytestmark = pytest.mark.anyio

ISSUED = "2025-01-31"
SOFTER = "Makes skin feel softer"


def in_days(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def data_of(response: httpx.Response, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json()["data"]


async def approved(shelf: Shelf, claim: dict[str, Any]) -> dict[str, Any]:
    """Has the legal reviewer approve the text that waits."""
    path = f"/claims/{claim['id']}/approval/decisions"
    response = await shelf.brand.viewer.http.post(path, json={"decision": "approve"}, headers=if_match(claim))
    return data_of(response)


async def claimed(shelf: Shelf, text: str, status: str, *countries: str) -> dict[str, Any]:
    """Adds a claim that the legal reviewer approves."""
    claim = await shelf.claim("product", status, *countries, text=text, subject="Cream")
    return await approved(shelf, data_of(await shelf.brand.admin.post(f"/claims/{claim['id']}/approval")))


async def opened(world: World) -> Shelf:
    """Opens a catalogue with a product, and one approval step, whose reviewer is the viewer of the brand."""
    shelf = await open_shelf(world)
    file = f"claimBrand,name,description\n{shelf.claim_brand['name']},Cream,For dry skin.\n"
    report = data_of(await shelf.platform.post("/products/import", {"data": file, "dryRun": False}))
    shelf.products["Cream"] = {"id": report["created"][0]["id"]}
    data_of(await shelf.set_steps([{"name": "Legal review", "reviewerRole": "legal"}]))
    role = {"brandId": shelf.brand.id, "userId": world.id_of(shelf.brand.viewer), "reviewerRole": "legal"}
    await made(shelf.brand.admin, "/claim-reviewers", role)
    return shelf


async def submitted(shelf: Shelf, path: str) -> None:
    for person, step in ((shelf.brand.editor, "submit"), (shelf.brand.viewer, "approve")):
        data_of(await person.post(f"{path}/{step}"))


async def checked(shelf: Shelf, path: str) -> dict[str, dict[str, Any]]:
    return {check["market"]: check for check in data_of(await shelf.brand.editor.post(f"{path}/claims/check"))}


async def refusal(shelf: Shelf, path: str) -> str:
    response = await shelf.brand.admin.post(f"{path}/publish")
    assert response.status_code == 409, response.text
    error = response.json()["error"]
    assert error["details"][0]["rule"] == "content.publish.claims"
    return error["message"]


async def run_hour(world: World) -> dict[str, Any]:
    """Runs the tasks of an hour, and returns what those of evidence did."""
    secret = {"Authorization": f"Bearer {world.stack.environment['CRON_SECRET']}"}
    async with httpx.AsyncClient(timeout=60) as platform:
        response = await platform.get(f"{world.stack.urls['web']}/api/v1/cron/hour", headers=secret)
    report = response.json()["data"]["tasks"]["announce_expiring_evidence"]
    assert report["outcome"] == "done", response.text
    return report


async def eventually(holds: Callable[[Any], bool], read: Callable[[], Any]) -> Any:
    answer = await read()
    for _ in range(50):
        if holds(answer):
            break
        await asyncio.sleep(0.2)
        answer = await read()
    assert holds(answer)
    return answer


async def test_a_regulated_launch(world: World) -> None:  # noqa: PLR0915 - one story
    shelf = await opened(world)
    brand, admin, editor, viewer = shelf.brand, shelf.brand.admin, shelf.brand.editor, shelf.brand.viewer
    soothes = await claimed(shelf, "Soothes dry skin", "allowed")
    softer = await claimed(shelf, SOFTER, "allowed", "DE")
    heals = await claimed(shelf, "Heals eczema", "disallowed")
    rule = {"masterClaimId": soothes["id"], "productId": shelf.products["Cream"]["id"], "market": "DE"}
    await made(admin, "/market-overrides", rule | {"replacementClaimId": softer["id"]})
    settings_path = f"/claims/settings/{brand.id}"
    wanted = {"markets": ["GB", "DE"], "isDelivered": True}
    settings = data_of(await admin.http.put(settings_path, json=wanted, headers={"If-Match": '"1"'}))
    assert settings["checkedMarkets"] == ["DE", "GB"]
    assert settings["hasClaims"]

    # Evidence: added by the admin, accepted by another member with a reviewer role.
    evidence_path = f"/claims/{soothes['id']}/evidence"
    document = {
        "title": "Study 12",
        "kind": "study",
        "url": "https://files.example.com/12.pdf",
        "issuedOn": ISSUED,
        "expiresOn": in_days(29),
    }
    evidence = data_of(await admin.post(evidence_path, document), 201)
    accepted = data_of(await viewer.post(f"{evidence_path}/{evidence['id']}/review", {"decision": "accept"}))
    assert (accepted["status"], accepted["state"]) == ("accepted", "expiring")

    # A text that says too much.
    content = await world.draft(brand, fields={"topic": "winter", "headline": "Soothes  dry SKIN and heals eczema"})
    path = f"/contents/{content['id']}"
    checks = await checked(shelf, path)
    assert {market: check["overall"] for market, check in checks.items()} == {"DE": "rejected", "GB": "rejected"}
    found = {item["claimText"]: item for item in checks["GB"]["findings"]}
    assert found["Soothes dry skin"]["verdict"] == "allowed"
    assert (found["Heals eczema"]["verdict"], found["Heals eczema"]["claimId"]) == ("disallowed", heals["id"])
    german = {item["claimText"]: item for item in checks["DE"]["findings"]}
    assert german["Soothes dry skin"]["verdict"] == "disallowed"
    replacement = {"text": SOFTER, "claimId": softer["id"], "source": "override"}
    assert german["Soothes dry skin"]["replacement"] == replacement
    await submitted(shelf, path)
    await refusal(shelf, path)

    # Edited: no check of the present text.
    content = data_of(await editor.get(path))
    changes = {"fields": {"headline": SOFTER, "topic": "winter"}}
    edited = data_of(await editor.patch(path, content["version"], changes))
    assert edited["status"] == "draft"
    await submitted(shelf, path)
    assert "not been checked against the present claims of DE, GB" in await refusal(shelf, path)
    assert "publish" not in data_of(await admin.get(path))["allowedActions"]
    checks = await checked(shelf, path)
    assert checks["DE"]["overall"] == "approved"
    assert checks["GB"]["overall"] == "approved"  # a claim of Germany alone says nothing in Britain
    assert "publish" in data_of(await admin.get(path))["allowedActions"]

    # A claim changes after the check: reviewed again, in force again, checked again.
    softer_path = f"/claims/{softer['id']}"
    changed = data_of(await admin.patch(softer_path, softer["version"], {"status": "mandatory"}))
    assert changed["approval"] == "pending"
    await refusal(shelf, path)
    assert (await checked(shelf, path))["DE"]["findings"] == []  # what is in approval has no effect
    softer = await approved(shelf, changed)
    await refusal(shelf, path)
    assert not data_of(await editor.get(f"{path}/claims/checks"))[0]["isValid"]
    preview = data_of(await viewer.get(f"{path}/claims"))
    assert preview["isPublished"] is False
    assert "present claims" in preview["refusal"]
    assert [item["verdict"] for item in (await checked(shelf, path))["DE"]["findings"]] == ["allowed"]
    published = data_of(await admin.post(f"{path}/publish"))
    assert published["status"] == "published"

    # The bill of materials.
    bill = data_of(await viewer.get(f"{path}/claims"))
    assert bill["isPublished"]
    assert (bill["version"], bill["totalItems"]) == (published["version"], 1)
    assert [(line["market"], line["claimId"], line["claimVersion"], line["verdict"]) for line in bill["items"]] == [
        ("DE", softer["id"], softer["version"], "allowed")
    ]
    assert data_of(await viewer.get(f"{path}/claims", version=published["version"])) == bill
    assert (await viewer.get(f"{path}/claims", version=1)).status_code == 404
    slug = data_of(await viewer.get(f"/brands/{brand.id}"))["slug"]
    page = f"/delivery/{slug}/contents/{published['slug']}"
    assert [claim["claimText"] for claim in data_of(await viewer.get(page))["claims"]] == [SOFTER]
    hidden = {"markets": ["GB", "DE"], "isDelivered": False}
    data_of(await admin.http.put(settings_path, json=hidden, headers=if_match(settings)))
    await eventually(lambda answer: not data_of(answer).get("claims"), lambda: viewer.get(page))

    # The reach of a change, and the tasks that follow.
    planned = {"change": {"text": "Makes skin feel smoother"}}
    impact = data_of(await admin.post(f"{softer_path}/impact", planned))
    assert (impact["published"], impact["pending"], impact["markets"]) == (1, 0, ["DE"])
    assert impact["items"][0]["draft"] == "Makes skin feel smoother"
    opened_tasks = data_of(await admin.post(f"{softer_path}/impact/tasks", planned))
    assert [item["outcome"] for item in opened_tasks["items"]] == ["opened"]
    again = data_of(await admin.post(f"{softer_path}/impact/tasks", planned))
    assert again == {"items": [], "remaining": 0, "refused": 0}

    # Evidence that ends raises tasks by itself, each once.
    for _ in range(2):
        await run_hour(world)
    tasks = data_of(await admin.get("/claims/tasks", brandId=brand.id, mine=True))
    assert {(task["kind"], task["days"]) for task in tasks} == {("evidence_expiring", 30), ("claim_changed", None)}
    ending = next(task for task in tasks if task["kind"] == "evidence_expiring")
    assert data_of(await admin.post(f"/claims/tasks/{ending['id']}/close", {"state": "done"}))["state"] == "done"
    twice = await admin.post(f"/claims/tasks/{ending['id']}/close", {"state": "done"})
    assert twice.status_code == 409
    assert twice.json()["error"]["details"][0]["message"].startswith("by ")
    # Only time itself does not pass over HTTP.
    world.rows("update private.claim_evidence set expires_on = current_date where id = %s", evidence["id"])
    await run_hour(world)
    assert data_of(await viewer.get(evidence_path))["state"] == "expired"
    tasks = data_of(await admin.get("/claims/tasks", brandId=brand.id, kind="evidence_expiring"))
    assert [task["days"] for task in tasks] == [0]
