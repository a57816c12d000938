import asyncio
from collections import Counter

import pytest

from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

NOBODY = "00000000-0000-7000-8000-ffffffffffff"


async def test_create_and_read(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, tags=["spring"], metadata={"metaTitle": "Meta"})
    assert content["status"] == "draft"
    assert content["version"] == 1
    assert content["type"] == "article"
    assert content["templateVersion"] == 1
    assert content["createdBy"] == content["updatedBy"] == {"id": world.id_of(brand.editor), "name": "Test"}
    assert content["_links"]["submit"] == f"/api/v1/contents/{content['id']}/submit"
    read = await brand.editor.get(f"/contents/{content['id']}")
    assert read.json()["data"] == content
    assert read.headers["ETag"].startswith('"1-')
    # To the viewer it is the same content, with which they may do less.
    theirs = (await brand.viewer.get(f"/contents/{content['id']}")).json()["data"]
    assert theirs["allowedActions"] == ["comment"]
    own = {"allowedActions", "_links"}
    assert {k: v for k, v in theirs.items() if k not in own} == {k: v for k, v in content.items() if k not in own}


async def test_creation_answers_with_its_place(world: World) -> None:
    brand = await world.brand()
    response = await brand.editor.post("/contents", {"brandId": brand.id, "title": "Plain"})
    content = response.json()["data"]
    assert response.headers["Location"] == f"/api/v1/contents/{content['id']}"
    assert content["type"] == "article"


