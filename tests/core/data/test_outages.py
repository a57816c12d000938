"""Tests a service that is down or silent: a clear error, and nothing half-written.

The clients here give up after 30 seconds, so a function that waits for a silent service fails the test. The waits
themselves are settings, so no test compares them with the clock of a busy machine.
"""

import asyncio
from collections.abc import Iterator

import pytest

from local.stack.client import RunningStack
from tests.ai.conftest import isolated
from tests.support.errors import assert_problem
from tests.support.servers import dead_server, functions_with, silent_server
from tests.support.world import World

pytestmark = pytest.mark.anyio

AI_FUNCTION_SECONDS = 60.0


def with_issuer(stack: RunningStack, **changes: str) -> dict[str, str]:
    issuer = f"{stack.environment['SUPABASE_URL']}/auth/v1"
    return stack.environment | {"SUPABASE_JWT_ISSUER": issuer} | changes


@pytest.fixture(scope="module", params=["dead", "silent"])
def without_data(request: pytest.FixtureRequest, stack: RunningStack) -> Iterator[tuple[str, str]]:
    if request.param == "dead":
        with functions_with(with_issuer(stack, SUPABASE_URL=dead_server())) as origin:
            yield request.param, origin
    else:
        with silent_server() as url, functions_with(with_issuer(stack, SUPABASE_URL=url)) as origin:
            yield request.param, origin


@pytest.fixture(scope="module", params=["dead", "silent"])
def without_kv(request: pytest.FixtureRequest, stack: RunningStack) -> Iterator[str]:
    if request.param == "dead":
        with functions_with(stack.environment | {"UPSTASH_REDIS_REST_URL": dead_server()}) as origin:
            yield origin
    else:
        with silent_server() as url, functions_with(stack.environment | {"UPSTASH_REDIS_REST_URL": url}) as origin:
            yield origin


async def test_data_api(world: World, without_data: tuple[str, str]) -> None:
    kind, origin = without_data
    person = await world.signed_in()
    person.http.base_url = f"{origin}/api/v1"
    status, code = (503, "SERVICE_UNAVAILABLE") if kind == "dead" else (504, "TIMEOUT")
    for path in ("/contents/nothing", "/ai/nothing"):
        await person.get(path)  # an import takes longer on a loaded machine than KV has time
    responses = await asyncio.gather(
        person.get("/contents"),
        person.post("/contents", {"brandId": "00000000-0000-7000-8000-00000000000a", "title": "x"}),
        person.post("/ai/generate", {"contentId": "00000000-0000-7000-8000-00000000000a"}),
    )
    for response in responses:
        assert_problem(response, status, code)
        assert int(response.headers["Retry-After"]) > 0


async def test_signing_in_without_auth(world: World, without_data: tuple[str, str]) -> None:
    person = await world.person(without_data[1])
    response = await person.sign_in()
    assert_problem(response, 503, "SERVICE_UNAVAILABLE")
    assert response.headers["Retry-After"]


async def test_reading_goes_on_without_kv(world: World, without_kv: str) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    brand.editor.http.base_url = f"{without_kv}/api/v1"
    response = await brand.editor.get(f"/contents/{content['id']}")
    assert response.status_code == 200, response.text
    assert "X-RateLimit-Limit" not in response.headers


async def test_writing_is_refused_without_kv(world: World, without_kv: str) -> None:
    brand = await world.brand()
    brand.editor.http.base_url = f"{without_kv}/api/v1"
    response = await brand.editor.post("/contents", {"brandId": brand.id, "title": "x"})
    assert_problem(response, 503, "SERVICE_UNAVAILABLE")
    assert world.rows("select 1 from public.contents where brand_id = %s", brand.id) == []


async def test_requests_that_must_be_limited_are_refused_without_kv(world: World, without_kv: str) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    brand.editor.http.base_url = f"{without_kv}/api/v1"
    for response in (
        await brand.editor.post("/ai/generate", {"contentId": content["id"]}),
        await brand.editor.sign_in(),
    ):
        assert_problem(response, 503, "SERVICE_UNAVAILABLE")
        assert response.headers["Retry-After"]
    assert world.rows("select 1 from public.ai_generations where content_id = %s", content["id"]) == []


@pytest.mark.parametrize("fault", ["429", "500", "slow"])
async def test_models_that_refuse_or_hang(world: World, stack: RunningStack, fault: str) -> None:
    """A 503 that names the providers that were tried, within the time limit."""
    brand = await world.brand()
    content = await world.draft(brand)
    hurried = {"AI_FIRST_TOKEN_SECONDS": "1", "AI_TOTAL_SECONDS": "20"}
    with functions_with(isolated(stack) | hurried) as origin:
        brand.editor.http.base_url = f"{origin}/api/v1"
        brand.editor.http.timeout = AI_FUNCTION_SECONDS
        body = {"contentId": content["id"], "instructions": f"[[fault:{fault}]]"}
        response = await brand.editor.post("/ai/generate", body)
        problem = assert_problem(response, 503, "AI_SERVICE_ERROR")
    for name in ("azure_openai", "openai", "anthropic"):
        assert f"{name}: " in problem["message"]
    brand.editor.http.base_url = f"{stack.urls['web']}/api/v1"
    assert int(response.headers["Retry-After"]) > 0
    generation = world.rows("select status::text from public.ai_generations where content_id = %s", content["id"])
    assert generation == [{"status": "failed"}]
    after = (await brand.editor.get(f"/contents/{content['id']}")).json()["data"]
    assert (after["version"], after["fields"]) == (content["version"], content["fields"])


async def test_model_server_that_is_down(world: World, stack: RunningStack) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    dead = dead_server()
    nobody = {"AZURE_OPENAI_ENDPOINT": dead, "OPENAI_BASE_URL": f"{dead}/v1", "ANTHROPIC_BASE_URL": dead}
    with functions_with(isolated(stack) | nobody) as origin:
        brand.editor.http.base_url = f"{origin}/api/v1"
        brand.editor.http.timeout = AI_FUNCTION_SECONDS
        response = await brand.editor.post("/ai/generate", {"contentId": content["id"]})
    assert_problem(response, 503, "AI_SERVICE_ERROR")
    assert int(response.headers["Retry-After"]) > 0
