"""Tests the budget of design §2: one call of KV and one of the data API, side by side for reads, and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from uuid import uuid4

import httpx
import pytest
import redis

from lib.core.auth.sessions import session_key
from local.stack.client import RunningStack
from tests.support.errors import assert_problem
from tests.support.recorder import Hop, Recorder, recording
from tests.support.servers import functions_with
from tests.support.world import World, session_of

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def recorded(stack: RunningStack) -> Iterator[tuple[Recorder, str]]:
    with recording(stack.environment) as (recorder, settings), functions_with(settings) as running:
        yield recorder, running


@pytest.fixture
def recorder(recorded: tuple[Recorder, str]) -> Recorder:
    return recorded[0]


@pytest.fixture
def origin(recorded: tuple[Recorder, str]) -> str:
    return recorded[1]


def assert_two_round_trips(hops: list[Hop], data_path: str) -> None:
    """Asserts one round trip of KV calls, which may run in parallel, and then one data call."""
    *kv, data = hops
    assert [hop.service for hop in kv] == ["kv"] * len(kv)
    assert kv, "no rate limit and no session check"
    assert max(hop.began for hop in kv) < min(hop.ended for hop in kv), "the KV calls waited for each other"
    assert data.service == "supabase"
    assert data.path == data_path
    assert data.began >= max(hop.ended for hop in kv)


async def assert_side_by_side(
    recorder: Recorder, data_path: str, request: Callable[[], Awaitable[httpx.Response]]
) -> None:
    """Asserts one call of KV and one of the data API. Neither is answered before both have begun."""
    recorder.hops.clear()
    recorder.held |= {"kv", "supabase"}
    try:
        asked = asyncio.ensure_future(request())
        await recorder.wait_for_begun("kv", "supabase")
    finally:
        recorder.held.clear()
    response = await asked
    assert response.status_code == 200, response.text
    assert sorted(hop.service for hop in recorder.hops) == ["kv", "supabase"]
    assert [hop.path for hop in recorder.hops if hop.service == "supabase"] == [data_path]


async def test_get_and_post_of_a_content(world: World, recorder: Recorder, origin: str) -> None:
    brand = await world.brand()
    editor = await world.signed_in(origin)
    world.join(editor, brand.id, "editor")
    await editor.get("/users/me")  # connections are opened once per instance

    recorder.hops.clear()
    body = {"brandId": brand.id, "templateId": brand.template_id, "title": "Two hops", "fields": {"topic": "x"}}
    created = await editor.post("/contents", body)
    assert created.status_code == 201, created.text
    assert_two_round_trips(recorder.hops, "rest/v1/rpc/create_content")

    path = f"/contents/{created.json()['data']['id']}"
    await assert_side_by_side(recorder, "rest/v1/rpc/get_content", lambda: editor.get(path))
    await assert_side_by_side(recorder, "rest/v1/rpc/get_content", lambda: editor.http.head(path))


async def test_rich_text_of_a_brand_that_takes_more(world: World, recorder: Recorder, origin: str) -> None:
    """The first text with such elements is sent twice, to learn what the brand takes; all others once."""
    brand = await world.brand()
    editor = await world.signed_in(origin)
    world.join(editor, brand.id, "editor")
    world.rows('update public.brands set settings = \'{"richText": ["lists"]}\' where id = %s', brand.id)
    await editor.get("/users/me")  # connections are opened once per instance
    body = {"brandId": brand.id, "title": "Two hops", "body": "<ul><li>x</li></ul>"}
    calls: list[int] = []
    for _ in range(2):
        recorder.hops.clear()
        created = await editor.post("/contents", body)
        assert created.json()["data"]["body"] == body["body"], created.text
        calls.append(sum(hop.service == "supabase" for hop in recorder.hops))
    assert calls == [2, 1]
    recorder.hops.clear()
    content = created.json()["data"]
    await editor.patch(f"/contents/{content['id']}", 1, {"body": "<ul><li>y</li></ul>"})
    await editor.patch(f"/contents/{content['id']}", 2, {"body": "<ul><li>z</li></ul>"})
    assert sum(hop.service == "supabase" for hop in recorder.hops) == 3


async def test_list_search_and_update(world: World, recorder: Recorder, origin: str) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    editor = await world.signed_in(origin)
    world.join(editor, brand.id, "editor")
    path = f"/contents/{content['id']}"
    reads = {
        "rest/v1/rpc/list_contents": lambda: editor.get("/contents", brandId=brand.id),
        "rest/v1/rpc/search_contents": lambda: editor.get("/contents/search", q="title"),
        "rest/v1/rpc/suggest_contents": lambda: editor.get("/contents/suggest", q="tit"),
        "rest/v1/rpc/list_content_history": lambda: editor.get(f"{path}/events"),
        "rest/v1/rpc/get_version": lambda: editor.get(f"{path}/versions/compare", **{"from": 1, "to": 2}),
        "rest/v1/rpc/list_comments": lambda: editor.get(f"{path}/comments"),
        "rest/v1/rpc/list_activity": lambda: editor.get("/activity", brandId=brand.id),
        "rest/v1/rpc/list_templates": lambda: editor.get("/templates", brandId=brand.id),
        "rest/v1/rpc/list_brands": lambda: editor.get("/brands"),
        "rest/v1/rpc/list_members": lambda: editor.get(f"/brands/{brand.id}/members"),
        "rest/v1/rpc/get_me": lambda: editor.get("/users/me"),
    }
    changes = {
        "rest/v1/rpc/update_content": lambda: editor.patch(path, 1, {"title": "Two"}),
        "rest/v1/rpc/add_comment": lambda: editor.post(f"{path}/comments", {"body": "x"}),
        "rest/v1/rpc/duplicate_content": lambda: editor.post(f"{path}/duplicate", {}),
        "rest/v1/rpc/bulk_contents": lambda: editor.post(
            "/contents/bulk", {"contentIds": [content["id"]], "operation": "tag", "add": ["x"]}
        ),
        "rest/v1/rpc/import_contents": lambda: editor.post(
            "/contents/import", {"brandId": brand.id, "data": [{"title": "x"}]}
        ),
        "rest/v1/rpc/submit_content": lambda: editor.post(f"{path}/submit"),
        # An Idempotency-Key of the caller adds no round trip.
        "rest/v1/rpc/create_content": lambda: editor.http.post(
            "/contents", json={"brandId": brand.id, "title": "x"}, headers={"Idempotency-Key": uuid4().hex}
        ),
    }
    for data_path, request in changes.items():
        recorder.hops.clear()
        response = await request()
        assert response.status_code in (200, 201), response.text
        assert_two_round_trips(recorder.hops, data_path)

    for data_path, request in reads.items():
        await assert_side_by_side(recorder, data_path, request)


async def test_a_brand_is_read_beside_its_cache(world: World, recorder: Recorder, origin: str) -> None:
    """The cached brand is read together with the session, and the one data call checks permission and currency.

    A new entry is written to KV after the response.
    """
    brand = await world.brand()
    viewer = await world.signed_in(origin)
    world.join(viewer, brand.id, "viewer")
    await viewer.get("/users/me")
    for is_first in (True, False, False):
        recorder.hops.clear()
        response = await viewer.get(f"/brands/{brand.id}")
        assert response.status_code == 200, response.text
        data = [hop for hop in recorder.hops if hop.service == "supabase"]
        assert [hop.path for hop in data] == ["rest/v1/rpc/read_brand"]
        kv = [hop for hop in recorder.hops if hop.service == "kv" and hop.began < data[0].began]
        assert_two_round_trips([*kv, *data], "rest/v1/rpc/read_brand")
        # Wait until the new entry is in KV: otherwise writing it would count as a call of the next request.
        await recorder.wait_for_calls(len(kv) + len(data) + is_first)


async def test_delivery_asks_twice_as_well(world: World, recorder: Recorder, origin: str) -> None:
    brand = await world.brand()
    content = await world.published(brand)
    slug = world.rows("select slug from public.brands where id = %s", brand.id)[0]["slug"]
    async with httpx.AsyncClient(base_url=f"{origin}/api/v1/delivery/{slug}") as website:
        for path, function in (("/contents", "deliver_contents"), (f"/contents/{content['slug']}", "deliver_content")):
            await website.get("/contents", params={"type": "x"})
            await assert_side_by_side(recorder, f"rest/v1/rpc/{function}", partial(website.get, path))


async def test_a_generation(world: World, recorder: Recorder, origin: str) -> None:
    """Two round trips, a cache lookup, the model, and the record together with the circuit and the cache."""
    brand = await world.brand()
    editor = await world.signed_in(origin)
    world.join(editor, brand.id, "editor")
    body = {"brandId": brand.id, "topic": "Frost", "count": 2}
    await editor.post("/ai/titles", body)  # connections and the SDK are opened once per instance

    recorder.hops.clear()
    answer = await editor.post("/ai/titles", body | {"topic": "Snow"})
    assert answer.status_code == 200, answer.text
    before = next(index for index, hop in enumerate(recorder.hops) if hop.path.endswith("begin_generation"))
    assert_two_round_trips(recorder.hops[: before + 1], "rest/v1/rpc/begin_generation")
    look, *after = recorder.hops[before + 1 :]
    assert look.service == "kv"
    assert sorted(hop.path for hop in after if hop.service == "supabase") == ["rest/v1/rpc/settle_generation"]
    assert len(after) == 3, "the circuit's and the cache's notes, beside the record"

    recorder.hops.clear()
    await editor.post("/ai/titles", body | {"topic": "Snow", "regenerate": True})
    before = next(index for index, hop in enumerate(recorder.hops) if hop.path.endswith("begin_generation"))
    assert len(recorder.hops) == before + 1 + 3, "nothing is looked up for what is to be written anew"


async def test_a_request_by_api_key(world: World, recorder: Recorder, origin: str) -> None:
    """A known key is checked by KV beside the read; only the first request of a key reads it from the database."""
    brand = await world.brand()
    body = {"brandId": brand.id, "name": "Website", "scopes": ["content:read"]}
    key = (await brand.admin.post("/users/api-keys", body)).json()["data"]["key"]
    content = await world.draft(brand)
    async with httpx.AsyncClient(base_url=f"{origin}/api/v1", headers={"X-API-Key": key}) as program:
        assert (await program.get(f"/contents/{content['id']}")).status_code == 200
        path = f"/contents/{content['id']}"
        await assert_side_by_side(recorder, "rest/v1/rpc/get_content", lambda: program.get(path))


async def test_nothing_is_shown_before_kv_has_answered(world: World, recorder: Recorder, origin: str) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    kv = redis.Redis.from_url(world.stack.redis_url)
    for path in (f"/contents/{content['id']}", f"/contents/{uuid4()}"):
        viewer = await world.signed_in(origin)
        world.join(viewer, brand.id, "viewer")
        recorder.hops.clear()
        recorder.held.add("kv")
        try:
            asked = asyncio.ensure_future(viewer.get(path))
            await recorder.wait_for_begun("kv", "supabase")
            await recorder.wait_for_calls(1)
            assert not asked.done()
            # The session ends while KV has the question.
            kv.delete(session_key(session_of(viewer)))
        finally:
            recorder.held.clear()
        refused = await asked
        assert_problem(refused, 401, "SESSION_INVALID")
        assert "Server-Timing" not in refused.headers
        assert "ETag" not in refused.headers


async def test_a_refusal_does_not_wait_for_the_data_api(world: World, recorder: Recorder, origin: str) -> None:
    brand = await world.brand()
    viewer = await world.signed_in(origin)
    world.join(viewer, brand.id, "viewer")
    redis.Redis.from_url(world.stack.redis_url).delete(session_key(session_of(viewer)))
    recorder.hops.clear()
    recorder.held.add("supabase")
    try:
        refused = await viewer.get("/contents", brandId=brand.id)
    finally:
        recorder.held.clear()
    assert_problem(refused, 401, "SESSION_INVALID")
