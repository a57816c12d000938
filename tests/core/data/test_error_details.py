"""The detail of a broken constraint holds the whole row: no door shows it, for whatever a command ran into."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.world import World

pytestmark = pytest.mark.anyio

LONG = "x" * 501
INSIDE = ("Failing row", "Key (", "already exists", "is not present", "violates")


async def test_the_data_api_names_the_constraint_only(world: World) -> None:
    """Commands run as their owner, for whom PostgreSQL puts the row into the error, whatever the caller may read."""
    brand = await world.brand()
    api = world.data_api(brand.admin.access_token).http
    broken: list[tuple[str, dict[str, Any], str]] = [
        ("create_content", {"brand_id": brand.id, "title": LONG}, "23514"),
        ("add_agency", {"brand_id": brand.id, "details": {"name": None}}, "23502"),
        ("create_template", {"brand_id": brand.id, "details": {"name": "Test article"}}, "23502"),
    ]
    for runner in ("run_command", "run_patient_command"):
        for command, arguments, code in broken:
            body = {"command": command, "arguments": arguments, "key": uuid4().hex}
            answer = await api.post(f"/rpc/{runner}", json=body)
            assert answer.json()["code"] == code, answer.text
            assert answer.json()["details"] in (None, ""), answer.text


async def test_our_api_shows_nothing_of_the_row(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, slug="once")
    bodies = [{"brandId": brand.id, "title": "Once", "slug": content["slug"]}, {"brandId": brand.id, "title": LONG}]
    for body in bodies:
        refused = await brand.editor.post("/contents", body)
        assert refused.status_code in (400, 409), refused.text
        assert not [text for text in INSIDE if text in refused.text]


async def test_the_outcome_of_a_line_shows_nothing_of_the_row(world: World) -> None:
    brand = await world.brand()
    lines = [{"line": 1, "content": {"brand_id": brand.id, "title": LONG}}]
    api = world.data_api(brand.editor.access_token).http
    stream = await api.post("/rpc/create_contents", json={"lines": lines})
    imported = await api.post("/rpc/import_contents", json={"lines": lines})
    content = await world.draft(brand)
    changes = {"changes": {"title": LONG}}
    bulk = {"operation": "update", "content_ids": [content["id"]], "arguments": changes}
    changed = await api.post("/rpc/bulk_contents", json=bulk)
    for answer in (stream, imported, changed):
        assert answer.status_code == 200, answer.text
        assert "23514" in answer.text
        assert "Failing row" not in answer.text
