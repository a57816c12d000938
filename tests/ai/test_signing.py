"""The commands of a generation require a signature of the platform's functions; a user's token is not enough."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


def signed(world: World, name: str, payload: dict[str, Any], *, secret: str | None = None) -> dict[str, str]:
    text = json.dumps(payload)
    key = secret or world.stack.environment["SIGNING_SECRET"]
    return {name: text, "signature": hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()}


def opening(world: World, brand: Brand, **changes: Any) -> dict[str, Any]:
    return {
        "userId": world.id_of(brand.editor),
        "type": "title_suggestion",
        "brandId": brand.id,
        "promptVersion": "x",
        "candidates": [{"provider": "openai", "model": "gpt-4o-mini"}],
        "bounds": {"promptTokens": 1000, "completionTokens": 300, "attempts": 1},
    } | changes


async def ask(world: World, brand: Brand, function: str, body: dict[str, Any]) -> Any:
    api = world.data_api(brand.editor.access_token)
    return await api.http.post(f"/rpc/{function}", json=body)


async def test_signed_by_the_platform(world: World) -> None:
    brand = await world.brand()
    response = await ask(world, brand, "begin_generation", signed(world, "request", opening(world, brand)))
    assert response.status_code == 200, response.text
    settled = {"userId": world.id_of(brand.editor), "generationId": response.json()["id"], "status": "failed"}
    response = await ask(world, brand, "settle_generation", signed(world, "result", settled | {"error": "x"}))
    assert response.status_code == 200, response.text


async def test_not_signed(world: World) -> None:
    brand = await world.brand()
    forged = signed(world, "request", opening(world, brand), secret="guessed-secret-of-at-least-32-characters")
    for body in (forged, forged | {"signature": ""}, forged | {"signature": None}):
        assert (await ask(world, brand, "begin_generation", body)).status_code == 403
    assert world.rows("select 1 from public.ai_generations where brand_id = %s", brand.id) == []


async def test_signed_for_another_user(world: World) -> None:
    brand = await world.brand()
    theirs = signed(world, "request", opening(world, brand, userId=world.id_of(brand.admin)))
    assert (await ask(world, brand, "begin_generation", theirs)).status_code == 403


async def test_users_cannot_report_the_cost(world: World) -> None:
    brand = await world.brand()
    began = await ask(world, brand, "begin_generation", signed(world, "request", opening(world, brand)))
    generation = began.json()["id"]
    free = {"userId": world.id_of(brand.editor), "generationId": generation, "status": "completed", "output": {}}
    forged = signed(world, "result", free | {"calls": []}, secret="guessed-secret-of-at-least-32-characters")
    assert (await ask(world, brand, "settle_generation", forged)).status_code == 403
    genuine = signed(world, "result", free | {"calls": []})
    changed = genuine | {"result": genuine["result"].replace("completed", "failed")}
    assert (await ask(world, brand, "settle_generation", changed)).status_code == 403
    assert world.rows("select status::text from public.ai_generations where id = %s", generation) == [
        {"status": "pending"}
    ]


async def test_rotation_of_the_secret(world: World) -> None:
    """The two newest keys are valid: signatures with the previous one are still accepted."""
    brand = await world.brand()
    ours = world.stack.environment["SIGNING_SECRET"]
    newer = "another-secret-of-at-least-32-characters"
    world.rows("insert into private.signing_keys (secret, created_at) values (%s, now() - interval '1 day')", newer)
    try:
        for secret in (ours, newer):
            body = signed(world, "request", opening(world, brand), secret=secret)
            assert (await ask(world, brand, "begin_generation", body)).status_code == 200
    finally:
        world.rows("delete from private.signing_keys where secret = %s", newer)


async def test_keys_cannot_be_read_or_set(world: World) -> None:
    brand = await world.brand()
    response = await ask(world, brand, "register_signing_key", {"secret": "x" * 40})
    assert response.status_code in (401, 403, 404)
