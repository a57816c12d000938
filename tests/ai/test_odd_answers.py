"""Odd answers over the wire, through the SDKs and the chain: a text is used, else another provider is asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from lib.ai.providers import Capability, Fault, OpenAIProvider, ProviderError
from lib.ai.providers import openai as openai_module
from lib.ai.providers.fallback_chain import AllProvidersFailed, ChainResult, FallbackChain, StreamRestarted
from lib.ai.providers.response_schema import ResponseSchema, parse_response
from lib.ai.providers.transport import MAX_ANSWER_BYTES
from tests.ai.conftest import at, chain_of, limits, make_provider, question
from tests.ai.support import budget, events_of, money
from tests.support.world import World

pytestmark = pytest.mark.anyio

CHAINS = (("azure_openai", "openai"), ("anthropic", "openai"), ("local", "openai"))
DELIVERED = (
    *("nodelta", "nousage", "oddusage", "unended", "errorend", "parts", "lines", "document", "fenced"),
    "nodelta][[fault:nousage",
)
PASSED_ON = ("html", "blank", "nomessage", "nochoices", "error200", "latin", "bomb", "bomb500", "endless")
# Faults of the last event are part of a document, which says nothing then.
NOT_IN_DOCUMENTS = ("errorend", "document", "endless")


class Title(ResponseSchema):
    title: str


def parse(text: str) -> str:
    return parse_response(Title, text).title


async def run(chain: FallbackChain, mark: str, *, is_streaming: bool) -> tuple[ChainResult[str], list[str], str]:
    """Returns the result, who took over, and the text since then."""
    request, restarts, text = question(mark), list[str](), ""
    if not is_streaming:
        result = await chain.complete(request, parse)
        await chain.finish()
        return result, [], ""
    found: ChainResult[str] | None = None
    async for piece in chain.stream(request, parse):
        match piece:
            case StreamRestarted(provider):
                restarts.append(provider)
                text = ""
            case ChainResult():
                found = piece
            case _:
                text += piece
    await chain.finish()
    assert found is not None
    return found, restarts, text


@pytest.mark.parametrize("is_streaming", [True, False])
@pytest.mark.parametrize("names", CHAINS, ids=lambda names: names[0])
@pytest.mark.parametrize("mark", DELIVERED)
async def test_a_text_that_came_is_used(models: str, mark: str, names: tuple[str, str], *, is_streaming: bool) -> None:
    if not is_streaming and mark in NOT_IN_DOCUMENTS:
        pytest.skip("a document has one end")
    chain = chain_of(models, *names, seconds=60.0, first_token=20.0, completion=20.0)
    result, restarts, text = await run(chain, f"[[fault:{mark}]]", is_streaming=is_streaming)
    assert result.provider.name == names[0]
    assert restarts == []
    assert result.value
    assert not is_streaming or parse(text) == result.value
    (call,) = chain.calls
    assert call.outcome == "completed"
    assert 0 < call.usage.prompt_tokens < 5000
    assert 0 < call.usage.completion_tokens < 1000


@pytest.mark.parametrize("is_streaming", [True, False])
@pytest.mark.parametrize("names", CHAINS, ids=lambda names: names[0])
@pytest.mark.parametrize("mark", PASSED_ON)
async def test_another_provider_is_asked(models: str, mark: str, names: tuple[str, str], *, is_streaming: bool) -> None:
    if not is_streaming and mark in NOT_IN_DOCUMENTS:
        pytest.skip("a document has an end")
    chain = chain_of(models, *names, seconds=60.0, first_token=25.0, completion=25.0)
    result, restarts, _ = await run(chain, f"[[fault:{mark}@{names[0]}]]", is_streaming=is_streaming)
    assert result.provider.name == names[1]
    first, second = chain.calls
    assert (first.provider, second.outcome) == (names[0], "completed")
    assert first.outcome in ("malformed", "broken_off", "unavailable")
    has_spoken = mark in ("endless", "latin") and is_streaming
    assert restarts == ([names[1]] if has_spoken and first.usage.completion_tokens else [])
    if mark in ("html", "blank", "error200", "bomb", "bomb500"):
        assert first.usage.prompt_tokens == first.usage.completion_tokens == 0, "no model has answered"
    if mark == "nomessage":
        assert first.usage.prompt_tokens > 0, "a model has answered nothing"


Handler = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def served(handle: Handler) -> AsyncIterator[str]:
    """Serves bytes that no framework sends."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            await handle(writer)
            await writer.drain()
        except ConnectionError:
            pass  # the client has heard enough
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


TEXT = json.dumps({"choices": [{"delta": {"content": '{"title": "Frost"}'}}]}).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"