async def test_unchanged_is_304(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    tag = (await brand.editor.get(path)).headers["ETag"]
    for sent, status in ((tag, 304), (f"W/{tag}", 304), ("*", 304), ('"2"', 200), (f'"0", {tag}', 304), ('"1"', 200)):
        response = await brand.editor.http.get(path, headers={"If-None-Match": sent})
        assert response.status_code == status, sent
        assert response.headers["ETag"] == tag


async def test_what_changes_without_the_version_changes_the_tag(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    tag = (await brand.editor.get(path)).headers["ETag"]
    others = [
        (await brand.viewer.get(path)).headers["ETag"],
        (await brand.editor.get(path, fields="title")).headers["ETag"],
        (await brand.editor.get(path, expand="brand")).headers["ETag"],
    ]
    world.rows("update public.workflows set is_active = false where brand_id = %s", brand.id)
    others.append((await brand.editor.get(path)).headers["ETag"])
    assert len({tag, *others}) == 5
    unchanged = await brand.editor.http.get(path, headers={"If-None-Match": tag})
    assert unchanged.status_code == 200
    assert "submit" not in unchanged.json()["data"]["allowedActions"]
    # Any of them names the version to change.
    changed = await brand.editor.http.patch(path, json={"title": "Other"}, headers={"If-Match": others[1]})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert_problem(
        await brand.editor.http.patch(path, json={"title": "x"}, headers={"If-Match": others[1]}), 412, "CONFLICT"
    )


async def test_fields_are_selected(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, body="<p>Text</p>")
    path = f"/contents/{content['id']}"
    one = (await brand.editor.get(path, fields="title,body,allowedActions")).json()["data"]
    assert one == {name: content[name] for name in ("id", "title", "body", "allowedActions")}
    listed = (await brand.editor.get("/contents", fields=["title", "_links"])).json()["data"]
    assert listed == [{name: content[name] for name in ("id", "title", "_links")}]
    expanded = {"fields": "title", "expand": "brand,people"}
    one = (await brand.editor.get(path, **expanded)).json()["data"]
    assert set(one) == {"id", "title", "brand", "people"}
    assert one["brand"]["id"] == brand.id
    listed = (await brand.editor.get("/contents", **expanded)).json()["data"]
    assert [set(item) for item in listed] == [set(one)]
    for where, unknown in ((path, "nothing"), ("/contents", "title,body"), ("/contents", "readable")):
        error = assert_problem(await brand.editor.get(where, fields=unknown), 400, "VALIDATION_ERROR")
        assert error["details"][0]["field"] == "fields"


async def test_what_a_content_refers_to_is_expanded(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, assignees=[world.id_of(brand.viewer)])
    path = f"/contents/{content['id']}"
    assert not {"brand", "template", "people"} & set(content)
    one = (await brand.viewer.get(path, expand="brand,template,people")).json()["data"]
    slug = world.rows("select slug from public.brands where id = %s", brand.id)[0]["slug"]
    assert one["brand"] == {"id": brand.id, "name": brand.name, "slug": slug}
    assert (one["template"]["id"], one["template"]["version"]) == (brand.template_id, 1)
    assert {person["id"] for person in one["people"]} == {world.id_of(brand.viewer), world.id_of(brand.editor)}
    assert one["assignees"] == [{"id": world.id_of(brand.viewer), "name": "Test"}]
    listed = (await brand.viewer.get("/contents", expand=["brand", "template", "people"])).json()["data"]
    assert [(item["brand"], item["template"]) for item in listed] == [(one["brand"], one["template"])]
    assert_problem(await brand.viewer.get(path, expand="claims"), 400, "VALIDATION_ERROR")


async def test_links_lead_to_what_answers(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    world.rows(
        "update public.brand_members set restrictions = '{template.read,brand.read}' "
        "where brand_id = %s and user_id = %s",
        brand.id,
        world.id_of(brand.viewer),
    )
    for person, has_more in ((brand.editor, True), (brand.viewer, False)):
        content = (await person.get(path, expand="brand,template")).json()["data"]
        links = content["_links"]
        assert {"brand", "template"} <= set(links) if has_more else not {"brand", "template"} & set(links)
        assert ("brand" in content, "template" in content) == (has_more, has_more)
        for name in ("self", "versions", "events", "comments", "score", *(("brand", "template") if has_more else ())):
            assert (await person.get(links[name].removeprefix("/api/v1"))).status_code == 200, name


async def test_former_members_keep_the_name_that_they_had(world: World) -> None:
    brand = await world.brand()
    leaver = await world.member(brand, "editor")
    path = f"/contents/{(await world.draft(brand, by=leaver))['id']}"
    known = {"id": world.id_of(leaver), "name": "Test"}
    assert (await brand.viewer.get(path)).json()["data"]["createdBy"] == known
    world.rows("delete from public.brand_members where brand_id = %s and user_id = %s", brand.id, world.id_of(leaver))
    world.rows("update public.profiles set first_name = 'Elsewhere' where id = %s", world.id_of(leaver))
    assert (await brand.viewer.get(path)).json()["data"]["createdBy"] == known
    assert (await brand.viewer.get("/contents")).json()["data"][0]["createdBy"] == known
    assert (await brand.viewer.get(f"{path}/versions")).json()["data"][0]["createdBy"] == known
    assert (await brand.viewer.get(f"{path}/versions/1")).json()["data"]["createdBy"] == known
    assert (await brand.viewer.get(f"{path}/events")).json()["data"][0]["actor"] == known
    activity = (await brand.viewer.get("/activity", brandId=brand.id, type="ContentCreated")).json()["data"]
    assert activity[0]["actor"] == known
    assert (await brand.viewer.get(path, expand="people")).json()["data"]["people"] == []


async def test_markup_is_reduced_on_the_way_in(world: World) -> None:
    brand = await world.brand()
    fields = {"topic": "a < b", "body": '<p onclick="x()">ok<script>bad()</script></p><h2>no</h2>'}
    content = await world.draft(brand, fields=fields)
    assert content["fields"] == {"topic": "a < b", "body": "<p>ok</p><p>no</p>"}


@pytest.mark.parametrize(("role", "status"), [("admin", 201), ("editor", 201), ("viewer", 403)])
async def test_who_creates(world: World, role: str, status: int) -> None:
    brand = await world.brand()
    response = await getattr(brand, role).post("/contents", {"brandId": brand.id, "title": "x"})
    assert response.status_code == status


async def test_a_brand_of_others_is_no_brand(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    foreign = await stranger.editor.post("/contents", {"brandId": brand.id, "title": "x"})
    missing = await stranger.editor.post("/contents", {"brandId": NOBODY, "title": "x"})
    first, second = (assert_problem(response, 404, "NOT_FOUND") for response in (foreign, missing))
    assert first["message"] == second["message"]


async def test_a_template_of_others(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    for template_id in (other.template_id, NOBODY):
        body = {"brandId": brand.id, "title": "x", "templateId": template_id}
        assert_problem(await brand.editor.post("/contents", body), 403, "FORBIDDEN")


async def test_fields_that_the_template_does_not_have(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "title": "x", "templateId": brand.template_id, "fields": {"topic": "a", "extra": "b"}}
    details = assert_problem(await brand.editor.post("/contents", body), 400, "VALIDATION_ERROR")["details"]
    assert [detail["field"] for detail in details] == ["fields.extra"]
    content = await world.draft(brand)
    changed = await brand.editor.patch(f"/contents/{content['id']}", 1, {"fields": {"extra": "b"}})
    assert_problem(changed, 400, "VALIDATION_ERROR")


async def test_types_that_the_brand_does_not_allow(world: World) -> None:
    brand = await world.brand()
    world.rows("update public.brands set allowed_content_types = '{article}' where id = %s", brand.id)
    refused = await brand.editor.post("/contents", {"brandId": brand.id, "title": "x", "type": "social_media"})
    assert assert_problem(refused, 400, "VALIDATION_ERROR")["details"][0]["field"] == "type"
    allowed = await brand.editor.post("/contents", {"brandId": brand.id, "title": "x", "type": "article"})
    assert allowed.status_code == 201


async def test_update_merges_fields_and_makes_a_version(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    response = await brand.editor.patch(f"/contents/{content['id']}", 1, {"fields": {"headline": "New"}, "tags": ["x"]})
    changed = response.json()["data"]
    assert changed["fields"] == {"topic": "winter", "headline": "New"}
    assert (changed["version"], changed["tags"], changed["title"]) == (2, ["x"], content["title"])
    assert response.headers["ETag"] == '"2"'


async def test_a_change_that_changes_nothing_makes_no_version(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, metadata={"metaTitle": "M"})
    path = f"/contents/{content['id']}"
    same = await brand.editor.patch(path, 1, {"title": content["title"], "metadata": {"metaTitle": "M"}, "fields": {}})
    assert same.json()["data"] == content


async def test_metadata_is_merged(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, metadata={"metaTitle": "M"})
    changed = await brand.editor.patch(f"/contents/{content['id']}", 1, {"metadata": {"metaDescription": "D"}})
    assert changed.json()["data"]["metadata"] == {"metaTitle": "M", "metaDescription": "D"}


async def test_update_needs_the_version_that_was_seen(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    assert_problem(await brand.editor.http.patch(path, json={"title": "x"}), 428, "PRECONDITION_REQUIRED")
    for tag in ("1", '"x"', '"99999999999"'):
        response = await brand.editor.http.patch(path, json={"title": "x"}, headers={"If-Match": tag})
        assert_problem(response, 400, "VALIDATION_ERROR")
    await brand.editor.patch(path, 1, {"title": "first"})
    error = assert_problem(await brand.editor.patch(path, 1, {"title": "second"}), 412, "CONFLICT")
    assert error["details"] == [{"field": "version", "code": "CONFLICT", "message": "2"}]
    assert (await brand.editor.get(path)).json()["data"]["title"] == "first"


@pytest.mark.parametrize("changes", [{}, {"title": None}, {"status": "published"}, {"version": 9}, {"tags": "x"}])
async def test_changes_that_cannot_be(world: World, changes: dict[str, object]) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    assert_problem(await brand.editor.patch(f"/contents/{content['id']}", 1, changes), 400, "VALIDATION_ERROR")


async def test_of_many_writers_of_a_version_one_wins(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    answers = await asyncio.gather(*(brand.editor.patch(path, 1, {"title": f"t{n}"}) for n in range(12)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 11}
    winner = next(answer for answer in answers if answer.status_code == 200).json()["data"]
    assert (await brand.editor.get(path)).json()["data"] == winner
    assert len((await brand.editor.get(f"{path}/versions")).json()["data"]) == 2


async def test_list_filters_and_pages(world: World) -> None:
    brand = await world.brand()
    made = [(await world.draft(brand))["id"] for _ in range(5)]
    await brand.editor.post(f"/contents/{made[0]}/submit")
    drafts = (await brand.viewer.get("/contents", brandId=brand.id, status="draft", pageSize=3)).json()
    assert [item["id"] for item in drafts["data"]] == made[:1:-1]
    assert drafts["pagination"].pop("nextCursor")
    assert drafts["pagination"] == {"page": 1, "pageSize": 3, "totalPages": 2, "totalItems": 4}
    next_page = drafts["links"]["next"].removeprefix("/api/v1")
    assert [item["id"] for item in (await brand.viewer.get(next_page)).json()["data"]] == [made[1]]
    beyond = (await brand.viewer.get("/contents", brandId=brand.id, page=9)).json()
    assert beyond["data"] == []
    assert beyond["pagination"]["totalItems"] == 5
    versions = (await brand.viewer.get(f"/contents/{made[0]}/versions", page=9)).json()
    assert (versions["data"], versions["pagination"]["totalItems"]) == ([], 2)


async def test_search(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    in_title = await world.draft(brand, title="Quokka care")
    in_text = await world.draft(brand, fields={"topic": "the quokka", "headline": "h"})
    await world.draft(stranger, title="Quokka elsewhere")
    hits = (await brand.viewer.get("/contents/search", q="quokka")).json()["data"]
    assert [hit["id"] for hit in hits] == [in_title["id"], in_text["id"]]
    for query in ('"unbalanced', "a & | ! b", "'; drop table contents; --", "(((", "<script>"):
        assert (await brand.viewer.get("/contents/search", q=query)).json()["data"] == []
    foreign = (await brand.viewer.get("/contents/search", q="quokka", brandId=stranger.id)).json()["data"]
    assert foreign == []


async def test_no_update_without_a_version_past_the_api_either(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    body = {"content_id": content["id"], "expected_version": None, "changes": {"title": "x"}}
    response = await world.data_api(brand.editor.access_token).http.post("/rpc/update_content", json=body)
    assert response.status_code == 428
