"""Permissions, the configuration, sender settings and dead letters by GraphQL."""

from typing import Any
from uuid import uuid4

import pytest

from tests.graph.administration.test_api_keys import program
from tests.graph.likeness import assert_alike
from tests.jobs.test_dead_letters import dead_job, setback
from tests.support.graph import ask, refused
from tests.support.world import World
from tests.workflow.office import data

pytestmark = pytest.mark.anyio

SETTINGS = "query($id: ID!) { mailSettings(brandId: $id) { version senderName } }"
REPLACE = """mutation($id: ID!, $input: MailSettingsInput!, $version: Int!) {
  replaceMailSettings(brandId: $id, input: $input, expectedVersion: $version) {
    mailSettings { version senderName replyTo language tracks brand { id } }
    problem { __typename ... on StaleVersion { currentVersion } ... on ValidationProblem { details { field } } } } }"""
LETTERS = """query($filter: DeadLetterFilter, $first: Int, $after: String) {
  deadLetters(filter: $filter, first: $first, after: $after) {
    nodes { id brandId brandName } edges { cursor } totalCount pageInfo { endCursor hasNextPage } } }"""
REQUEUE = "mutation($id: ID!) { requeueDeadLetter(id: $id) { requeuedId problem { __typename } } }"
DISMISS = "mutation($id: ID!) { dismissDeadLetter(id: $id) { deletedId problem { __typename } } }"


