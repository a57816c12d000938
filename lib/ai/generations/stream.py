"""The tools as callers use them: one answer, a stream of events, or a batch with a result for each item."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final

import anyio
from pydantic import BaseModel

from lib.ai import repository
from lib.ai import run as running
from lib.ai.chain import AllFailed, Restarted
from lib.ai.guardrails import check_input
from lib.ai.opening import CLOSING_SECONDS, as_api_error, begin
from lib.ai.progress import Progress
from lib.ai.providers import Completion, ProviderError
from lib.ai.repository import Replayed
from lib.ai.results import Batch, BatchItem, Generated, failed_item
from lib.ai.run import Answered, Run
from lib.ai.tools import GrowingFields, Tool
from lib.core.auth.principal import Principal
from lib.core.data.circuit_breaker import Circuit
from lib.core.http.errors import (
    ApiError,
    Forbidden,
    InternalError,
    NotFound,
    RateLimitExceeded,
    ServiceUnavailable,
    Unauthorized,
)
from lib.core.telemetry.logs import log
from lib.core.telemetry.reports import report

type Circuits = Mapping[str, Circuit]

# How many items of a batch are worked on at once (domain §7).
BATCH_CONCURRENCY: Final = 5
# Ids and addresses: long numbers in them are nobody's card.
_NO_TEXTS: Final = frozenset({"brand_id", "content_id", "template_id", "product_id", "claim_id", "images", "urls"})


class StreamEvent(BaseModel):
    """One server-sent event: ``requested``, ``delta``, ``restarted``, ``progress``, ``completed`` or ``error``."""

    name: str
    data: dict[str, Any]


def _check(tool: Tool[Any, Any]) -> None:
    check_input(tool.request.model_dump(mode="json", by_alias=True, exclude=set(_NO_TEXTS)))


async def _prepared(run: Run[Any]) -> Completion:
    """Raises ApiError, with the generation closed and nothing charged, where what it needs cannot be had."""
    try:
        content = run.context.content
        check_input({"fields": run.context.values, "body": content.body if content else ""})
        await run.tool.prepare(run.context)
        return run.completion()
    except ApiError as error:
        await run.fail(error.message)
        raise
    except BaseException:
        await run.fail("the request was cut short")
        raise


async def _conclude(run: Run[Any], completion: Completion, asked: Any) -> Generated[Any]:
    finished, guardrails = await run.finished(asked)
    generated, _ = await asyncio.gather(run.settle(finished, guardrails), run.remember(completion, asked, finished))
    return generated


async def _replayed(principal: Principal, error: Replayed) -> Generated[Any]:
    output = await repository.replayed_output(principal.db, generation_id=error.generation_id)
    return Generated[Any].model_validate(output)


async def generate(principal: Principal, tool: Tool[Any, Any], circuits: Circuits, *, part: str = "") -> Generated[Any]:
    """One answer. Raises ServiceUnavailable (AI_SERVICE_ERROR) naming what was tried, Unprocessable, and what
    begin_generation refuses."""
    _check(tool)
    try:
        run = await begin(principal, tool, circuits, part=part)
    except Replayed as error:
        return await _replayed(principal, error)
    completion = None
    try:
        finished = tool.direct(run.context)
        if finished is not None:
            return await run.settle(finished, None)
        completion = await _prepared(run)
        asked = await run.remembered(completion) or await run.answer(completion)
        return await _conclude(run, completion, asked)
    except (AllFailed, ProviderError) as error:
        await run.fail(str(error))
        raise as_api_error(error) from error
    except ApiError as error:
        await run.fail(error.message)
        raise
    except BaseException:
        await run.fail("the request was cut short")
        raise
    finally:
        await run.chain.finish()


class _Stream:
    """A generation whose text is sent as it is written."""

    def __init__(self, run: Run[Any], completion: Completion) -> None:
        template = run.context.template
        self.run = run
        self.completion = completion
        self._fields = (
            GrowingFields([field.id for field in template.output_fields], "fields")
            if template
            else GrowingFields(["text"], None)
        )
        self._progress = Progress(run.principal.db, run.id)
        self._characters = 0
        self._answer: Answered[Any]

    def _deltas(self, text: str) -> list[StreamEvent]:
        grown = self._fields.feed(text)
        self._characters += sum(len(piece) for _, piece in grown)
        if grown:
            self._progress.report("writing", field=grown[-1][0], characters=self._characters)
        return [StreamEvent(name="delta", data={"field": name, "text": piece}) for name, piece in grown]

    async def _written(self, pieces: AsyncGenerator[Any], first: Any) -> AsyncGenerator[StreamEvent]:
        piece = first
        while True:
            if isinstance(piece, str):
                for event in self._deltas(piece):
                    yield event
            elif isinstance(piece, Restarted):
                self._fields.restart()
                self._characters = 0
                self._progress.report("restarted", is_news=True, provider=piece.provider)
                yield StreamEvent(name="restarted", data={"provider": piece.provider})
            else:
                self._answer = piece
                return
            piece = await anext(pieces)

    async def events(self, pieces: AsyncGenerator[Any], first: Any) -> AsyncGenerator[StreamEvent]:
        """Once a token has been sent the status is 200 for good: what fails later is an ``error`` event."""
        run, reason, is_cut_short = self.run, "the caller went away", True
        try:
            yield StreamEvent(name="requested", data={"requestId": str(run.id)})
            async for event in self._written(pieces, first):
                yield event
            asked = self._answer
            if asked.problems and run.tool.attempts > 1 and not run.is_cache_hit:
                self._progress.report("correcting", is_news=True)
                yield StreamEvent(name="progress", data={"stage": "correcting", "problems": asked.problems})
                asked = await run.improved(self.completion, asked)
            self._progress.report("checking", is_news=True)
            generated = await _conclude(run, self.completion, asked)
            yield StreamEvent(name="completed", data=generated.model_dump(mode="json", by_alias=True))
        except (AllFailed, ProviderError, ApiError) as error:
            reason, is_cut_short = str(error), False
            problem = error if isinstance(error, ApiError) else as_api_error(error)
            log(logging.WARNING, f"generation failed: {reason}", fields={"generation": str(run.id)})
            yield StreamEvent(name="error", data={"code": problem.code, "message": problem.message})
        except Exception as error:  # noqa: BLE001 - the stream has begun: only an event can still tell the caller
            reason, is_cut_short = "unexpected error", False
            report(error)
            log(logging.ERROR, "generation failed", error=error, fields={"generation": str(run.id)})
            yield StreamEvent(name="error", data={"code": "INTERNAL_ERROR", "message": "something went wrong"})
        finally:
            # Also when the caller has gone away, which cancels everything that is awaited here.
            with anyio.move_on_after(CLOSING_SECONDS, shield=True):
                await pieces.aclose()  # what was read so far is counted there
                await run.fail(reason, is_cut_short=is_cut_short)
                await self._progress.finish()
                await run.chain.finish()


async def _remembered(asked: Answered[Any]) -> AsyncGenerator[Any]:
    """What was answered before, as a stream of its own: all at once."""
    yield asked.raw
    yield asked


async def _again(generated: Generated[Any]) -> AsyncGenerator[StreamEvent]:
    yield StreamEvent(name="requested", data={"requestId": str(generated.request_id)})
    yield StreamEvent(name="completed", data=generated.model_dump(mode="json", by_alias=True))


async def stream(principal: Principal, tool: Tool[Any, Any], circuits: Circuits) -> AsyncGenerator[StreamEvent]:
    """Starts a generation and returns its events from the first token on.

    Until that token nothing has been sent, so models that are down, slow or unwilling are an honest 503 or 422 here.
    """
    _check(tool)
    try:
        run = await begin(principal, tool, circuits)
    except Replayed as error:
        return _again(await _replayed(principal, error))
    completion = await _prepared(run)
    try:
        asked = await run.remembered(completion)
        pieces: AsyncGenerator[Any] = _remembered(asked) if asked else running.stream(run, completion)
        first = await anext(pieces)
    except (AllFailed, ProviderError) as error:
        await run.fail(str(error))
        await run.chain.finish()
        raise as_api_error(error) from error
    except BaseException:
        await run.fail("the request was cut short")
        raise
    return _Stream(run, completion).events(pieces, first)


async def batch[T: Tool[Any, Any]](
    principal: Principal, tools: Sequence[tuple[str, T]], circuits: Circuits
) -> Batch[Any]:
    """Each item by itself, five at a time. What bars all of them alike is the answer; else each has its own."""
    gate = asyncio.Semaphore(BATCH_CONCURRENCY)

    async def one(index: int, source: str, tool: T) -> BatchItem[Any] | ApiError:
        async with gate:
            try:
                generated = await generate(principal, tool, circuits, part=str(index) if len(tools) > 1 else "")
            except ApiError as error:
                return error
            except Exception as error:  # noqa: BLE001 - the other items have their own work to finish
                report(error)
                log(logging.ERROR, "an item of a batch failed", error=error)
                return InternalError("something went wrong on our side")
            return BatchItem[Any](source=source, is_success=True, generated=generated)

    results = await asyncio.gather(*(one(index, source, tool) for index, (source, tool) in enumerate(tools)))
    refused = [result for result in results if isinstance(result, ApiError)]
    if len(refused) == len(results):
        # The tenant, the right, the money or the only item: nothing is left to say of the others.
        common = next((error for error in refused if isinstance(error, _COMMON)), None)
        if common is not None or len(refused) == 1:
            raise common or refused[0]
    items = [
        failed_item(source, result) if isinstance(result, ApiError) else result
        for (source, _), result in zip(tools, results, strict=True)
    ]
    return Batch[Any](items=items)


_COMMON: Final = (Unauthorized, Forbidden, NotFound, RateLimitExceeded, ServiceUnavailable)
