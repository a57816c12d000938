"""Each form tells which values models wrote; none tells of people and prompts."""

import json
from typing import Any

import httpx
import pytest
import yaml
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from tests.ai.support import answered
from tests.publishing.delivery.support import FILES, configure, publish, slug_of
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MARK = "{urn:mixerai:provenance:1}"


async def generated(world: World, brand: Brand) -> dict[str, Any]:
    """A draft whose output fields a model wrote."""
    content = await world.draft(brand, fields={"topic": "Frost"})
    await answered(brand.editor, "generate", {"contentId": content["id"]})
    return content


async def delivered(website: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await website.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["provenance"]


async def test_what_a_model_wrote_alone(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    content = await generated(world, brand)
    await publish(brand, content["id"])
    path = f"/{slug_of(world, brand)}/contents/{content['slug']}"
    found = await delivered(website, path)
    assert [field["name"] for field in found["fields"]] == ["fields.body", "fields.headline"]
    assert found["aiAssisted"] is found["humanReviewed"] is True
    assert found["digitalSourceType"] == f"{IPTC}trainedAlgorithmicMedia"
    assert found["systemNames"] == []
    for end in ("", ".md", ".jsonld"):
        assert (await website.get(path + end)).headers["AI-Disclosure"] == "mode=ai-originated"
    node = json.loads((await website.get(f"{path}.jsonld")).text)
    assert node["digitalSourceType"] == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
    front = yaml.safe_load((await website.get(f"{path}.md")).text.split("---\n")[1])
    assert front["provenance"] == {
        "ai_assisted": True,
        "digital_source_type": f"{IPTC}trainedAlgorithmicMedia",
        "human_reviewed": True,
        "fields": ["fields.body", "fields.headline"],
    }
    [head] = (await website.get(path.rpartition("/")[0])).json()["data"]
    assert head["provenance"] == found


async def test_an_edit_does_not_take_the_mark_away(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    content = await generated(world, brand)
    await brand.editor.patch(f"/contents/{content['id']}", 2, {"fields": {"headline": "By hand"}})
    await publish(brand, content["id"])
    found = await delivered(website, f"/{slug_of(world, brand)}/contents/{content['slug']}")
    assert {field["name"]: field["isEdited"] for field in found["fields"]} == {
        "fields.body": False,
        "fields.headline": True,
    }
    assert found["digitalSourceType"] == f"{IPTC}compositeWithTrainedAlgorithmicMedia"


async def test_what_people_wrote_is_not_marked(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    content = await world.published(brand)
    path = f"/{slug_of(world, brand)}/contents/{content['slug']}"
    assert await delivered(website, path) == {
        "aiAssisted": False,
        "fields": [],
        "humanReviewed": None,
        "systemNames": [],
        "digitalSourceType": None,
    }
    assert "AI-Disclosure" not in (await website.get(path)).headers


async def test_feeds_are_marked(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    content = await generated(world, brand)
    await publish(brand, content["id"])
    await world.published(brand)
    slug = slug_of(world, brand)
    for name in ("feed.rss", "feed.atom"):
        [mark] = etree.fromstring((await website.get(f"/{slug}/{name}")).content).iter(f"{MARK}provenance")
        assert dict(mark.attrib) == {
            "aiAssisted": "true",
            "digitalSourceType": f"{IPTC}trainedAlgorithmicMedia",
            "humanReviewed": "true",
        }
        assert [field.text for field in mark.iter(f"{MARK}field")] == ["fields.body", "fields.headline"]
    items = json.loads((await website.get(f"/{slug}/feed.json")).content)["items"]
    assert [item["_mixerai"]["aiAssisted"] for item in items] == [False, True]
    assert f"{IPTC}trainedAlgorithmicMedia" in (await website.get(f"/{slug}/llms-full.txt")).text


async def test_models_are_named_only_where_the_brand_wants_it_and_people_never(
    world: World, website: httpx.AsyncClient
) -> None:
    brand = await world.brand()
    content = await generated(world, brand)
    await brand.editor.patch(f"/contents/{content['id']}", 2, {"fields": {"headline": "By hand"}})
    await publish(brand, content["id"])
    slug = slug_of(world, brand)
    [stored] = world.rows("select provenance from public.contents where id = %s", content["id"])
    [entry, *_] = stored["provenance"].values()
    key = (await configure(brand, "private", newKey=True))["key"]  # so that no cache answers
    secrets = {world.id_of(person) for person in (brand.admin, brand.editor, brand.viewer)}
    secrets |= {entry["generationId"], entry["promptVersion"], entry["provider"], "Frost"}
    paths = [f"/{slug}/contents", *(f"/{slug}/contents/{content['slug']}{end}" for end in ("", ".md", ".jsonld"))]
    for names_models in (False, True):
        await configure(brand, "private", namesModels=names_models)
        for path in (*paths, *(f"/{slug}/{name}" for name in FILES)):
            answer = await website.get(path, headers={"X-Delivery-Key": key})
            assert answer.status_code == 200, answer.text
            assert not [secret for secret in secrets if secret in answer.text + str(answer.headers)], path
            is_named = names_models and not path.endswith((".jsonld", ".txt", "sitemap.xml"))
            assert (entry["model"] in answer.text) is is_named, path


async def test_an_approval_without_a_reader_is_no_review(world: World, website: httpx.AsyncClient) -> None:
    """Approved because no step applies, and then by a person without a workflow."""
    brand = await world.brand()
    world.rows(
        "update public.workflow_steps set condition = %s where brand_id = %s returning id",
        json.dumps({"field": "type", "operator": "equals", "value": "blog_post"}),
        brand.id,
    )
    content = await generated(world, brand)
    assert (await brand.editor.post(f"/contents/{content['id']}/submit")).json()["data"]["status"] == "approved"
    assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    path = f"/{slug_of(world, brand)}/contents/{content['slug']}"
    found = await delivered(website, path)
    assert found["humanReviewed"] is False
    assert (await website.get(path)).headers["AI-Disclosure"] == "mode=machine-generated"
    world.rows(
        "update public.workflows set is_default = false, is_active = false where brand_id = %s returning id", brand.id
    )
    second = await generated(world, brand)
    assert (await brand.admin.post(f"/contents/{second['id']}/approve")).status_code == 200
    assert (await brand.admin.post(f"/contents/{second['id']}/publish")).status_code == 200
    found = await delivered(website, f"/{slug_of(world, brand)}/contents/{second['slug']}")
    assert found["humanReviewed"] is True
