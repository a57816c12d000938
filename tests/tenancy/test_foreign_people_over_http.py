"""Tests that no GET route shows a brand's people to another brand with which it shares a catalogue of claims."""

import json
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from local.stack.settings import ROOT
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

DESCRIPTION: Final = ROOT / "public" / "api" / "v1" / "openapi.json"
# Routes of the platform, and those that lead a browser to a provider.
LEFT_OUT: Final = ("/events/stream", "/cron/", "/oidc/", "/saml/", "/csrf")


async def share_a_catalogue(world: World, brand: Brand, other: Brand) -> None:
    """Links both brands to one catalogue brand, in which the other's admin then makes and changes a claim."""
    (master,) = world.rows(
        "insert into public.master_claim_brands (name) values (%s) returning id::text", f"Master {uuid4().hex}"
    )
    for each in (brand, other):
        world.rows("insert into public.brand_master_claim_brands values (%s, %s)", each.id, master["id"])
    writer = world.data_api(other.admin.access_token).http
    text = {"original": f"Soft {uuid4().hex}"}
    claim = {"text": text, "level": "brand", "status": "allowed", "subject_ids": [master["id"]]}
    made = await writer.post("/rpc/create_claim", json=claim)
    assert made.status_code == 200, made.text
    changes = {"claim_id": made.json()[0]["id"], "expected_version": 1, "changes": {"notes": "x"}}
    assert (await writer.post("/rpc/update_claim", json=changes)).status_code == 200


def identify(world: World, brand: Brand) -> list[str]:
    """Gives the people of a brand names of their own, and returns everything that names them."""
    known: list[str] = []
    for person in (brand.admin, brand.editor, brand.viewer):
        name = f"N{uuid4().hex}"
        world.rows("update public.profiles set first_name = %s where id = %s", name, world.id_of(person))
        known += [name, world.id_of(person), person.email]
    return known


class Values(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def paths(values: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """Returns the GET operations whose parameters these values fill, each with its query."""
    described: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    found: list[tuple[str, dict[str, str]]] = []
    for path, operations in described["paths"].items():
        if "get" not in operations or any(part in path for part in LEFT_OUT):
            continue
        filled = path.removeprefix("/api/v1").format_map(Values(values))
        asked = [each for each in operations["get"].get("parameters", []) if each.get("in") == "query"]
        query = {each["name"]: values[each["name"]] for each in asked if each["name"] in values}
        if "…" not in filled:
            found.append((filled, query))
    return found


def without_links_to_pages(response: httpx.Response) -> str:
    """Returns the text of an answer without the links to pages of a list: they repeat the query of the caller."""
    if response.headers.get("content-type") != "application/json":
        return response.text
    answer = response.json()
    return json.dumps({name: part for name, part in answer.items() if name != "links"}, ensure_ascii=False)


async def test_get_routes(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    platform = await world.platform_admin()
    foreign = [*identify(world, other), world.id_of(platform), platform.email]
    own = identify(world, brand)
    await share_a_catalogue(world, brand, other)
    version = (await platform.get(f"/brands/{brand.id}")).json()["data"]["version"]
    assert (await platform.patch(f"/brands/{brand.id}", version, {"description": "By the platform"})).status_code == 200
    content = await world.approved(brand)
    # The brand has claims now, against which a text is checked before it is published.
    for person, act in ((brand.editor, "claims/check"), (brand.admin, "publish")):
        assert (await person.post(f"/contents/{content['id']}/{act}")).status_code == 200
    values = {
        "brandId": brand.id, "contentId": content["id"], "templateId": brand.template_id, "version": "1",
        "brandSlug": brand.name.lower().replace(" ", "-"), "contentSlug": content["slug"] or "x",
        "userId": world.id_of(other.viewer), "q": "Title", "from": "1", "to": "2", "groupBy": "user",
    }  # fmt: skip
    tried = paths(values)
    answers: dict[str, str] = {}
    for person in (brand.admin, brand.viewer):
        for path, query in tried:
            response = await person.http.get(path, params=query)
            answers[f"{path} as {person.email}"] = response.text if response.status_code == 200 else ""
            named = [known for known in foreign if known in without_links_to_pages(response)]
            assert named == [], f"{path}: {response.text[:2000]}"
    assert len(tried) > 30
    assert sum(any(known in text for known in own) for text in answers.values()) > 10
    activity = (await brand.viewer.get("/activity", brandId=brand.id)).json()["data"]
    claimed = [entry for entry in activity if entry["type"] == "ClaimChanged"]
    assert {(entry["actor"], entry["actorAccount"]) for entry in claimed} == {(None, other.name)}
    assert {entry["actorAccount"] for entry in activity if entry["type"] == "BrandUpdated"} == {"MixerAI"}
    world.append_entries()
    log = (await brand.admin.get(f"/brands/{brand.id}/audit-log")).json()["data"]
    assert {entry["actorAccount"] for entry in log if entry["action"] == "claim.claim_changed"} == {other.name}


async def test_pages_of_the_other_side_name_their_own(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    await share_a_catalogue(world, brand, other)
    for entry in (await other.viewer.get("/activity", brandId=other.id, type="ClaimChanged")).json()["data"]:
        assert entry["actor"]["id"] == world.id_of(other.admin)
        assert entry["actorAccount"] is None
