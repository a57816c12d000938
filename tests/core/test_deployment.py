"""A deployment and its database: whose database it is, and a secret that no schedule has registered."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from lib.core import config
from lib.core.data import deployment
from lib.core.data.service_role import connect_as_service
from lib.core.http import client
from lib.core.http.middleware import RequestMiddleware
from lib.core.http.refusal import RefuseForeignDatabase, guards
from local.stack.client import RunningStack
from local.stack.settings import ROOT
from tests.ai.conftest import at
from tests.support.errors import assert_problem
from tests.support.servers import dead_server, functions_with
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

OTHER_SECRET = "a-secret-of-a-preview-that-nobody-registered"


@pytest.fixture(autouse=True)
def unmarked(world: World) -> Iterator[None]:
    """The database of the worker, which belongs to no environment, and its signing secrets put back at the end."""
    kept = world.rows("select secret, created_at from private.signing_keys")
    world.rows("delete from private.deployment")
    yield
    world.rows("delete from private.deployment")
    world.rows("delete from private.signing_keys")
    for row in kept:
        world.rows("insert into private.signing_keys values (%s, %s)", row["secret"], row["created_at"])


@pytest.fixture
async def named(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """This process as an instance of the environment that it is given, with clients of this test's event loop."""
    caches = (config.get_settings, client.get_http_client, deployment.registration)
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("WEB_FETCH_PRIVATE_HOSTS")

    def become(environment: str, **changes: str) -> None:
        for name, value in (changes | {"ENVIRONMENT": environment}).items():
            monkeypatch.setenv(name, value)
        config.get_settings.cache_clear()
        deployment.registration.cache_clear()

    client.get_http_client.cache_clear()
    yield become
    await client.get_http_client().aclose()
    for cache in caches:
        cache.cache_clear()


def owner(world: World) -> str:
    return world.rows("select environment from private.deployment")[0]["environment"]


def secrets(world: World) -> set[str]:
    return {row["secret"] for row in world.rows("select secret from private.signing_keys")}


async def introduce(**arguments: bool) -> str:
    return await deployment.register_deployment(connect_as_service(), **arguments)


async def test_production_takes_the_database_and_keeps_it(world: World, named: Any) -> None:
    named("preview")
    assert await introduce() == "preview"
    named("staging")
    assert await introduce() == "preview"  # they may share one
    named("production")
    assert await introduce() == "production"
    named("preview", SIGNING_SECRET=OTHER_SECRET)
    assert await introduce() == "production"
    assert owner(world) == "production"
    assert OTHER_SECRET not in secrets(world)


async def test_an_older_deployment_does_not_bring_back_its_secret(world: World, named: Any) -> None:
    named("production", SIGNING_SECRET=OTHER_SECRET)
    await introduce(is_scheduled=False)
    assert OTHER_SECRET not in secrets(world)
    world.rows("delete from private.signing_keys")
    await introduce(is_scheduled=False)  # the first deployment, before its schedule has run
    assert secrets(world) == {OTHER_SECRET}


async def ask_preview() -> list[httpx.Response]:
    app = RequestMiddleware(RefuseForeignDatabase(PlainTextResponse("answered")), 10)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://preview") as http:
        return [await http.get("/") for _ in range(2)]


async def test_a_preview_with_the_database_of_production(world: World, named: Any) -> None:
    named("production")
    await introduce()
    named("preview")
    for refused in await ask_preview():
        assert_problem(refused, 503, "SERVICE_UNAVAILABLE")
        assert "production" not in refused.text


async def test_a_preview_with_its_own_database(world: World, named: Any) -> None:
    named("preview", SIGNING_SECRET=OTHER_SECRET)
    assert [answer.status_code for answer in await ask_preview()] == [200, 200]
    assert owner(world) == "preview"
    assert OTHER_SECRET in secrets(world)


@pytest.mark.parametrize("key", ["", "sb_secret_of_another_project"])
async def test_a_preview_that_cannot_ask(named: Any, key: str) -> None:
    """Its database may be that of production."""
    named("preview", SUPABASE_SECRET_KEY=key)
    for refused in await ask_preview():
        assert_problem(refused, 503, "SERVICE_UNAVAILABLE")


