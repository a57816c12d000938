"""Tests Idempotency-Key: a repeated request gets the first response, another one is refused, two at once run once."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.demo.callers import Person
from local.tls import TLS
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


async def post(person: Person, path: str, body: dict[str, Any] | None, key: str) -> httpx.Response:
    return await person.http.post(path, json=body, headers={"Idempotency-Key": key})


def count(world: World, brand: Brand, table: str = "contents") -> int:
    return world.rows(f"select count(*) as n from public.{table} where brand_id = %s", brand.id)[0]["n"]


async def test_every_post_gives_its_first_answer_again(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}"
    comment = (await brand.editor.post(f"{path}/comments", {"body": "x"})).json()["data"]["id"]
    approved = await world.approved(brand)
    template = {
        "brandId": brand.id,
        "name": "T",
        "contentType": "article",
        "inputFields": [{"id": "a", "name": "A", "type": "short_text"}],
        "outputFields": [{"id": "b", "name": "B"}],
    }
    new = {"brandId": brand.id, "title": "Once"}
    requests: list[tuple[Person, str, dict[str, Any] | None]] = [
        (brand.editor, "/contents", new),
        (brand.editor, f"{path}/duplicate", {}),
        (brand.editor, f"{path}/versions", {"note": "n"}),
        (brand.editor, f"{path}/versions/1/restore", None),
        (brand.editor, f"{path}/comments", {"body": "Once"}),
        (brand.editor, f"/comments/{comment}/resolve", None),
        (brand.editor, f"/comments/{comment}/reopen", None),
        (brand.editor, "/contents/bulk", {"contentIds": [content["id"]], "operation": "tag", "add": ["t"]}),
        (brand.editor, "/contents/import", {"brandId": brand.id, "data": [{"title": "Imported"}]}),
        (brand.editor, f"{path}/submit", None),
        (brand.viewer, f"{path}/request-changes", {"reason": "r"}),
        (brand.editor, f"{path}/submit", {}),
        (brand.editor, f"{path}/withdraw", {"reason": "r"}),
        (brand.editor, f"{path}/submit", None),
        (brand.viewer, f"{path}/reject", {"reason": "r"}),
        (brand.admin, f"{path}/restart", None),
        (brand.viewer, f"{path}/approve", {"comment": "c"}),
        (brand.admin, f"{path}/schedule", {"scheduledFor": "2031-01-01T00:00:00Z"}),
        (brand.admin, f"{path}/unschedule", None),
        (brand.admin, f"{path}/publish", None),
        (brand.admin, f"{path}/archive", {"reason": "r"}),
        (brand.admin, f"{path}/reopen", None),
        (brand.admin, f"/contents/{approved['id']}/publish", None),
        (brand.admin, "/templates", template),
        (brand.admin, f"/brands/{brand.id}/agencies", {"name": "Authority"}),
        (platform, "/brands", {"name": f"Brand {uuid4().hex}"}),
    ]
    for person, where, body in requests:
        key = uuid4().hex
        first = await post(person, where, body, key)
        assert first.status_code in (200, 201), f"{where}: {first.text}"
        assert first.headers["Idempotency-Replayed"] == "false"
        events = world.rows("select count(*) as n from public.domain_events where brand_id = %s", brand.id)
        again = await post(person, where, body, key)
        assert again.headers["Idempotency-Replayed"] == "true", where
        assert (again.status_code, again.json()["data"]) == (first.status_code, first.json()["data"])
        for header in ("ETag", "Location"):
            assert again.headers.get(header) == first.headers.get(header)
        assert world.rows("select count(*) as n from public.domain_events where brand_id = %s", brand.id) == events
    await brand.editor.delete(path)
    key = uuid4().hex
    restored = [await post(brand.editor, f"{path}/restore", None, key) for _ in range(2)]
    assert restored[0].json()["data"] == restored[1].json()["data"]


async def test_another_request_under_the_same_key_is_refused(world: World) -> None:
    brand = await world.brand()
    key, body = uuid4().hex, {"brandId": brand.id, "title": "Once"}
    first = (await post(brand.editor, "/contents", body, key)).json()["data"]
    for path, other in (
        ("/contents", body | {"title": "Twice"}),
        ("/contents?path=contents", body),
        (f"/contents/{first['id']}/duplicate", {}),
    ):
        assert_problem(await post(brand.editor, path, other, key), 422, "UNPROCESSABLE")
    assert count(world, brand) == 1


async def test_two_at_once_write_once(world: World) -> None:
    brand = await world.brand()
    key, body = uuid4().hex, {"brandId": brand.id, "title": "Once"}
    answers = await asyncio.gather(*(post(brand.editor, "/contents", body, key) for _ in range(12)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    assert sorted(answer.headers["Idempotency-Replayed"] for answer in answers) == ["false"] + ["true"] * 11
    assert count(world, brand) == 1


async def test_a_key_is_its_person_s_own(world: World) -> None:
    brand = await world.brand()
    key, body = uuid4().hex, {"brandId": brand.id, "title": "Once"}
    mine = (await post(brand.editor, "/contents", body, key)).json()["data"]
    theirs = (await post(brand.admin, "/contents", body, key)).json()["data"]
    assert mine["id"] != theirs["id"]
    stranger = await world.brand()
    assert_problem(await post(stranger.editor, "/contents", body, key), 404, "NOT_FOUND")


async def make_key(brand: Brand, *scopes: str) -> tuple[str, httpx.AsyncClient]:
    """Creates an API key of the brand's admin: its id and a client that sends it."""
    body = {"brandId": brand.id, "name": "Program", "scopes": scopes}
    made = (await brand.admin.post("/users/api-keys", body)).json()["data"]
    client = httpx.AsyncClient(base_url=brand.admin.http.base_url, headers={"X-API-Key": made["key"]}, verify=TLS)
    return made["id"], client


