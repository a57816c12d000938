"""Prefer: return=minimal (RFC 7240), on whatever answers with a resource."""

from typing import Any

import pytest

from lib.core.http.preferences import preferred_return
from tests.support.cases import cases
from tests.support.world import World

pytestmark = pytest.mark.anyio
MINIMAL = {"Prefer": "return=minimal"}


@pytest.mark.parametrize("case", cases("prefer"), ids=lambda case: repr(case["header"]))
def test_what_is_preferred(case: dict[str, Any]) -> None:
    assert preferred_return(case["header"]) == case["preference"]


async def test_changes_without_a_body(world: World) -> None:
    brand = await world.brand()
    made = await brand.editor.http.post("/contents", json={"brandId": brand.id, "title": "T"}, headers=MINIMAL)
    assert (made.status_code, made.content, made.headers["Content-Length"]) == (201, b"", "0")
    assert made.headers["Preference-Applied"] == "return=minimal"
    assert "Content-Type" not in made.headers
    path = made.headers["Location"].removeprefix("/api/v1")
    changed = await brand.editor.http.patch(
        path, json={"title": "Other"}, headers=MINIMAL | {"If-Match": made.headers["ETag"]}
    )
    assert (changed.status_code, changed.content) == (204, b"")
    assert changed.headers["Preference-Applied"] == "return=minimal"
    assert changed.headers["ETag"] != made.headers["ETag"]
    read = await brand.editor.get(path)
    assert read.json()["data"]["title"] == "Other"
    submitted = await brand.editor.http.post(f"{path}/submit", json={}, headers=MINIMAL)
    assert (submitted.status_code, submitted.content) == (204, b"")


async def test_whole_answers(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "title": "T"}
    whole = await brand.editor.http.post("/contents", json=body, headers={"Prefer": "return=representation"})
    assert whole.headers["Preference-Applied"] == "return=representation"
    assert whole.json()["data"]["title"] == "T"
    for prefer in (None, "handling=strict", "return=nothing"):
        headers = {"Prefer": prefer} if prefer else {}
        answer = await brand.editor.http.post("/contents", json=body, headers=headers)
        assert "Preference-Applied" not in answer.headers
        assert answer.json()["data"]["title"] == "T"
    # A failure is told, a read is a read, and a report is no resource.
    refused = await brand.editor.http.post("/contents", json=body | {"title": ""}, headers=MINIMAL)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    read = await brand.editor.http.get("/contents", headers=MINIMAL)
    assert len(read.json()["data"]) == 4
    imported = await brand.editor.http.post(
        "/contents/import", json={"brandId": brand.id, "data": [{"title": "x"}]}, headers=MINIMAL
    )
    assert imported.json()["data"]["created"] == 1


async def test_what_was_removed_from_a_text_is_told(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "title": "T", "body": "<p>kept<script>gone()</script></p>"}
    made = await brand.editor.http.post("/contents", json=body, headers=MINIMAL)
    assert made.status_code == 201, made.text
    assert made.json()["meta"]["sanitised"][0]["elements"] == ["script"]
    assert "Preference-Applied" not in made.headers
    path, headers = made.headers["Location"].removeprefix("/api/v1"), MINIMAL | {"If-Match": made.headers["ETag"]}
    changed = await brand.editor.http.patch(path, json={"body": "<p onclick='x()'>kept</p>"}, headers=headers)
    assert (changed.status_code, changed.json()["meta"]["sanitised"][0]["attributes"]) == (200, ["onclick"])
    again = await brand.editor.http.patch(
        path, json={"body": "<p>kept</p>"}, headers=MINIMAL | {"If-Match": changed.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (204, b"")


async def test_a_secret_that_is_shown_once_is_shown(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "url": "https://example.com/hook"}
    made = await brand.admin.http.post("/webhooks", json=body, headers=MINIMAL)
    assert made.status_code == 201, made.text
    assert made.json()["data"]["secret"].startswith("whsec_")
    assert "Preference-Applied" not in made.headers
    rotated = await brand.admin.http.post(
        f"/webhooks/{made.json()['data']['id']}/rotate-secret", json={}, headers=MINIMAL
    )
    assert rotated.json()["data"]["secret"] != made.json()["data"]["secret"]


async def test_a_repeated_command_answers_as_it_is_asked(world: World) -> None:
    brand = await world.brand()
    body, key = {"brandId": brand.id, "title": "T"}, {"Idempotency-Key": "once-only"}
    first = await brand.editor.http.post("/contents", json=body, headers=key | MINIMAL)
    again = await brand.editor.http.post("/contents", json=body, headers=key)
    assert (first.content, again.headers["Idempotency-Replayed"]) == (b"", "true")
    assert again.headers["Location"] == first.headers["Location"] == f"/api/v1/contents/{again.json()['data']['id']}"
