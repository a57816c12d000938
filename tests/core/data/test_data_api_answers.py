"""Tests, over HTTP, the errors of the gateway and PostgREST that occur before or around a statement."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from starlette.responses import JSONResponse, Response

from local.stack.client import RunningStack
from tests.support.errors import assert_problem
from tests.support.recorder import Recorder, recording
from tests.support.servers import functions_with
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def recorded(stack: RunningStack) -> Iterator[tuple[Recorder, str]]:
    with recording(stack.environment) as (recorder, settings), functions_with(settings) as running:
        yield recorder, running


@pytest.fixture
def gateway(recorded: tuple[Recorder, str]) -> Iterator[Recorder]:
    recorder, _ = recorded
    recorder.hops.clear()
    yield recorder
    recorder.answers.clear()
    recorder.repeats = 0


@pytest.fixture
async def brand(world: World, recorded: tuple[Recorder, str]) -> Brand:
    made = await world.brand()
    made.editor.http.base_url = f"{recorded[1]}/api/v1"
    return made


def refusal(status: int, code: str, message: str) -> Response:
    body = {"code": code, "message": message, "details": None, "hint": None}
    return JSONResponse(body, status, {"Proxy-Status": f"PostgREST; error={code}"})


def future() -> Response:
    return refusal(401, "PGRST303", "JWT issued at future")


GATEWAY_REFUSALS = {
    "wrong key": lambda: JSONResponse({"message": "Invalid API key", "hint": "Double check your API key."}, 401),
    "no key": lambda: JSONResponse({"message": "No API key found in request"}, 401),
    "empty": lambda: Response(status_code=401),
    "html": lambda: Response("<html>error 521</html>", 521, media_type="text/html"),
    "function": lambda: refusal(404, "PGRST202", "Could not find the function public.x in the schema cache"),
    "column": lambda: refusal(400, "PGRST204", "Could not find the 'x' column of 'contents' in the schema cache"),
    "table": lambda: refusal(404, "PGRST205", "Could not find the table 'public.x' in the schema cache"),
}


@pytest.mark.parametrize("name", GATEWAY_REFUSALS)
async def test_an_outage_is_no_fault_of_the_caller(brand: Brand, gateway: Recorder, name: str) -> None:
    for request in (lambda: brand.editor.get("/contents"), lambda: brand.editor.post("/contents", new(brand))):
        gateway.answers.append(GATEWAY_REFUSALS[name]())
        response = await request()
        assert_problem(response, 503, "SERVICE_UNAVAILABLE")
        assert int(response.headers["Retry-After"]) > 0


async def test_a_gateway_that_gave_up_waiting(brand: Brand, gateway: Recorder) -> None:
    gateway.answers.append(Response("upstream request timeout", 504, media_type="text/plain"))
    assert_problem(await brand.editor.get("/contents"), 504, "TIMEOUT")


async def test_a_token_that_the_data_api_takes_for_one_of_the_future(brand: Brand, gateway: Recorder) -> None:
    gateway.answers.append(future())
    assert (await brand.editor.get("/contents")).status_code == 200
    gateway.answers += [future(), future()]
    assert_problem(await brand.editor.get("/contents"), 503, "SERVICE_UNAVAILABLE")


async def test_a_claim_that_is_refused(brand: Brand, gateway: Recorder) -> None:
    for message, code in (("JWT expired", "TOKEN_EXPIRED"), ("JWT not in audience", "INVALID_TOKEN")):
        gateway.answers.append(refusal(401, "PGRST303", message))
        assert_problem(await brand.editor.get("/contents"), 401, code)


def new(brand: Brand) -> dict[str, str]:
    return {"brandId": brand.id, "title": "Once"}


def count(world: World, brand: Brand, table: str = "contents") -> int:
    return world.rows(f"select count(*) as n from public.{table} where brand_id = %s", brand.id)[0]["n"]


async def test_a_gateway_that_repeats_calls(world: World, brand: Brand, gateway: Recorder) -> None:
    """Repeats each call three times: the command runs once, and each response is the first one."""
    gateway.repeats = 2
    created = await brand.editor.post("/contents", new(brand))
    assert created.status_code == 201, created.text
    assert "Idempotency-Replayed" not in created.headers
    path = f"/contents/{created.json()['data']['id']}"
    changed = await brand.editor.patch(path, 1, {"title": "Changed"})
    assert (changed.status_code, changed.json()["data"]["version"]) == (200, 2)
    assert (await brand.editor.post(f"{path}/comments", {"body": "Once"})).status_code == 201
    generated = await brand.editor.post("/ai/titles", {"brandId": brand.id, "topic": "Frost", "count": 2})
    assert generated.status_code == 200, generated.text
    assert (await brand.editor.delete(path)).status_code == 204
    assert count(world, brand) == 1
    assert count(world, brand, "comments") == 1
    assert world.rows("select status::text from public.ai_generations where brand_id = %s", brand.id) == [
        {"status": "completed"}
    ]
    line = {"title": "A line of a stream", "brandId": brand.id}
    streamed = await brand.editor.http.post(
        "/contents/stream", content=JSONResponse(line).body, headers={"Content-Type": "application/x-ndjson"}
    )
    assert streamed.status_code == 200, streamed.text
    assert count(world, brand) == 2


async def test_the_key_of_a_call_is_not_the_caller_s_to_choose(brand: Brand, gateway: Recorder) -> None:
    """Two requests with one X-Request-Id are two requests."""
    for _ in range(2):
        answer = await brand.editor.http.post(
            "/contents", json=new(brand), headers={"X-Request-Id": "one-and-the-same"}
        )
        assert answer.status_code == 201
    calls = [hop.arguments for hop in gateway.hops if hop.path.endswith("create_content")]
    assert [call.get("fingerprint") for call in calls] == [None, None]
    assert calls[0]["key"] != calls[1]["key"]


async def test_keys_of_calls_are_kept_for_a_quarter_of_an_hour(world: World, brand: Brand, gateway: Recorder) -> None:
    await brand.editor.post("/contents", new(brand))
    await brand.editor.http.post("/contents", json=new(brand), headers={"Idempotency-Key": uuid4().hex})
    kept = world.rows(
        "select (extract(epoch from expires_at - created_at) / 60)::int as minutes, fingerprint is null as is_ours "
        "from private.idempotency_keys where owner_id = %s order by expires_at",
        world.id_of(brand.editor),
    )
    assert kept == [{"minutes": 15, "is_ours": True}, {"minutes": 24 * 60, "is_ours": False}]
