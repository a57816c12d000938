"""Contents by GraphQL, beside REST: one, its creation, changes, copies, the bin."""

import pytest

from tests.graph.content.asking import PROBLEM, done, fields_named, mutation, told
from tests.graph.likeness import assert_alike
from tests.support.graph import answer_of, ask, refused, send
from tests.support.world import World

pytestmark = pytest.mark.anyio

NOBODY = "00000000-0000-7000-8000-ffffffffffff"
ONE = "content(id: $id)"
ID = "$id: ID!"
CREATE = f"""mutation($input: CreateContentInput!) {{ done: createContent(input: $input, clientMutationId: "c") {{
  content {{ id title status version body brandId fields tags excerpt metadata assignees {{ id }} }} {PROBLEM} }} }}"""
UPDATE = mutation(
    "updateContent",
    "input: $input, expectedVersion: $version, isAutosave: $autosave, note: $note",
    "$input: UpdateContentInput!, $version: Int!, $autosave: Boolean = false, $note: String",
    "content { id title version majorVersion minorVersion tags dueAt metadata fields }",
)


async def test_a_content_is_that_of_rest(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(
        brand,
        body="<p>Cold <strong>air</strong></p>",
        excerpt="a < b",
        tags=["winter"],
        categories=["skin"],
        metadata={"metaTitle": "Wind", "keywords": ["cold"]},
        assignees=[world.id_of(brand.viewer)],
        dueAt="2031-01-02T03:04:05Z",
        expiresAt="2032-01-01T00:00:00Z",
    )
    copy = (await brand.editor.post(f"/contents/{content['id']}/duplicate", {})).json()["data"]
    published = await world.published(brand)
    for item in (content, copy, published):
        for person in (brand.admin, brand.editor, brand.viewer):
            one = await told(person, f"/contents/{item['id']}", expand="people")
            one.pop("review")  # a summary, which the field `review` tells as the review itself
            await assert_alike(person, ONE, "Content", one, declared=ID, id=item["id"])
    parts = await told(brand.viewer, f"/contents/{content['id']}/score")
    query = """query($id: ID!) { content(id: $id) { brand { id name } template { id name } publicationBegun { id }
      scoreParts { completeness quality compliance alignment score } review { runCount } publication { id }
      claims { version } isWatching } }"""
    found = (await ask(brand.viewer, query, id=content["id"]))["content"]
    assert found["scoreParts"] == parts
    assert (found["brand"], found["template"]["id"]) == ({"id": brand.id, "name": brand.name}, brand.template_id)
    assert (found["review"], found["publication"], found["publicationBegun"]) == (None, None, None)
    assert found["isWatching"] is False
    assert found["claims"] == {"version": 1}


async def test_who_may_read_a_content(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    query = "query($id: ID!) { content(id: $id) { id allowedActions } node(id: $id) { __typename id } }"
    found = await ask(brand.viewer, query, id=content["id"])
    assert found["content"] == {"id": content["id"], "allowedActions": ["comment"]}
    assert found["node"] == {"__typename": "Content", "id": content["id"]}
    for person, content_id in ((other.admin, content["id"]), (brand.admin, NOBODY)):
        answer = await answer_of(person, "query($id: ID!) { content(id: $id) { id } }", id=content_id)
        assert answer["data"] == {"content": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_FOUND"]
    (error,) = await refused(brand.viewer, 'query { content(id: "winter") { id } }')
    assert (error["extensions"]["code"], error["extensions"]["details"][0]["field"]) == ("VALIDATION_ERROR", "id")
    # A foreign brand's content, as the node of another, is not told apart from none.
    node = await answer_of(other.admin, "query($id: ID!) { node(id: $id) { id } }", id=content["id"])
    assert node["data"] == {"node": None}


async def test_the_template_is_null_where_it_may_not_be_read(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    query = "query($id: ID!) { content(id: $id) { templateId template { id } brand { id } } }"
    world.rows(
        "update public.brand_members set restrictions = '{template.read}' where brand_id = %s and user_id = %s",
        brand.id,
        world.id_of(brand.viewer),
    )
    found = (await ask(brand.viewer, query, id=content["id"]))["content"]
    assert found == {"templateId": brand.template_id, "template": None, "brand": {"id": brand.id}}


async def test_creation(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    given = {
        "brandId": brand.id,
        "templateId": brand.template_id,
        "title": "What cold wind does",
        "fields": {"topic": "winter", "headline": "Wind"},
        "body": "<p>Cold</p><script>x</script>",
        "tags": ["winter"],
        "metadata": {"metaTitle": "Wind", "keywords": ["cold"]},
        "assignees": [world.id_of(brand.viewer)],
    }
    made = await done(brand.editor, CREATE, input=given)
    assert (made["problem"], made["clientMutationId"]) == (None, "c")
    assert (made["content"]["status"], made["content"]["version"], made["content"]["body"]) == (
        "DRAFT",
        1,
        "<p>Cold</p>",
    )
    assert made["content"]["assignees"] == [{"id": world.id_of(brand.viewer)}]
    one = await told(brand.editor, f"/contents/{made['content']['id']}")
    one.pop("review")
    await assert_alike(brand.editor, ONE, "Content", one, declared=ID, id=one["id"])
    long = await done(brand.editor, CREATE, input=given | {"title": "x" * 201, "tags": [""]})
    assert (long["content"], fields_named(long)) == (None, ["input.title", "input.tags.0"])
    stranger = await done(brand.editor, CREATE, input=given | {"assignees": [world.id_of(other.admin)]})
    assert (stranger["problem"]["__typename"], fields_named(stranger)) == ("ValidationProblem", ["input.assignees"])
    unknown = await done(brand.editor, CREATE, input=given | {"fields": {"colour": "red"}})
    assert fields_named(unknown) == ["input.fields.colour"]
    taken = await done(brand.editor, CREATE, input=given | {"slug": one["slug"]})
    assert (taken["problem"]["__typename"], fields_named(taken)) == ("ConflictProblem", ["input.slug"])
    for person, code in ((brand.viewer, "FORBIDDEN"), (other.admin, "NOT_FOUND")):
        (error,) = await refused(person, CREATE, input=given)
        assert error["extensions"]["code"] == code
    (error,) = await refused(brand.editor, CREATE, input={"title": "Without a brand"})
    assert "brandId" in error["message"]


async def test_changes(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand, metadata={"metaTitle": "Meta"}, dueAt="2031-01-02T03:04:05Z")
    given = {"id": content["id"], "version": 1}
    changes = {"title": "Other", "metadata": {"metaTitle": None}, "dueAt": None, "fields": {"headline": "New"}}
    changed = await done(brand.editor, UPDATE, **given, input=changes, note="Shorter")
    assert changed["problem"] is None
    item = changed["content"]
    assert (item["title"], item["version"], item["dueAt"], item["metadata"]) == ("Other", 2, None, {})
    assert item["fields"] == {"topic": "winter", "headline": "New"}
    assert (item["majorVersion"], item["minorVersion"]) == (2, 0)
    stale = await done(brand.editor, UPDATE, **given, input={"title": "Late"})
    assert (stale["content"], stale["problem"]) == (
        None,
        {"__typename": "StaleVersion", "code": "STALE_VERSION", "currentVersion": 2},
    )
    kept = await done(brand.editor, UPDATE, id=content["id"], version=2, input={"tags": ["a"]}, autosave=True)
    assert (kept["content"]["version"], kept["content"]["minorVersion"]) == (3, 1)
    for changes, field in (
        ({"title": None}, "input.title"),
        ({"slug": "Not A Slug"}, "input.slug"),
        ({"metadata": {"canonicalUrl": "ftp://x"}}, "input.metadata.canonicalUrl"),
        ({"assignees": [world.id_of(other.admin)]}, "input.assignees"),
        ({"fields": {"colour": "red"}}, "input.fields.colour"),
    ):
        assert fields_named(await done(brand.editor, UPDATE, id=content["id"], version=3, input=changes)) == [field]
    long = await done(brand.editor, UPDATE, id=content["id"], version=3, input={"title": "x"}, note="x" * 2001)
    assert fields_named(long) == ["note"]
    for person, code in ((brand.viewer, "FORBIDDEN"), (other.admin, "NOT_FOUND")):
        (error,) = await refused(person, UPDATE, id=content["id"], version=3, input={"title": "x"})
        assert error["extensions"]["code"] == code
    versions = await told(brand.viewer, f"/contents/{content['id']}/versions")
    assert [(each["version"], each["action"], each["note"]) for each in versions] == [
        (3, "autosave", ""),
        (2, "saved", "Shorter"),
        (1, "saved", ""),
    ]


async def test_a_copy(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    world.join(brand.editor, other.id, "editor")
    content = await world.draft(brand, title="Original")
    document = mutation(
        "duplicateContent",
        "input: $input",
        "$input: DuplicateContentInput",
        "content { id title parentId brandId templateId }",
    )
    copy = (await done(brand.editor, document, id=content["id"]))["content"]
    assert (copy["title"], copy["parentId"], copy["brandId"]) == ("Copy of Original", content["id"], brand.id)
    there = await done(brand.editor, document, id=content["id"], input={"brandId": other.id, "title": "Theirs"})
    assert (there["content"]["title"], there["content"]["brandId"]) == ("Theirs", other.id)
    bad = await done(brand.editor, document, id=content["id"], input={"title": "<b>"})
    assert (bad["content"], fields_named(bad)) == (None, ["input.title"])
    for person, code in ((brand.viewer, "FORBIDDEN"), (other.admin, "NOT_FOUND")):
        (error,) = await refused(person, document, id=content["id"])
        assert error["extensions"]["code"] == code


async def test_the_bin(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    delete = mutation("deleteContent", "expectedVersion: $version", "$version: Int", "deletedId")
    restore = mutation("restoreContent", "", "", "content { id status version deletedAt }")
    stale = await done(brand.editor, delete, id=content["id"], version=7)
    assert (stale["deletedId"], stale["problem"]["currentVersion"]) == (None, 1)
    for person, code in ((brand.viewer, "FORBIDDEN"), (other.admin, "NOT_FOUND")):
        (error,) = await refused(person, delete, id=content["id"])
        assert error["extensions"]["code"] == code
    assert (await done(brand.editor, delete, id=content["id"], version=1))["deletedId"] == content["id"]
    (error,) = await refused(brand.editor, "query($id: ID!) { content(id: $id) { id } }", id=content["id"])
    assert error["extensions"]["code"] == "NOT_FOUND"
    query = """query($brand: ID!) { contents(filter: {brandId: $brand, deleted: true}) { totalCount nodes {
      id title deletedAt allowedActions body fields metadata plainTexts provenance scoreParts { score }
      versions { totalCount } comments { totalCount } history { totalCount } brand { id } template { id } } } }"""
    page = (await ask(brand.admin, query, brand=brand.id))["contents"]
    (listed,) = await told(brand.admin, "/contents", brandId=brand.id, deleted=True)
    (item,) = page["nodes"]
    assert page["totalCount"] == 1
    assert {name: item[name] for name in ("id", "title", "deletedAt", "allowedActions")} == {
        name: listed[name] for name in ("id", "title", "deletedAt", "allowedActions")
    }
    texts = ("body", "fields", "metadata", "plainTexts", "provenance", "scoreParts", "versions", "comments", "history")
    assert {name: item[name] for name in texts} == dict.fromkeys(texts)
    assert (item["brand"], item["template"]) == ({"id": brand.id}, {"id": brand.template_id})
    assert (await ask(brand.viewer, query, brand=brand.id))["contents"] == {"totalCount": 0, "nodes": []}
    assert (await ask(other.admin, query, brand=brand.id))["contents"] == {"totalCount": 0, "nodes": []}
    (error,) = await refused(other.admin, restore, id=content["id"])
    assert error["extensions"]["code"] == "NOT_FOUND"
    back = (await done(brand.editor, restore, id=content["id"]))["content"]
    assert (back["id"], back["status"], back["deletedAt"]) == (content["id"], "DRAFT", None)
    again = await done(brand.editor, restore, id=content["id"])
    assert (again["content"], again["problem"]["__typename"]) == (None, "ConflictProblem")


async def test_each_mutation_of_a_request_has_its_key(world: World) -> None:
    brand = await world.brand()
    document = """mutation($brand: ID!) {
      one: createContent(input: {brandId: $brand, title: "One"}) { content { id title } problem { __typename } }
      two: createContent(input: {brandId: $brand, title: "One"}) { content { id title } problem { __typename } } }"""
    body = {"query": document, "variables": {"brand": brand.id}}
    key = {"Idempotency-Key": f"contents-{brand.id}"}
    first, second = [(await send(brand.editor, body, **key)).json()["data"] for _ in range(2)]
    assert first == second
    assert first["one"]["content"]["id"] != first["two"]["content"]["id"]
    listed = await told(brand.editor, "/contents", brandId=brand.id)
    assert {each["id"] for each in listed} == {first[name]["content"]["id"] for name in ("one", "two")}
    update = """mutation($id: ID!) { updateContent(id: $id, input: {title: "Two"}, expectedVersion: 1) {
      content { version } problem { __typename } } }"""
    changed = {"query": update, "variables": {"id": first["one"]["content"]["id"]}}
    answers = [(await send(brand.editor, changed, **{"Idempotency-Key": "u"})).json()["data"] for _ in range(2)]
    assert answers == [{"updateContent": {"content": {"version": 2}, "problem": None}}] * 2
