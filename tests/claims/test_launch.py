"""A regulated launch over HTTP: two markets, an override, changed claims, publication, and evidence that ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.shelf import ClaimShelf
from tests.support.world import World

pytestmark = pytest.mark.anyio

ISSUED = "2025-01-31"


def in_days(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def data_of(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json()["data"]


async def test_a_regulated_launch(world: World) -> None:  # noqa: PLR0915 - one story
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    admin, editor, viewer = brand.admin, brand.editor, brand.viewer
    soothes = shelf.claim("Soothes dry skin")
    softer = shelf.claim("Makes skin feel softer", countries=("DE",))
    heals = shelf.claim("Heals eczema", status="disallowed")
    shelf.override(soothes, "DE", softer)
    settings_path = f"/claims/settings/{brand.id}"
    first = {"If-Match": '"1"'}
    wanted = {"markets": ["GB", "DE"], "isDelivered": True}
    settings = data_of(await admin.http.put(settings_path, json=wanted, headers=first))
    assert settings["checkedMarkets"] == ["DE", "GB"]
    assert settings["hasClaims"]

    # Evidence: added by the admin, accepted by another member with a reviewer role.
    evidence_path = f"/claims/{soothes}/evidence"
    document = {
        "title": "Study 12",
        "kind": "study",
        "url": "https://files.example.com/12.pdf",
        "issuedOn": ISSUED,
        "expiresOn": in_days(29),
    }
    evidence = data_of(await admin.post(evidence_path, document), 201)
    shelf.reviewer(world.id_of(viewer))
    accepted = data_of(await viewer.post(f"{evidence_path}/{evidence['id']}/review", {"decision": "accept"}))
    assert (accepted["status"], accepted["state"]) == ("accepted", "expiring")

    # A text that says too much.
    content = await world.draft(brand, fields={"topic": "winter", "headline": "Soothes  dry SKIN and heals eczema"})
    path = f"/contents/{content['id']}"
    checks = {item["market"]: item for item in data_of(await editor.post(f"{path}/claims/check"))}
    assert {market: check["overall"] for market, check in checks.items()} == {"DE": "rejected", "GB": "rejected"}
    found = {item["claimText"]: item for item in checks["GB"]["findings"]}
    assert found["Soothes dry skin"]["verdict"] == "allowed"
    assert found["Heals eczema"]["verdict"] == "disallowed"
    assert found["Heals eczema"]["claimId"] == heals
    german = {item["claimText"]: item for item in checks["DE"]["findings"]}
    assert german["Soothes dry skin"]["verdict"] == "disallowed"
    assert german["Soothes dry skin"]["replacement"] == {
        "text": "Makes skin feel softer",
        "claimId": softer,
        "source": "override",
    }
    for person, step in ((editor, "submit"), (viewer, "approve")):
        data_of(await person.post(f"{path}/{step}"))
    refused = await admin.post(f"{path}/publish")
    assert refused.status_code == 409
    assert refused.json()["error"]["details"][0]["rule"] == "content.publish.claims"

    # Edited: no check of the present text.
    content = data_of(await editor.get(path))
    edited = data_of(
        await editor.patch(
            path, content["version"], {"fields": {"headline": "Makes skin feel softer", "topic": "winter"}}
        )
    )
    assert edited["status"] == "draft"
    for person, step in ((editor, "submit"), (viewer, "approve")):
        data_of(await person.post(f"{path}/{step}"))
    refused = await admin.post(f"{path}/publish")
    assert refused.status_code == 409
    assert "not been checked against the present claims of DE, GB" in refused.json()["error"]["message"]
    assert "publish" not in data_of(await admin.get(path))["allowedActions"]
    checks = {item["market"]: item for item in data_of(await editor.post(f"{path}/claims/check"))}
    assert checks["DE"]["overall"] == "approved"
    assert checks["GB"]["overall"] == "approved"  # a claim of Germany alone says nothing in Britain
    assert "publish" in data_of(await admin.get(path))["allowedActions"]

    # A claim changes after the check: checked again.
    world.rows("update public.claims set status = 'mandatory' where id = %s", softer)
    refused = await admin.post(f"{path}/publish")
    assert refused.status_code == 409
    assert not data_of(await editor.get(f"{path}/claims/checks"))[0]["isValid"]
    preview = data_of(await viewer.get(f"{path}/claims"))
    assert preview["isPublished"] is False
    assert "present claims" in preview["refusal"]
    data_of(await editor.post(f"{path}/claims/check"))
    published = data_of(await admin.post(f"{path}/publish"))
    assert published["status"] == "published"

    # The bill of materials.
    bill = data_of(await viewer.get(f"{path}/claims"))
    assert bill["isPublished"]
    assert bill["version"] == published["version"]
    assert [(line["market"], line["claimId"], line["claimVersion"], line["verdict"]) for line in bill["items"]] == [
        ("DE", softer, 2, "allowed")
    ]
    assert data_of(await viewer.get(f"{path}/claims", version=published["version"])) == bill
    assert (await viewer.get(f"{path}/claims", version=1)).status_code == 404
    slug = world.rows("select slug from public.brands where id = %s", brand.id)[0]["slug"]
    delivered = data_of(await viewer.get(f"/delivery/{slug}/contents/{published['slug']}"))
    assert [claim["claimText"] for claim in delivered["claims"]] == ["Makes skin feel softer"]
    wanted = {"markets": ["GB", "DE"], "isDelivered": False}
    data_of(await admin.http.put(settings_path, json=wanted, headers={"If-Match": f'"{settings["version"]}"'}))
    plain = world.rows(
        "select private.delivery_document(c) ->> 'claims' as claims from public.contents c where id = %s", content["id"]
    )
    assert plain == [{"claims": None}]

    # The reach of a change, and the tasks that follow.
    planned = {"change": {"text": "Makes skin feel smoother"}}
    impact = data_of(await admin.post(f"/claims/{softer}/impact", planned))
    assert (impact["published"], impact["pending"], impact["markets"]) == (1, 0, ["DE"])
    assert impact["items"][0]["draft"] == "Makes skin feel smoother"
    opened = data_of(await admin.post(f"/claims/{softer}/impact/tasks", planned))
    assert [item["outcome"] for item in opened["items"]] == ["opened"]
    again = data_of(await admin.post(f"/claims/{softer}/impact/tasks", planned))
    assert again == {"items": [], "remaining": 0, "refused": 0}

    # Evidence that ends raises tasks by itself, each once.
    for _ in range(2):
        world.rows("select * from public.announce_expiring_evidence(1000, 20)")
    tasks = data_of(await admin.get("/claims/tasks", brandId=brand.id, mine=True))
    assert {(task["kind"], task["days"]) for task in tasks} == {("evidence_expiring", 30), ("claim_changed", None)}
    ending = next(task for task in tasks if task["kind"] == "evidence_expiring")
    closed = data_of(await admin.post(f"/claims/tasks/{ending['id']}/close", {"state": "done"}))
    assert closed["state"] == "done"
    twice = await admin.post(f"/claims/tasks/{ending['id']}/close", {"state": "done"})
    assert twice.status_code == 409
    assert twice.json()["error"]["details"][0]["message"].startswith("by ")
    world.rows("update private.claim_evidence set expires_on = current_date where id = %s", evidence["id"])
    world.rows("select * from public.announce_expiring_evidence(1000, 20)")
    assert data_of(await viewer.get(evidence_path))["state"] == "expired"
    tasks = data_of(await admin.get("/claims/tasks", brandId=brand.id, kind="evidence_expiring"))
    assert [task["days"] for task in tasks] == [0]
