"""Versions, comparison and history of contents, and the activity of a brand, by GraphQL beside REST."""

from typing import Any

import pytest

from tests.graph.content.asking import done, fields_named, mutation, told
from tests.graph.likeness import assert_alike
from tests.support.graph import ask, refused
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

SNAPSHOT = """title slug type status templateId templateVersion parentId fields body excerpt metadata tags categories
  assignees provenance dueAt scheduledFor expiresAt publishedAt publishedBy deletedAt"""
LISTED = """version majorVersion minorVersion action note feedback stepName reviewer { id name } createdBy { id name }
  createdAt title status"""
SAVE = mutation("saveVersion", "note: $note, expectedVersion: $version", "$note: String, $version: Int", by="contentId")
RESTORE = mutation(
    "restoreVersion",
    "version: $number, expectedVersion: $version",
    "$number: Int!, $version: Int",
    "content { id title version tags }",
    by="contentId",
)
ACTIVITY = """query($filter: ActivityFilter!, $first: Int, $after: String) {
  activity(filter: $filter, first: $first, after: $after) { totalCount nodes { id } edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage endCursor } } }"""


def as_rest(value: Any) -> Any:
    """Returns an answer with its enums as REST has them."""
    if isinstance(value, dict):
        found: dict[str, Any] = value
        return {
            name: part.lower() if name in ("status", "action", "kind") and isinstance(part, str) else as_rest(part)
            for name, part in found.items()
        }
    return [as_rest(each) for each in value] if isinstance(value, list) else value


async def edited(world: World, brand: Brand) -> dict[str, Any]:
    """Makes a content with three versions and a decision."""
    content = await world.draft(brand, title="First", body="<p>Cold air</p>", tags=["a"])
    path = f"/contents/{content['id']}"
    for version, changes in ((1, {"title": "Second", "body": "<p>Cold wind</p>"}), (2, {"tags": ["a", "b"]})):
        assert (await brand.editor.patch(path, version, changes)).status_code == 200
    await brand.editor.post(f"{path}/submit")
    response = await brand.viewer.post(f"{path}/request-changes", {"reason": "Too long"})
    assert response.status_code == 200, response.text
    return content