def wire(*parts: bytes, then_reset: bool = False) -> Handler:
    async def handle(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
        if then_reset:
            writer.transport.abort()

    return handle


def endless(head: bytes, part: bytes) -> Handler:
    async def handle(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(part)
            await writer.drain()

    return handle


WIRES: dict[str, tuple[Handler, Fault | None]] = {
    "lost behind the text": (wire(HEAD + b"\r\ndata: " + TEXT + b"\n\n", then_reset=True), None),
    "shorter than declared": (wire(HEAD + b"Content-Length: 9999\r\n\r\ndata: " + TEXT + b"\n\n"), None),
    "a chunk of no length": (wire(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), Fault.BROKEN_OFF),
    "an unknown encoding": (wire(HEAD + b"Content-Encoding: xyz\r\n\r\ndata: " + TEXT + b"\n\n"), None),
    "gzip that is none": (wire(HEAD + b"Content-Encoding: gzip\r\n\r\ndata: " + TEXT + b"\n\n"), Fault.BROKEN_OFF),
    "no HTTP": (wire(b"SSH-2.0-OpenSSH_9.6\r\n"), Fault.UNAVAILABLE),
    "a huge header": (wire(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n"), Fault.UNAVAILABLE),
    "nothing": (wire(), Fault.UNAVAILABLE),
    "no content": (wire(b"HTTP/1.1 204 No Content\r\n\r\n"), Fault.BROKEN_OFF),
    "a redirect to nowhere": (wire(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"), Fault.BROKEN_OFF),
    "a status of three digits": (wire(b"HTTP/1.1 999 ?\r\nContent-Length: 2\r\n\r\n{}"), Fault.UNAVAILABLE),
    "a refusal without an end": (endless(b"HTTP/1.1 500 E\r\n\r\n", b"x" * 1_000_000), Fault.MALFORMED),
    "a time for ever": (wire(b"HTTP/1.1 429 ?\r\nRetry-After: " + b"9" * 400 + b"\r\n\r\n"), Fault.RATE_LIMITED),
    "an error as a text": (wire(b'HTTP/1.1 400 ?\r\nContent-Length: 14\r\n\r\n{"error": "x"}'), Fault.REJECTED),
    "an error as a list": (wire(b'HTTP/1.1 400 ?\r\nContent-Length: 15\r\n\r\n["error", null]'), Fault.REJECTED),
    "signs of life alone": (endless(HEAD + b"\r\n", b": ping\n\n" * 100_000), Fault.MALFORMED),
}


@pytest.mark.usefixtures("platform")
@pytest.mark.parametrize("name", WIRES)
async def test_what_comes_over_the_wire_is_a_text_or_a_fault(name: str) -> None:
    handle, fault = WIRES[name]
    async with served(handle) as address:
        provider = OpenAIProvider("openai", model="gpt-4o-mini", embedding_model="e", url=f"{address}/v1", key="k")
        chain = FallbackChain([provider], limits(seconds=40, first_token=30, completion=30, wait=60))
        if fault is None:
            result, _, text = await run(chain, "", is_streaming=True)
            assert (result.value, text) == ("Frost", '{"title": "Frost"}')
        else:
            with pytest.raises(AllProvidersFailed) as raised:
                await run(chain, "", is_streaming=True)
            assert raised.value.faults["openai"].fault is fault, str(raised.value)
            assert raised.value.retry_after is None or raised.value.retry_after <= 3600
    (call,) = chain.calls
    assert (call.usage.completion_tokens > 0) == (fault is None)


def embedded(count: int, **more: Any) -> dict[str, Any]:
    data = [{"index": place, "embedding": [0.5, 0.25]} for place in range(count)]
    return {"data": data, "usage": {"prompt_tokens": 4}} | more


EMBEDDINGS: dict[str, tuple[Any, bool]] = {
    "numbers": (embedded(2), True),
    "base64": (
        embedded(2, data=[{"index": 0, "embedding": "AAAAPwAAgD4="}, {"index": 1, "embedding": "AAAAPwAAgD4="}]),
        True,
    ),
    "another order": (embedded(2, data=embedded(2)["data"][::-1]), True),
    "no places": (embedded(2, data=[{"embedding": [0.5, 0.25]}] * 2), True),
    "no usage": (embedded(2, usage=None), True),
    "odd usage": (embedded(2, usage={"prompt_tokens": -4, "total_tokens": 1e300}), True),
    "one is missing": (embedded(1), False),
    "one twice": (embedded(2, data=[embedded(1)["data"][0]] * 2), False),
    "places of another kind": (embedded(2, data=[{"index": "0", "embedding": [0.5, 0.25]}] * 2), False),
    "too short": (embedded(2, data=[{"index": 0, "embedding": [0.5]}, {"index": 1, "embedding": [0.5, 0.25]}]), False),
    "no number": (embedded(2, data=[{"index": place, "embedding": [float("nan"), 0.25]} for place in (0, 1)]), False),
    "too large": (embedded(2, data=[{"index": place, "embedding": [1e9, 0.25]} for place in (0, 1)]), False),
    "null": (embedded(2, data=[{"index": place, "embedding": None} for place in (0, 1)]), False),
    "no base64": (embedded(2, data=[{"index": place, "embedding": "?"} for place in (0, 1)]), False),
    "data null": ({"data": None}, False),
    "an error": ({"error": {"message": "x", "type": "server_error"}}, False),
    "a list": ([], False),
}


@pytest.mark.usefixtures("platform")
@pytest.mark.parametrize("name", EMBEDDINGS)
async def test_embeddings_of_any_shape(name: str) -> None:
    answer, is_sound = EMBEDDINGS[name]
    body = json.dumps(answer).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(body)
    async with served(wire(head + body)) as address:
        provider = OpenAIProvider("openai", model="m", embedding_model="e", url=f"{address}/v1", key="k")
        if is_sound:
            made = await provider.embed(["frost", "ice"], dimensions=2, seconds=5)
            assert made.vectors == [[0.5, 0.25]] * 2
            assert made.tokens == (4 if name not in ("no usage", "odd usage") else 3), "reported or estimated"
        else:
            with pytest.raises(ProviderError) as raised:
                await provider.embed(["frost", "ice"], dimensions=2, seconds=5)
            assert raised.value.fault in (Fault.MALFORMED, Fault.UNAVAILABLE)


async def test_many_texts_are_embedded_by_several_calls(models: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_module, "_TEXTS_OF_A_CALL", 3)
    monkeypatch.setattr(openai_module, "_TOKENS_OF_A_CALL", 10)
    provider = make_provider(models, "openai")
    assert Capability.EMBED in provider.capabilities
    texts = ["frost", "ice", "snow", "tea", "wind " * 20, "sun"]
    made = await provider.embed(texts, dimensions=64, seconds=20)
    alone = [await provider.embed([text], dimensions=64, seconds=20) for text in texts]
    assert made.vectors == [each.vectors[0] for each in alone]
    assert made.tokens == sum(each.tokens for each in alone)
    with pytest.raises(ProviderError) as raised:
        await provider.embed([*texts, "[[fault:500]]"], dimensions=64, seconds=20)
    assert raised.value.usage is not None
    # The last text is in the call that failed.
    assert raised.value.usage.prompt_tokens == made.tokens - alone[-1].tokens, "the calls before it are paid for"
    with pytest.raises(ProviderError) as raised:
        await provider.embed(["[[fault:500]]"], dimensions=64, seconds=20)
    assert raised.value.usage is None, "no model has answered"
    assert MAX_ANSWER_BYTES > 2 * 256 * 512 * 24


STREAMED = ("nodelta", "nousage", "oddusage", "unended", "errorend", "document", "fenced", "html", "latin", "endless")


@pytest.mark.parametrize("mark", STREAMED)
async def test_a_generation_is_settled(world: World, faulty: str, mark: str) -> None:
    """The caller gets the text, from this provider or another; it costs what was read, and nothing stays reserved."""
    brand = await world.brand()
    at(faulty, brand.editor)
    budget(world, brand, 10)
    inputs = {"topic": f"Frost [[fault:{mark}@azure_openai]]"}
    events = await events_of(
        brand.editor, "generate", {"brandId": brand.id, "templateId": brand.template_id, "inputs": inputs}
    )
    assert events[-1][0] == "completed", events[-1]
    row = world.rows(
        "select status::text, provider, calls, cost, reserved from public.ai_generations where brand_id = %s", brand.id
    )[0]
    outcomes = [(call["provider"], call["outcome"] == "completed") for call in row["calls"]]
    passes = [("azure_openai", True)] if mark not in PASSED_ON else [("azure_openai", False), ("openai", True)]
    # Behind them comes the check against the guardrails.
    assert outcomes[: len(passes)] == passes
    assert (row["status"], row["reserved"], row["cost"] > 0) == ("completed", 0, True)
    assert money(world, brand)["reserved"] == 0
    assert money(world, brand)["spent"] == row["cost"]


@pytest.mark.parametrize("mark", ["html", "blank", "nomessage", "error200", "latin"])
async def test_a_generation_that_no_provider_answers_is_settled(world: World, faulty: str, mark: str) -> None:
    brand = await world.brand()
    at(faulty, brand.editor)
    budget(world, brand, 10)
    body = {"brandId": brand.id, "topic": f"Frost [[fault:{mark}]]", "count": 2}
    answer = await brand.editor.post("/ai/titles", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "AI_SERVICE_ERROR"), answer.text
    row = world.rows("select status::text, reserved from public.ai_generations where brand_id = %s", brand.id)[0]
    assert row == {"status": "failed", "reserved": 0}
    assert money(world, brand)["reserved"] == 0