async def test_a_key_is_its_credential_s_own(world: World) -> None:
    """Neither another key of the same person nor the person gets the answer, and each may use the same key string."""
    brand = await world.brand()
    body = {"brandId": brand.id, "title": "Once"}
    _, writer = await make_key(brand, "content:write")
    _, other = await make_key(brand, "content:write")
    _, reader = await make_key(brand, "content:read")
    key = {"Idempotency-Key": uuid4().hex}
    async with writer, other, reader:
        by_person = await brand.admin.http.post("/contents", json=body, headers=key)
        answers = [await client.post("/contents", json=body, headers=key) for client in (writer, other, writer)]
        assert [answer.status_code for answer in (by_person, *answers)] == [201] * 4
        replayed = [answer.headers["Idempotency-Replayed"] for answer in (by_person, *answers)]
        assert replayed == ["false", "false", "false", "true"]
        assert len({answer.json()["data"]["id"] for answer in (by_person, *answers)}) == 3
        # A scope that gives no right to the command does not give its answer either.
        assert_problem(await reader.post("/contents", json=body, headers=key), 403, "FORBIDDEN")
        lines = json.dumps(body) + "\n"
        ndjson = {"Idempotency-Key": uuid4().hex, "Content-Type": "application/x-ndjson"}
        streams = [await client.post("/contents/stream", content=lines, headers=ndjson) for client in (writer, other)]
        assert len({answer.text.splitlines()[0] for answer in streams}) == 2


