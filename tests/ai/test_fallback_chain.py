"""The fallback chain: after any fault at any position the next provider answers, and all usage is counted."""

import asyncio
import json
import time
from typing import Any

import pytest

from lib.ai.providers import CompletionRequest, Fault, ProviderError
from lib.ai.providers.fallback_chain import AllProvidersFailed, ChainResult, FallbackChain, StreamRestarted
from lib.ai.providers.response_schema import malformed
from tests.ai.conftest import chain_of, question, requests_containing

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("platform")]

CHAIN = ("azure_openai", "openai", "anthropic")
PASSING = ("429", "429quiet", "500", "cut", "malformed", "schema", "late", "slow", "401")


def parse(raw: str) -> str:
    try:
        answer = json.loads(raw)
    except ValueError as error:
        raise malformed("no JSON") from error
    if set(answer) != {"title"}:
        raise malformed("another shape")
    return answer["title"]


async def streamed(chain: FallbackChain, request: CompletionRequest) -> tuple[str, list[Any], ChainResult[str]]:
    """Returns the text since the last restart, the restarts, and the result."""
    text, restarts, result = "", list[Any](), None
    async for piece in chain.stream(request, parse):
        match piece:
            case StreamRestarted():
                restarts.append(piece)
                text = ""
            case ChainResult():
                result = piece
            case _:
                text += piece
    await chain.finish()
    assert result is not None, "a stream that ends without an answer"
    return text, restarts, result


@pytest.mark.parametrize("position", range(3))
@pytest.mark.parametrize("mark", PASSING)
async def test_next_provider_streams(models: str, mark: str, position: int) -> None:
    """The providers before ``position`` fail with 500, and the one there with the fault. The next one answers, or the
    first one after its faults are over."""
    marks = [f"[[fault:500@{name}*1#{time.time_ns()}]]" for name in CHAIN[:position]]
    request = question("".join([*marks, f"[[fault:{mark}@{CHAIN[position]}]]"]))
    chain = chain_of(models, *CHAIN, first_token=2.0, completion=2.5)
    text, restarts, result = await streamed(chain, request)
    expected = CHAIN[position + 1] if position < 2 else CHAIN[0]
    assert result.provider.name == expected
    assert parse(text) == result.value
    has_spoken = mark in ("cut", "malformed", "schema")
    assert [restart.provider for restart in restarts] == ([expected] if has_spoken else [])
    assert [call.outcome == "completed" for call in chain.calls] == [False] * (position + 1) + [True]


@pytest.mark.parametrize("position", range(3))
@pytest.mark.parametrize("mark", PASSING)
async def test_next_provider_completes(models: str, mark: str, position: int) -> None:
    if mark == "late":
        mark = "slow"
    marks = [f"[[fault:500@{name}*1#{time.time_ns()}]]" for name in CHAIN[:position]]
    request = question("".join([*marks, f"[[fault:{mark}@{CHAIN[position]}]]"]))
    chain = chain_of(models, *CHAIN, completion=2.0)
    result = await chain.complete(request, parse)
    await chain.finish()
    assert result.provider.name == (CHAIN[position + 1] if position < 2 else CHAIN[0])
    assert len(chain.calls) == position + 2


@pytest.mark.parametrize("position", range(3))
@pytest.mark.parametrize("mark", ["filter", "filter400"])
async def test_a_refusal_is_final(models: str, mark: str, position: int) -> None:
    if mark == "filter400" and CHAIN[position] == "anthropic":
        pytest.skip("Anthropic refuses in its answer")
    marks = [f"[[fault:500@{name}]]" for name in CHAIN[:position]]
    request = question("".join([*marks, f"[[fault:{mark}@{CHAIN[position]}]]"]))
    chain = chain_of(models, *CHAIN)
    with pytest.raises(ProviderError) as raised:
        await chain.complete(request, parse)
    assert raised.value.fault is Fault.REFUSED
    assert len(chain.calls) == position + 1
    await chain.finish()


async def test_all_providers_fail(models: str) -> None:
    request = question("[[fault:500]]")
    chain = chain_of(models, *CHAIN)
    with pytest.raises(AllProvidersFailed) as raised:
        await chain.complete(request, parse)
    await chain.finish()
    for name in CHAIN:
        assert f"{name}: answered with 500" in str(raised.value)
    # One round, and one more after each of the three backoffs.
    assert [call.provider for call in chain.calls] == [*CHAIN] * 4