async def test_permissions(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    world.join(brand.viewer, other.id, "editor")
    told = data(await brand.viewer.get("/users/me/permissions"))
    assert len(told) == 2
    await assert_alike(brand.viewer, "permissions", "BrandPermissions", told)
    document = """query($id: ID, $first: Int, $after: String) {
      permissions(brandId: $id, first: $first, after: $after) {
      nodes { brandId brandName brandSlug role brand { id } } totalCount pageInfo { endCursor hasNextPage } } }"""
    first = (await ask(brand.viewer, document, first=1))["permissions"]
    second = (await ask(brand.viewer, document, first=1, after=first["pageInfo"]["endCursor"]))["permissions"]
    assert [each["brandId"] for each in first["nodes"] + second["nodes"]] == [each["brand"]["id"] for each in told]
    assert (first["totalCount"], second["pageInfo"]["hasNextPage"]) == (2, False)
    (own,) = (await ask(brand.viewer, document, id=other.id))["permissions"]["nodes"]
    assert own == {
        "brandId": other.id,
        "brandName": other.name,
        "brandSlug": other.name.lower().replace(" ", "-"),
        "role": "EDITOR",
        "brand": {"id": other.id},
    }
    nothing = (await ask(brand.editor, document, id=other.id))["permissions"]
    assert (nothing["nodes"], nothing["totalCount"]) == ([], 0)


async def test_permissions_of_a_key(world: World) -> None:
    brand = await world.brand()
    given = {"brandId": brand.id, "name": "Website", "scopes": ["ai:generate"]}
    key = data(await brand.admin.post("/users/api-keys", given), 201)["key"]
    async with program(world, key) as asked:
        found = await asked("{ permissions { nodes { brandId brandName permissions } totalCount } }")
        assert "errors" not in found, found
        (own,) = found["data"]["permissions"]["nodes"]
        assert (own["brandId"], own["brandName"]) == (brand.id, brand.name)
        assert "brand.update" not in own["permissions"]


async def test_the_configuration(world: World) -> None:
    person = await world.signed_in()
    await assert_alike(person, "config", "PublicConfig", data(await person.get("/config")))


async def test_sender_settings(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    path = f"/mail/settings/{brand.id}"

    async def is_as_in_rest() -> None:
        told = data(await brand.admin.get(path))
        field = "mailSettings(brandId: $id)"
        await assert_alike(brand.admin, field, "MailSettings", told, declared="$id: ID!", id=brand.id)

    await is_as_in_rest()
    given = {"senderName": "Aurora", "replyTo": "content@aurora.test", "language": "de", "tracks": True}
    changed = (await ask(brand.admin, REPLACE, id=brand.id, input=given, version=0))["replaceMailSettings"]
    assert changed == {"mailSettings": given | {"version": 1, "brand": {"id": brand.id}}, "problem": None}
    await is_as_in_rest()
    stale = (await ask(brand.admin, REPLACE, id=brand.id, input=given, version=0))["replaceMailSettings"]
    assert stale == {"mailSettings": None, "problem": {"__typename": "StaleVersion", "currentVersion": 1}}
    for wrong, field in (({"senderName": "MixerAI"}, "input.senderName"), ({"language": "x"}, "input.language")):
        bad = (await ask(brand.admin, REPLACE, id=brand.id, input=wrong, version=1))["replaceMailSettings"]
        assert bad["problem"] == {"__typename": "ValidationProblem", "details": [{"field": field}]}
    cleared = (await ask(brand.admin, REPLACE, id=brand.id, input={}, version=1))["replaceMailSettings"]["mailSettings"]
    assert (cleared["senderName"], cleared["tracks"], cleared["version"]) == (None, False, 2)
    for person, code in ((brand.editor, "FORBIDDEN"), (brand.viewer, "FORBIDDEN"), (other.admin, "NOT_FOUND")):
        for document, variables in ((SETTINGS, {}), (REPLACE, {"input": given, "version": 2})):
            (error,) = await refused(person, document, id=brand.id, **variables)
            assert error["extensions"]["code"] == code


async def test_dead_letters_are_listed(world: World) -> None:
    brand, admin = await world.brand(), await world.platform_admin()
    ids = {dead_job(world, brand), dead_job(world, brand, queue="mail", kind="send_mail")}
    ids.add(setback(world, brand, "publish_due"))
    of_nobody = dead_job(world, None, queue="none")
    told = data(await admin.get("/admin/dead-letters", brandId=brand.id))
    field = "deadLetters(filter: {brandId: $id})"
    await assert_alike(admin, field, "DeadLetter", told, declared="$id: ID!", id=brand.id)
    given: dict[str, Any] = {"filter": {"brandId": brand.id}, "first": 2}
    first = (await ask(admin, LETTERS, **given))["deadLetters"]
    second = (await ask(admin, LETTERS, **given, after=first["pageInfo"]["endCursor"]))["deadLetters"]
    assert [each["id"] for each in first["nodes"] + second["nodes"]] == [each["id"] for each in told]
    assert {each["id"] for each in told} == ids
    for place, edge in enumerate(first["edges"] + second["edges"]):
        behind = (await ask(admin, LETTERS, filter=given["filter"], after=edge["cursor"]))["deadLetters"]["nodes"]
        assert [each["id"] for each in behind] == [each["id"] for each in told[place + 1 :]]
    assert {each["brandName"] for each in first["nodes"]} == {brand.name}
    (job,) = (await ask(admin, LETTERS, filter={"brandId": brand.id, "kind": "MAIL"}))["deadLetters"]["nodes"]
    assert job["id"] in ids
    jobs = (await ask(admin, LETTERS, filter={"kind": "JOB"}, first=100))["deadLetters"]["nodes"]
    (without,) = [each for each in jobs if each["id"] == of_nobody]
    assert without == {"id": of_nobody, "brandId": None, "brandName": None}


async def test_dead_letters_are_tried_again_or_dismissed(world: World) -> None:
    brand, admin = await world.brand(), await world.platform_admin()
    again, never = dead_job(world, brand, queue="none"), dead_job(world, brand)
    for person in (brand.admin, brand.viewer):
        assert (await refused(person, LETTERS))[0]["extensions"]["code"] == "FORBIDDEN"
        for document in (REQUEUE, DISMISS):
            assert (await refused(person, document, id=again))[0]["extensions"]["code"] == "FORBIDDEN"
    assert (await ask(admin, REQUEUE, id=again))["requeueDeadLetter"] == {"requeuedId": again, "problem": None}
    assert world.rows("select attempts from private.jobs where id = %s", again) == [{"attempts": 0}]
    assert (await ask(admin, DISMISS, id=never))["dismissDeadLetter"] == {"deletedId": never, "problem": None}
    assert (await ask(admin, LETTERS, filter={"brandId": brand.id}))["deadLetters"]["nodes"] == []
    for document in (REQUEUE, DISMISS):
        for unknown in (again, str(uuid4())):
            assert (await refused(admin, document, id=unknown))[0]["extensions"]["code"] == "NOT_FOUND"