async def test_a_preview_asks_again_after_the_database_was_down(
    named: Any, monkeypatch: pytest.MonkeyPatch, stack: RunningStack
) -> None:
    named("preview", SUPABASE_URL=dead_server())
    assert [answer.status_code for answer in await ask_preview()] == [503, 503]
    monkeypatch.setenv("SUPABASE_URL", stack.environment["SUPABASE_URL"])
    config.get_settings.cache_clear()
    assert [answer.status_code for answer in await ask_preview()] == [503, 503]  # it was asked a moment ago
    monkeypatch.setattr(deployment, "RETRY_SECONDS", 0.0)
    assert [answer.status_code for answer in await ask_preview()] == [200, 200]


async def test_only_previews_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("", "production", "preview"):
        monkeypatch.setenv("VERCEL_ENV", name)
        assert len(guards()) == (name == "preview")


async def create(world: World, brand: Brand, secret: str) -> httpx.Response:
    """Creates a content by functions that prove themselves with this secret."""
    with functions_with(world.stack.environment | {"SIGNING_SECRET": secret}) as origin:
        at(origin, brand.editor)
        return await brand.editor.post("/contents", {"brandId": brand.id, "title": "One"})


async def test_a_secret_that_no_schedule_registered(world: World) -> None:
    """Crons run in production only. The first change that is refused for its proof registers the secret."""
    response = await create(world, await world.brand(), OTHER_SECRET)
    assert response.status_code == 201, response.text
    assert OTHER_SECRET in secrets(world)


async def test_an_update_registers_the_secret_too(world: World, stack: RunningStack) -> None:
    """A policy that only found no row would look like a brand that does not exist."""
    brand = await world.brand()
    with functions_with(stack.environment | {"SIGNING_SECRET": OTHER_SECRET}) as origin:
        at(origin, brand.editor)
        answer = await brand.editor.patch("/users/me/profile", 1, {"firstName": "Ada"})
        assert answer.status_code == 200, answer.text
    assert OTHER_SECRET in secrets(world)


async def test_a_change_that_production_does_not_take(world: World) -> None:
    brand = await world.brand()
    world.rows("insert into private.deployment (environment) values ('production')")
    assert_problem(await create(world, brand, OTHER_SECRET), 503, "SERVICE_UNAVAILABLE")
    assert OTHER_SECRET not in secrets(world)


async def test_a_secret_is_replaced_without_a_pause(world: World, stack: RunningStack) -> None:
    """`make register` comes before the deployment. Two secrets hold at once, and no older one comes back."""
    brand = await world.brand()
    former, newest = stack.environment["SIGNING_SECRET"], f"{OTHER_SECRET}-3"
    world.rows("delete from private.signing_keys where secret <> %s", former)
    for secret in (OTHER_SECRET, newest):
        assert register(stack, "production", secret).returncode == 0
        assert await create_with(world, brand, former, secret) == ([201, 201] if secret == OTHER_SECRET else [503, 201])
    assert secrets(world) == {OTHER_SECRET, newest}
    assert await create_with(world, brand, OTHER_SECRET) == [201]


def register(stack: RunningStack, environment: str, secret: str) -> subprocess.CompletedProcess[str]:
    """Runs `make register` with the settings of a deployment."""
    settings = {"ENVIRONMENT": environment, "SIGNING_SECRET": secret, "WEB_FETCH_PRIVATE_HOSTS": ""}
    return subprocess.run(
        [sys.executable, "-m", "tools.register"],
        env=os.environ | stack.environment | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


async def create_with(world: World, brand: Brand, *keys: str) -> list[int]:
    return [(await create(world, brand, secret)).status_code for secret in keys]


async def test_the_command_registers_nothing_in_a_database_of_production(world: World, stack: RunningStack) -> None:
    world.rows("insert into private.deployment (environment) values ('production')")
    refused = register(stack, "preview", OTHER_SECRET)
    assert refused.returncode == 1
    assert "belongs to production" in refused.stderr
    assert OTHER_SECRET not in secrets(world)