async def test_permanent_faults_are_not_repeated(models: str) -> None:
    request = question("[[fault:401]]")
    chain = chain_of(models, *CHAIN)
    with pytest.raises(AllProvidersFailed):
        await chain.complete(request, parse)
    assert [call.provider for call in chain.calls] == [*CHAIN]


async def test_transient_faults_are_repeated(models: str) -> None:
    request = question(f"[[fault:500@openai*2#{time.time_ns()}]]")
    chain = chain_of(models, "openai")
    assert (await chain.complete(request, parse)).provider.name == "openai"
    assert [call.outcome for call in chain.calls] == ["unavailable", "unavailable", "completed"]
    await chain.finish()


async def test_retry_after_is_respected(models: str) -> None:
    """Waits two seconds although the backoffs are shorter; without enough time, no provider is asked again."""
    request = question(f"[[fault:429@openai*1#{time.time_ns()}]]")
    chain = chain_of(models, "openai")
    began = time.monotonic()
    await chain.complete(request, parse)
    assert time.monotonic() - began >= 2.0
    hurried = chain_of(models, "openai", seconds=1.5)
    with pytest.raises(AllProvidersFailed) as raised:
        await hurried.complete(question("[[fault:429]]"), parse)
    assert raised.value.retry_after == 2
    assert len(hurried.calls) == 1
    await chain.finish()
    await hurried.finish()


async def test_the_deadline_holds(models: str) -> None:
    """The deadline holds however many providers are left and however long each would take."""
    for is_streaming in (True, False):
        chain = chain_of(models, *CHAIN, seconds=1.2, first_token=60.0, completion=60.0)
        request = question("[[fault:slow]]")
        # Far more than the deadline on a busy machine, and less than the first provider alone would take.
        async with asyncio.timeout(40):
            with pytest.raises(AllProvidersFailed):
                await (streamed(chain, request) if is_streaming else chain.complete(request, parse))
        await chain.finish()


async def test_slow_stream_ends_at_the_deadline(models: str) -> None:
    chain = chain_of(models, "openai", seconds=0.6, first_token=0.5, completion=5.0)
    with pytest.raises(AllProvidersFailed):  # a stream that is waited for succeeds
        await streamed(chain, question("[[fault:late]]"))
    await chain.finish()


async def test_usage_is_counted(models: str) -> None:
    """Counts the reported usage of a malformed completion, and an estimate of one that broke off."""
    request = question("[[fault:schema@azure_openai]][[fault:cut@openai]]")
    chain = chain_of(models, *CHAIN)
    await streamed(chain, request)
    wrong, broken, good = chain.calls
    assert (wrong.outcome, broken.outcome, good.outcome) == ("malformed", "broken_off", "completed")
    for call in chain.calls:
        assert call.usage.prompt_tokens > 0
        assert call.usage.completion_tokens > 0
    assert broken.usage.completion_tokens < good.usage.completion_tokens * 2
    nothing = chain_of(models, "openai")
    with pytest.raises(AllProvidersFailed):
        await nothing.complete(question("[[fault:401]]"), parse)
    assert nothing.calls[0].usage.prompt_tokens == 0
    await nothing.finish()


async def test_closed_stream_counts_what_was_read(models: str) -> None:
    chain = chain_of(models, "openai")
    pieces = chain.stream(question(), parse)
    for _ in range(3):
        await anext(pieces)
    await pieces.aclose()
    await chain.finish()
    (call,) = chain.calls
    assert call.outcome == "cut short"
    assert call.usage.prompt_tokens > 0
    assert call.usage.completion_tokens > 0


async def test_cancelled_call_counts_its_prompt(models: str) -> None:
    chain = chain_of(models, "openai")
    work = asyncio.create_task(chain.complete(question("[[fault:slow]]"), parse))
    await asyncio.sleep(0.3)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert [call.outcome for call in chain.calls] == ["cut short"]


async def test_no_provider_is_configured(models: str) -> None:
    with pytest.raises(AllProvidersFailed, match="no provider is configured"):
        await chain_of(models).complete(question(), parse)


async def test_only_one_provider_is_asked(models: str) -> None:
    request = question()
    chain = chain_of(models, *CHAIN)
    await chain.complete(request, parse)
    await chain.finish()
    assert len(await requests_containing(models, request.prompt.split()[2])) == 1
