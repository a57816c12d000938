"""Requests to each provider over the wire, and the parsing of completions, through the official SDKs."""

import json
from typing import Any

import pytest

from lib.ai.providers import Capability, CompletionRequest, Delta, Fault, Image, Provider, ProviderError
from local.stack.client import RunningStack
from tests.ai.conftest import SCHEMA, make_provider, question, requests_containing

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("platform")]

ALL = ("azure_openai", "openai", "anthropic", "local")


async def drained(provider: Provider, request: CompletionRequest, *, seconds: float = 5) -> None:
    async for _ in provider.stream(request, first_token_seconds=seconds):
        pass


def mark_of(request: CompletionRequest) -> str:
    return request.prompt.split()[2]


async def body_of(models: str, request: CompletionRequest) -> dict[str, Any]:
    (found,) = await requests_containing(models, mark_of(request))
    return found  # pyright: ignore[reportReturnType]


@pytest.mark.parametrize("name", ALL)
async def test_complete(models: str, name: str) -> None:
    request = question()
    completion = await make_provider(models, name).complete(request, seconds=5)
    assert set(json.loads(completion.text)) == {"title"}
    assert completion.usage.prompt_tokens > 0
    assert completion.usage.completion_tokens > 0


@pytest.mark.parametrize("name", ALL)
async def test_stream(models: str, name: str) -> None:
    request = question()
    provider = make_provider(models, name)
    deltas: list[Delta] = [delta async for delta in provider.stream(request, first_token_seconds=5)]
    assert len(deltas) > 3
    text = "".join(delta.text for delta in deltas)
    assert text == (await provider.complete(request, seconds=5)).text
    usages = [delta.usage for delta in deltas if delta.usage]
    assert len(usages) == 1
    assert usages[0].completion_tokens > 0


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("azure_openai", "/openai/deployments/content-writer/chat/completions"),
        ("openai", "/v1/chat/completions"),
        ("anthropic", "/v1/messages"),
        ("local", "/local/v1/chat/completions"),
    ],
)
async def test_addresses(models: str, name: str, path: str) -> None:
    request = question()
    await make_provider(models, name).complete(request, seconds=5)
    assert (await body_of(models, request))["path"] == path


@pytest.mark.parametrize(("name", "bound"), [("openai", "max_completion_tokens"), ("local", "max_tokens")])
async def test_openai_format(models: str, name: str, bound: str) -> None:
    request = question()
    await make_provider(models, name).complete(request, seconds=5)
    body = (await body_of(models, request))["body"]
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert body["messages"][0]["content"] == request.system
    assert (body["temperature"], body["top_p"], body[bound]) == (0.3, 0.9, 400)
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
    }


async def test_anthropic_format(models: str) -> None:
    request = question()
    await make_provider(models, "anthropic").complete(request, seconds=5)
    body = (await body_of(models, request))["body"]
    assert body["system"] == request.system
    assert [message["role"] for message in body["messages"]] == ["user"]
    assert body["max_tokens"] == 400
    assert not {"temperature", "top_p"} & set(body)
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}}


@pytest.mark.parametrize("name", ALL)
async def test_image_in_a_prompt(models: str, name: str) -> None:
    plain = question()
    seeing = CompletionRequest(
        plain.system, plain.prompt, SCHEMA, 0.3, 400, images=(Image("image/png", "iVBORw0KGgo="),)
    )
    completion = await make_provider(models, name).complete(seeing, seconds=5)
    parts = (await body_of(models, plain))["body"]["messages"][-1]["content"]
    kinds = {part["type"] for part in parts}
    if name == "anthropic":
        assert kinds == {"image", "text"}
        assert parts[0]["source"] == {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
    else:
        assert kinds == {"image_url", "text"}
        assert parts[1]["image_url"]["url"] == "data:image/png;base64,iVBORw0KGgo="
    assert completion.usage.prompt_tokens > 85


@pytest.mark.parametrize("name", ["azure_openai", "openai", "local"])
async def test_embeddings(models: str, name: str) -> None:
    made = await make_provider(models, name).embed(
        ["frost and wind", "frost and sun", "tea"], dimensions=512, seconds=5
    )
    assert [len(vector) for vector in made.vectors] == [512] * 3
    assert made.tokens > 0

    def nearness(first: int, second: int) -> float:
        return sum(a * b for a, b in zip(made.vectors[first], made.vectors[second], strict=True))

    assert nearness(0, 1) > nearness(0, 2)


async def test_anthropic_embeds_nothing(models: str) -> None:
    provider = make_provider(models, "anthropic")
    assert Capability.EMBED not in provider.capabilities
    with pytest.raises(ProviderError) as refused:
        await provider.embed(["frost"], dimensions=512, seconds=5)
    assert refused.value.fault is Fault.REJECTED


# The faults of the model server, and how they are classified, both with and without a stream.
FAULTS = {
    "429": (Fault.RATE_LIMITED, 2.0),
    "429quiet": (Fault.RATE_LIMITED, None),
    "500": (Fault.UNAVAILABLE, None),
    "401": (Fault.REJECTED, None),
    "filter": (Fault.REFUSED, None),
    "cut": (Fault.BROKEN_OFF, None),
}


@pytest.mark.parametrize("name", ["azure_openai", "openai", "anthropic"])
@pytest.mark.parametrize("mark", FAULTS)
@pytest.mark.parametrize("is_streaming", [True, False])
async def test_faults(models: str, name: str, mark: str, *, is_streaming: bool) -> None:
    fault, wait = FAULTS[mark]
    provider, request = make_provider(models, name), question(f"[[fault:{mark}]]")
    with pytest.raises(ProviderError) as raised:
        await (drained(provider, request) if is_streaming else provider.complete(request, seconds=5))
    # A truncated document can only be noticed because it is not JSON.
    expected = Fault.MALFORMED if mark == "cut" and not is_streaming else fault
    assert raised.value.fault is expected
    assert raised.value.retry_after == wait


@pytest.mark.parametrize("name", ["azure_openai", "openai"])
async def test_prompt_refused_by_the_content_filter(models: str, name: str) -> None:
    with pytest.raises(ProviderError) as raised:
        await make_provider(models, name).complete(question("[[fault:filter400]]"), seconds=5)
    assert raised.value.fault is Fault.REFUSED


@pytest.mark.parametrize("name", ALL)
async def test_timeouts(models: str, name: str) -> None:
    provider = make_provider(models, name)
    with pytest.raises(ProviderError) as raised:
        await provider.complete(question("[[fault:slow]]"), seconds=0.3)
    assert raised.value.fault is Fault.TIMED_OUT
    with pytest.raises(ProviderError) as raised:
        await drained(provider, question("[[fault:late]]"), seconds=0.3)
    assert raised.value.fault is Fault.TIMED_OUT


@pytest.mark.parametrize("name", ALL)
async def test_unreachable_provider(platform: RunningStack, name: str) -> None:
    with pytest.raises(ProviderError) as raised:
        await make_provider("http://127.0.0.1:9", name).complete(question(), seconds=2)
    assert raised.value.fault is Fault.UNAVAILABLE
    assert platform.urls
