"""Runs a tool and streams its text as the model writes it."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import anyio

from lib.ai.generations.active import ActiveGeneration, ParsedAnswer
from lib.ai.generations.begin import CLOSING_SECONDS, as_api_error, begin
from lib.ai.generations.generate import check_request, conclude, prepare, replay
from lib.ai.generations.models import (
    DeltaEvent,
    ErrorEvent,
    ProgressEvent,
    RequestedEvent,
    RestartedEvent,
    StreamEvent,
    ToolResult,
)
from lib.ai.generations.progress import ProgressReporter
from lib.ai.generations.repository import Replayed
from lib.ai.generations.texts import Piece as TextPiece
from lib.ai.generations.texts import TextKeeper
from lib.ai.providers import CompletionRequest, ProviderError
from lib.ai.providers.fallback_chain import AllProvidersFailed, StreamRestarted
from lib.ai.providers.health import Circuits
from lib.ai.tools.base import Tool
from lib.ai.tools.fields import GrowingFields
from lib.core.auth.principal import Principal
from lib.core.http.errors import ApiError, InternalError
from lib.core.telemetry.logs import log
from lib.core.telemetry.reports import report

type Piece = str | StreamRestarted | ParsedAnswer[Any]


class _Stream:
    """The events of one generation."""

    def __init__(self, generation: ActiveGeneration[Any], request: CompletionRequest) -> None:
        template = generation.context.template
        self.generation = generation
        self.request = request
        self._fields = (
            GrowingFields([field.id for field in template.output_fields], "fields")
            if template
            else GrowingFields(["text"], None)
        )
        self._progress = ProgressReporter(generation.principal.db, generation.id)
        self._texts = TextKeeper(generation.id)
        self._characters = 0
        self._answer: ParsedAnswer[Any]
        self.problem: ApiError = InternalError("something went wrong on our side")
        """Why it failed, if it did."""

    def _deltas(self, text: str) -> list[StreamEvent]:
        grown = self._fields.feed(text)
        self._characters += sum(len(piece) for _, piece in grown)
        if grown:
            self._texts.add(*(TextPiece(name, piece) for name, piece in grown))
            self._progress.report("writing", field=grown[-1][0], characters=self._characters)
        return [StreamEvent("delta", DeltaEvent(field=name, text=piece)) for name, piece in grown]

    async def _write(self, pieces: AsyncGenerator[Piece], first: Piece) -> AsyncGenerator[StreamEvent]:
        piece = first
        while True:
            if isinstance(piece, str):
                for event in self._deltas(piece):
                    yield event
            elif isinstance(piece, StreamRestarted):
                self._fields.restart()
                self._characters = 0
                self._texts.add(TextPiece(None, piece.provider))
                self._progress.report("restarted", is_new_stage=True, provider=piece.provider)
                yield StreamEvent("restarted", RestartedEvent(provider=piece.provider))
            else:
                self._answer = piece
                return
            piece = await anext(pieces)

    async def events(self, pieces: AsyncGenerator[Piece], first: Piece) -> AsyncGenerator[StreamEvent]:
        """Yields the events. The status is 200 by now: a later failure is an ``error`` event."""
        generation, reason, is_cut_short = self.generation, "the caller went away", True
        try:
            yield StreamEvent("requested", RequestedEvent(request_id=generation.id))
            async for event in self._write(pieces, first):
                yield event
            answer = self._answer
            self._texts.end()
            if answer.problems and generation.tool.max_attempts > 1 and not generation.is_cache_hit:
                self._progress.report("correcting", is_new_stage=True)
                yield StreamEvent("progress", ProgressEvent(stage="correcting", problems=answer.problems))
                answer = await generation.correct(self.request, answer)
            self._progress.report("checking", is_new_stage=True)
            yield StreamEvent("completed", await conclude(generation, self.request, answer))
        except (AllProvidersFailed, ProviderError, ApiError) as error:
            reason, is_cut_short = str(error), False
            self.problem = problem = error if isinstance(error, ApiError) else as_api_error(error)
            log(logging.WARNING, f"generation failed: {reason}", fields={"generation": str(generation.id)})
            yield StreamEvent("error", ErrorEvent(code=problem.code, message=problem.message))
        except Exception as error:  # noqa: BLE001 - the stream has begun: only an event can still tell the caller
            reason, is_cut_short = "unexpected error", False
            report(error)
            log(logging.ERROR, "generation failed", error=error, fields={"generation": str(generation.id)})
            yield StreamEvent("error", ErrorEvent(code=self.problem.code, message=self.problem.message))
        finally:
            # Also if the caller went away, which cancels everything that is awaited here.
            with anyio.move_on_after(CLOSING_SECONDS, shield=True):
                await pieces.aclose()  # counts what was read so far
                await generation.fail(reason, is_cut_short=is_cut_short)
                await self._progress.finish()
                await self._texts.finish()
                await generation.chain.finish()


async def _cached(answer: ParsedAnswer[Any]) -> AsyncGenerator[Piece]:
    yield answer.text
    yield answer


async def _replayed(result: ToolResult[Any]) -> AsyncGenerator[StreamEvent]:
    yield StreamEvent("requested", RequestedEvent(request_id=result.request_id))
    yield StreamEvent("completed", result)


async def stream(principal: Principal, *, tool: Tool[Any, Any], circuits: Circuits) -> AsyncGenerator[StreamEvent]:
    """Begins a generation and returns its events, as soon as the model has written its first token.

    Nothing has been sent until then, so it raises what ``generate`` raises.
    """
    opened = await _open(principal, tool, circuits)
    return _replayed(opened) if isinstance(opened, ToolResult) else opened[0].events(*opened[1:])


async def generate_in_view(principal: Principal, *, tool: Tool[Any, Any], circuits: Circuits) -> ToolResult[Any]:
    """Generates like ``generate``, while the caller may follow the text in another connection."""
    opened = await _open(principal, tool, circuits)
    if isinstance(opened, ToolResult):
        return opened
    made, pieces, first = opened
    result: ToolResult[Any] | None = None
    async with aclosing(made.events(pieces, first)) as events:
        async for event in events:
            if isinstance(event.data, ToolResult):
                result = event.data
    if result is None:
        raise made.problem
    return result


async def _open(
    principal: Principal, tool: Tool[Any, Any], circuits: Circuits
) -> tuple[_Stream, AsyncGenerator[Piece], Piece] | ToolResult[Any]:
    """Begins a generation, or returns the result of the one that the same request began before."""
    check_request(tool)
    try:
        generation = await begin(principal, tool=tool, circuits=circuits)
    except Replayed as error:
        return await replay(principal, generation_id=error.generation_id)
    request = await prepare(generation)
    try:
        answer = await generation.find_cached(request)
        pieces: AsyncGenerator[Piece] = _cached(answer) if answer else generation.stream(request)
        first = await anext(pieces)
    except (AllProvidersFailed, ProviderError) as error:
        await generation.fail(str(error))
        await generation.chain.finish()
        raise as_api_error(error) from error
    except BaseException:
        await generation.fail("the request was cut short")
        raise
    return _Stream(generation, request), pieces, first