CHANGES = {
    "a membership that ended": "delete from public.brand_members where user_id = %s and brand_id = %s",
    "a membership that expired": (
        "update public.brand_members set expires_at = now() - interval '1 s' where user_id = %s and brand_id = %s"
    ),
    "a lower role": "update public.brand_members set role = 'viewer' where user_id = %s and brand_id = %s",
    "a restriction": (
        "update public.brand_members set restrictions = '{content.read}' where user_id = %s and brand_id = %s"
    ),
    "a deleted brand": "update public.brands set deleted_at = now() where %s::uuid is not null and id = %s",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_an_answer_is_void_when_access_ends(world: World, change: str) -> None:
    brand = await world.brand()
    body, key, stream = {"brandId": brand.id, "title": "Secret title"}, uuid4().hex, uuid4().hex
    ndjson = {"Idempotency-Key": stream, "Content-Type": "application/x-ndjson"}
    line = json.dumps(body) + "\n"
    _, program = await make_key(brand, "content:write")
    async with program:
        for http in (brand.editor.http, program):
            assert (await http.post("/contents", json=body, headers={"Idempotency-Key": key})).status_code == 201
            assert '"created": 1' in (await http.post("/contents/stream", content=line, headers=ndjson)).text
        for person in (brand.editor, brand.admin):
            world.rows(CHANGES[change], world.id_of(person), brand.id)
        for http in (brand.editor.http, program):
            again = await http.post("/contents", json=body, headers={"Idempotency-Key": key})
            assert_problem(again, 422, "UNPROCESSABLE")
            assert "Secret" not in again.text
            replayed = await http.post("/contents/stream", content=line, headers=ndjson)
            assert "contentId" not in replayed.text, replayed.text
    assert count(world, brand) == 4


async def test_a_revoked_key_gets_no_answer_again(world: World) -> None:
    brand = await world.brand()
    body, headers = {"brandId": brand.id, "title": "Secret title"}, {"Idempotency-Key": uuid4().hex}
    key_id, program = await make_key(brand, "content:write")
    async with program:
        assert (await program.post("/contents", json=body, headers=headers)).status_code == 201
        # Past our own cache, which forgets the key as well.
        world.rows("update public.api_keys set revoked_at = now() where id = %s", key_id)
        assert_problem(await program.post("/contents", json=body, headers=headers), 401, "UNAUTHORIZED")


async def test_access_to_another_brand_leaves_the_answer(world: World) -> None:
    brand, second = await world.brand(), await world.brand()
    body, key = {"brandId": brand.id, "title": "Once"}, uuid4().hex
    first = await post(brand.editor, "/contents", body, key)
    world.join(brand.editor, second.id, "viewer")
    again = await post(brand.editor, "/contents", body, key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["data"]["id"] == first.json()["data"]["id"]


async def test_a_refused_request_leaves_the_key_unused(world: World) -> None:
    brand = await world.brand()
    key = uuid4().hex
    path = f"/contents/{(await world.draft(brand, fields={'topic': 'winter'}))['id']}"
    assert_problem(await post(brand.editor, f"{path}/submit", None, key), 400, "VALIDATION_ERROR")
    await brand.editor.patch(path, 1, {"fields": {"headline": "A headline"}})
    assert (await post(brand.editor, f"{path}/submit", None, key)).json()["data"]["status"] == "pending_review"


async def test_a_key_is_forgotten_after_a_day(world: World) -> None:
    brand = await world.brand()
    key, body = uuid4().hex, {"brandId": brand.id, "title": "Once"}
    first = (await post(brand.editor, "/contents", body, key)).json()["data"]
    world.rows("update private.idempotency_keys set expires_at = now() - interval '1 s' where key = %s", key)
    second = await post(brand.editor, "/contents", body | {"title": "Later"}, key)
    assert (second.status_code, second.json()["data"]["id"] != first["id"]) == (201, True)


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "tab\tbed"])
async def test_keys_that_cannot_be(world: World, key: str) -> None:
    person = await world.signed_in()
    answer = await post(person, "/contents", {"brandId": str(uuid4()), "title": "x"}, key)
    error = assert_problem(answer, 400, "VALIDATION_ERROR")
    assert error["details"][0]["field"] == "Idempotency-Key"


async def test_no_function_but_a_command_runs_under_a_key(world: World) -> None:
    """Called past our API, it runs no reading function, no function closed to the caller, and not itself."""
    brand = await world.brand()
    api = world.data_api(brand.admin.access_token).http
    for command, status in (
        ("run_command", 404),
        ("run_patient_command", 404),
        ("list_contents", 404),
        ("publish_due_contents", 404),
        ("pg_sleep", 404),
        ("create_content(); drop table x; --", 404),
    ):
        body = {"command": command, "arguments": {}, "key": uuid4().hex, "fingerprint": "a" * 64}
        answer = await api.post("/rpc/run_command", json=body)
        assert answer.status_code == status, answer.text
    odd = {"command": "create_content", "arguments": {"x": 1}, "key": uuid4().hex, "fingerprint": "a" * 64}
    assert (await api.post("/rpc/run_command", json=odd)).status_code == 400
