"""The engine of lib/ai in this process, with the real SDKs and the real KV client against what runs."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import lru_cache
from typing import Any
from uuid import uuid4

import httpx
import pytest
import redis

from lib.ai.providers import AnthropicProvider, CompletionRequest, OpenAIProvider, Provider
from lib.ai.providers import anthropic as anthropic_module
from lib.ai.providers import openai as openai_module
from lib.ai.providers.answers import TimeLimits
from lib.ai.providers.fallback_chain import FallbackChain
from lib.ai.settings import get_ai_settings
from lib.core import config
from lib.core.data import kv
from lib.core.http import client as http
from local.demo.callers import Person
from local.stack.client import RunningStack
from local.tls import TLS
from tests.support.servers import functions_with

SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string", "description": "plain text, at most 60 characters"}},
    "required": ["title"],
    "additionalProperties": False,
}


def isolated(stack: RunningStack) -> dict[str, str]:
    """Returns the settings of a deployment with circuits of its own."""
    changes = {"ENVIRONMENT": f"local-{uuid4().hex}"}
    return {name: value for name, value in stack.environment.items() if name != "WEB_FETCH_PRIVATE_HOSTS"} | changes


@pytest.fixture(scope="module")
def faulty_functions(stack: RunningStack) -> Iterator[tuple[str, str]]:
    """Returns the origin and the environment of functions whose models may fail without affecting others."""
    settings = isolated(stack)
    with functions_with(settings) as origin:
        yield origin, settings["ENVIRONMENT"]


@pytest.fixture
def faulty(stack: RunningStack, faulty_functions: tuple[str, str]) -> str:
    """Returns the origin of such functions, with all circuits closed."""
    origin, environment = faulty_functions
    with redis.Redis.from_url(stack.redis_url) as kv:
        for key in kv.scan_iter(f"circuit:{environment}:*"):
            kv.delete(key)
    return origin


def at(origin: str, *people: Person) -> None:
    """Directs the requests of these people to the functions at an origin."""
    for person in people:
        person.http.base_url = f"{origin}/api/v1"


@pytest.fixture
async def platform(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RunningStack]:
    """Makes this process an instance of a function: its settings, and clients that belong to this test's event loop.

    In an environment of its own, so that its faults open nobody else's circuits.
    """
    for name, value in isolated(stack).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("WEB_FETCH_PRIVATE_HOSTS", raising=False)
    made: list[Any] = []
    for module in (openai_module, anthropic_module):
        monkeypatch.setattr(module, "_client", _remembering(module._client.__wrapped__, made))  # pyright: ignore[reportPrivateUsage]
    caches = (config.get_settings, get_ai_settings, kv.get_kv, http.get_http_client)
    for cache in caches:
        cache.cache_clear()
    yield stack
    await kv.get_kv().close()
    await http.get_http_client().aclose()
    for client in made:
        await client.close()
    for cache in caches:
        cache.cache_clear()


def _remembering(make: Callable[..., Any], made: list[Any]) -> Callable[..., Any]:
    """Makes clients of an SDK and remembers them, so that they are closed with the event loop of the test."""

    @lru_cache
    def remembering(*arguments: Any) -> Any:
        made.append(make(*arguments))
        return made[-1]

    return remembering


def make_provider(models: str, name: str, *, key: str = "test-key", model: str = "gpt-4o-mini") -> Provider:
    """Makes a provider that uses the model server."""
    embedding = "text-embedding-3-small"
    match name:
        case "azure_openai":
            return OpenAIProvider(
                "azure_openai",
                model=model,
                embedding_model=embedding,
                url=models,
                key=key,
                deployment="content-writer",
                embedding_deployment="embedder",
                api_version="2024-10-21",
            )
        case "openai":
            return OpenAIProvider("openai", model=model, embedding_model=embedding, url=f"{models}/v1", key=key)
        case "local":
            return OpenAIProvider(
                "local", model="llama3.1", embedding_model=embedding, url=f"{models}/local/v1", key=key
            )
        case _:
            return AnthropicProvider(model="claude-sonnet-5-5", url=models, key=key)


@pytest.fixture
def models(platform: RunningStack) -> str:
    return platform.urls["models"]


def question(mark: str = "", *, system: str = "Brand: Aurora") -> CompletionRequest:
    """Makes a request that no other test makes, with marks of faults in it."""
    return CompletionRequest(
        system=system,
        prompt=f"Topic: frost {uuid4().hex}\n{mark}",
        schema=SCHEMA,
        temperature=0.3,
        top_p=0.9,
        max_tokens=400,
    )


def limits(
    *, seconds: float = 10.0, first_token: float = 2.0, completion: float = 3.0, wait: float = 0.02
) -> TimeLimits:
    """Makes limits like those of a function, with shorter waits."""
    return TimeLimits(
        deadline=time.monotonic() + seconds,
        first_token=first_token,
        completion=completion,
        backoffs=(wait, wait * 2, wait * 4),
    )


def chain_of(models: str, *names: str, **changes: float) -> FallbackChain:
    return FallbackChain([make_provider(models, name) for name in names], limits(**changes))


async def requests_containing(models: str, contains: str) -> list[dict[str, str]]:
    """Lists the requests to the model server that contain a text, oldest first."""
    async with httpx.AsyncClient(verify=TLS) as http:
        found = (await http.get(f"{models}/requests", params={"contains": contains})).json()
    return list(reversed(found))