async def test_versions_are_those_of_rest(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await edited(world, brand)
    path = f"/contents/{content['id']}/versions"
    listed = await told(brand.viewer, path)
    query = f"""query($id: ID!) {{ content(id: $id) {{ versions {{ totalCount pageInfo {{ hasNextPage }}
      nodes {{ {LISTED} snapshot {{ {SNAPSHOT} }} }} edges {{ node {{ version snapshot {{ title }} }} }} }} }} }}"""
    found = (await ask(brand.viewer, query, id=content["id"]))["content"]["versions"]
    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (len(listed), False)
    nodes = as_rest(found["nodes"])
    snapshots = [node.pop("snapshot") for node in nodes]
    assert nodes == listed
    assert [each["reviewer"] for each in listed if each["feedback"] == "Too long"] == [
        {"id": world.id_of(brand.viewer), "name": "Test"}
    ]
    # A page reads the texts of all its versions at once, and each is that of its version.
    whole = [await told(brand.viewer, f"{path}/{each['version']}") for each in listed]
    assert snapshots == [one["snapshot"] for one in whole]
    assert [edge["node"]["snapshot"]["title"] for edge in found["edges"]] == [each["title"] for each in snapshots]
    one = whole[-1]
    await assert_alike(
        brand.viewer,
        f"contentVersion(contentId: $id, version: {one['version']})",
        "ContentVersion",
        one,
        declared="$id: ID!",
        id=content["id"],
    )
    query = "query($id: ID!, $version: Int!) { contentVersion(contentId: $id, version: $version) { title status } }"
    found = (await ask(brand.viewer, query, id=content["id"], version=1))["contentVersion"]
    assert found == {"title": "First", "status": "DRAFT"}
    for person, version, field in ((other.admin, 1, None), (brand.viewer, 99, None), (brand.viewer, 0, "version")):
        (error,) = await refused(person, query, id=content["id"], version=version)
        expected = "VALIDATION_ERROR" if field else "NOT_FOUND"
        assert error["extensions"]["code"] == expected, version
        assert [each["field"] for each in error["extensions"].get("details", [])] == ([field] if field else [])


async def test_versions_in_pages(world: World) -> None:
    brand = await world.brand()
    content = await edited(world, brand)
    listed = [each["version"] for each in await told(brand.viewer, f"/contents/{content['id']}/versions")]
    query = """query($id: ID!, $first: Int, $after: String, $pagination: Pagination) { content(id: $id) {
      versions(first: $first, after: $after, pagination: $pagination) { nodes { version } edges { cursor }
        pageInfo { hasNextPage endCursor } } } }"""

    async def page(**variables: Any) -> dict[str, Any]:
        return (await ask(brand.viewer, query, id=content["id"], **variables))["content"]["versions"]

    first = await page(first=2)
    assert [node["version"] for node in first["nodes"]] == listed[:2]
    rest = await page(first=100, after=first["pageInfo"]["endCursor"])
    assert [node["version"] for node in rest["nodes"]] == listed[2:]
    inner = await page(first=2, after=first["edges"][0]["cursor"])
    assert [node["version"] for node in inner["nodes"]] == listed[1:3]
    assert [node["version"] for node in (await page(pagination={"page": 2, "pageSize": 2}))["nodes"]] == listed[2:4]
    (error,) = await refused(brand.viewer, query, id=content["id"], after="winter")
    assert error["extensions"]["details"][0]["field"] == "after"


async def test_versions_are_compared(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await edited(world, brand)
    query = """query($id: ID!, $from: Int!, $to: Int!) {
      compareVersions(contentId: $id, fromVersion: $from, toVersion: $to) {
        fromVersion toVersion changes { field kind before after runs { kind text } } } }"""
    for numbers in ((1, 3), (1, 2), (2, 2), (3, 1)):
        path = f"/contents/{content['id']}/versions/compare"
        by_rest = (await brand.viewer.http.get(path, params={"from": numbers[0], "to": numbers[1]})).json()["data"]
        found = await ask(brand.viewer, query, id=content["id"], **dict(zip(("from", "to"), numbers, strict=True)))
        assert as_rest(found["compareVersions"]) == by_rest
    for person, last, field in ((other.admin, 3, None), (brand.viewer, 99, None), (brand.viewer, 0, "toVersion")):
        (error,) = await refused(person, query, **{"id": content["id"], "from": 1, "to": last})
        assert error["extensions"]["code"] == ("VALIDATION_ERROR" if field else "NOT_FOUND")
        assert [each["field"] for each in error["extensions"].get("details", [])] == ([field] if field else [])


async def test_versions_are_saved_and_restored(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand, title="First")
    assert (await brand.editor.patch(f"/contents/{content['id']}", 1, {"title": "Second"})).status_code == 200
    saved = await done(brand.editor, SAVE, id=content["id"], note="Before the review", version=2)
    assert (saved["content"]["version"], saved["problem"]) == (3, None)
    assert (await told(brand.viewer, f"/contents/{content['id']}/versions"))[0]["note"] == "Before the review"
    restored = await done(brand.editor, RESTORE, id=content["id"], number=1, version=3)
    assert (restored["content"]["title"], restored["content"]["version"]) == ("First", 4)
    for document, given in ((SAVE, {}), (RESTORE, {"number": 1})):
        stale = await done(brand.editor, document, id=content["id"], version=1, **given)
        assert (stale["content"], stale["problem"]["currentVersion"]) == (None, 4)
        for person, code in ((brand.viewer, "FORBIDDEN"), (other.admin, "NOT_FOUND")):
            (error,) = await refused(person, document, id=content["id"], **given)
            assert error["extensions"]["code"] == code
    long = await done(brand.editor, SAVE, id=content["id"], note="x" * 2001)
    assert (long["content"], fields_named(long)) == (None, ["note"])
    assert fields_named(await done(brand.editor, RESTORE, id=content["id"], number=0)) == ["version"]
    (error,) = await refused(brand.editor, RESTORE, id=content["id"], number=99)
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_the_history_is_that_of_rest(world: World) -> None:
    brand = await world.brand()
    content = await edited(world, brand)
    listed = await told(brand.viewer, f"/contents/{content['id']}/events")
    query = """query($id: ID!, $first: Int, $after: String) { content(id: $id) {
      history(first: $first, after: $after) { totalCount pageInfo { endCursor } nodes { id type aggregateType
        aggregateId aggregateVersion actor { id name } actorAccount payload requestId occurredAt } } } }"""
    found = (await ask(brand.viewer, query, id=content["id"]))["content"]["history"]
    assert found["nodes"] == listed
    assert found["totalCount"] == len(listed)
    first = (await ask(brand.viewer, query, id=content["id"], first=2))["content"]["history"]
    rest = await ask(brand.viewer, query, id=content["id"], after=first["pageInfo"]["endCursor"])
    assert first["nodes"] + rest["content"]["history"]["nodes"] == listed


async def test_the_activity_is_that_of_rest(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await edited(world, brand)
    middle = (await told(brand.viewer, f"/contents/{content['id']}/events"))[2]["occurredAt"]
    cases: list[dict[str, Any]] = [
        {},
        {"type": ["ContentCreated", "ContentUpdated"]},
        {"actor": world.id_of(brand.viewer)},
        {"from": middle},
        {"to": middle},
        {"type": ["NothingOfThat"]},
    ]
    for given in cases:
        asked = {"brandId": brand.id} | given
        listed = await told(brand.viewer, "/activity", **asked)
        if listed:
            await assert_alike(
                brand.viewer,
                "activity(filter: $filter)",
                "ActivityEntry",
                listed,
                declared="$filter: ActivityFilter!",
                filter=asked,
            )
        else:
            assert (await ask(brand.viewer, ACTIVITY, filter=asked))["activity"]["nodes"] == []
    everything = [each["id"] for each in await told(brand.viewer, "/activity", brandId=brand.id)]
    given = {"filter": {"brandId": brand.id}}
    page = (await ask(brand.viewer, ACTIVITY, **given, first=3))["activity"]
    assert page["totalCount"] is None
    assert page["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "endCursor": page["edges"][-1]["cursor"],
    }
    # Each edge's cursor goes on behind its event.
    for index, edge in enumerate(page["edges"]):
        later = (await ask(brand.viewer, ACTIVITY, **given, after=edge["cursor"]))["activity"]
        assert [node["id"] for node in later["nodes"]] == everything[index + 1 :]
        assert (later["pageInfo"]["hasNextPage"], later["pageInfo"]["hasPreviousPage"]) == (False, True)
    for person, code in ((other.admin, "NOT_FOUND"),):
        (error,) = await refused(person, ACTIVITY, **given)
        assert error["extensions"]["code"] in (code, "FORBIDDEN")
    for variables, field in (
        ({"after": "winter"}, "after"),
        ({"filter": {"brandId": brand.id, "type": ["no type"]}}, "filter.type.0"),
        ({"filter": {"brandId": brand.id, "from": "winter"}}, "filter.from"),
        ({"filter": {"brandId": brand.id, "actor": "winter"}}, "filter.actor"),
        ({"filter": {"brandId": "winter"}}, "filter.brandId"),
    ):
        (error,) = await refused(brand.viewer, ACTIVITY, **(given | variables))
        assert [each["field"] for each in error["extensions"]["details"]] == [field]
