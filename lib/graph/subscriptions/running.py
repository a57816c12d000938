"""Runs one subscription: lets its caller in, and gives one answer for each event, wherever it travels."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from inspect import iscoroutine
from typing import Any, Final

from fastapi import Request
from graphql import ExecutionResult, OperationType
from graphql.execution import Executor, create_source_event_stream

from lib.core.auth.principal import Presented, Principal
from lib.core.http.admission import admitted
from lib.core.http.errors import ApiError, PayloadTooLarge
from lib.core.limits.numbers import GRAPHQL
from lib.core.limits.requests import charge_further
from lib.graph.engine.context import GraphContext
from lib.graph.engine.cost import COST_OF_A_POINT, MUTATION_COST
from lib.graph.engine.execution import Answered, NotValid, Prepared, admit, identifier_of, run
from lib.graph.engine.problems import failure_before, failure_of
from lib.graph.engine.schema import get_schema
from lib.graph.subscriptions.ears import PLACE, Place
from lib.graph.subscriptions.limits import CONNECTION_SECONDS
from lib.graph.subscriptions.values import Leading

ENDED: Final = "STREAM_ENDED"
RETRY_SECONDS: Final = 1


@dataclass(frozen=True, slots=True)
class Opened:
    """An operation that was let in."""

    principal: Principal
    prepared: Prepared
    request: Request
    presented: Presented


async def open_operation(request: Request, presented: Presented, body: Any) -> Opened:
    """Lets the caller of an operation in. Raises ApiError and NotValid."""
    principal, prepared = await admit(request, presented, body)
    await admitted()
    return Opened(principal, prepared, request, presented)


def failed(error: ApiError | NotValid) -> dict[str, Any]:
    """Returns the answer to an operation that was not let in."""
    if isinstance(error, NotValid):
        return {"errors": [failure_of(problem) for problem in error.problems]}
    return {"errors": [failure_before(error)]}


def says_unauthorized(answer: dict[str, Any]) -> bool:
    """Tells whether an answer says that the session has ended."""
    return "data" not in answer and any(error["extensions"].get("status") == 401 for error in answer["errors"])


def ended(place: str | None) -> dict[str, Any]:
    """Returns the last answer of a stream whose time is over, with where to go on."""
    extensions = {"code": ENDED, "after": place, "retryAfter": RETRY_SECONDS}
    return {"errors": [{"message": "the time of this stream is over: subscribe again", "extensions": extensions}]}


class _Charges:
    """Charges what the answers of a subscription read: whole points, so that cheap answers seldom ask KV."""

    def __init__(self, opened: Opened, identifier: str) -> None:
        self._request, self._identifier = opened.request, identifier
        self._points = max(0, opened.prepared.cost - MUTATION_COST) / COST_OF_A_POINT
        self._owed = -self._points  # who subscribes has paid for the first answer

    async def charge(self, value: Any) -> None:
        """Charges one answer. Raises RateLimitExceeded, and ServiceUnavailable."""
        if isinstance(value, Leading) and not value.leads_on():
            return
        self._owed += self._points
        whole = math.floor(self._owed)
        if whole > 0:
            await charge_further(self._identifier, (GRAPHQL,), self._request, cost=whole)
            self._owed -= whole


async def answers_of(opened: Opened, *, until: float = 0.0) -> AsyncGenerator[dict[str, Any]]:
    """Gives the answers of an operation: one of a query or a mutation, one for each event of a subscription.

    Each has the id of its event in ``extensions.eventId``, behind which ``after`` goes on. The last answer of a
    subscription that did not end by itself has ``errors``: why, and where to go on. Each answer is charged what it
    reads. ``until``: by ``time.monotonic``.
    """
    identifier = identifier_of(opened.principal, opened.presented)
    if opened.prepared.operation.operation is not OperationType.SUBSCRIPTION:
        answered = await run(opened.prepared, GraphContext(opened.request, opened.principal, identifier))
        yield _bounded(answered)
        if answered.tasks is not None:
            await answered.tasks()
        return
    place = Place()
    PLACE.set(place)
    prepared = opened.prepared
    source = await _source_of(prepared, GraphContext(opened.request, opened.principal, identifier))
    if isinstance(source, ExecutionResult):
        yield {"errors": [failure_of(error) for error in source.errors or ()]}
        return
    until = until or time.monotonic() + CONNECTION_SECONDS
    charges = _Charges(opened, identifier)
    async with aclosing(source):
        while True:
            told = place.last
            try:
                async with asyncio.timeout(max(0.0, until - time.monotonic())):
                    value = await anext(source)
            except StopAsyncIteration:
                return
            except TimeoutError:
                yield ended(place.last)
                return
            except ApiError as error:
                yield _with_place(failed(error), place)
                return
            try:
                await charges.charge(value)
            except ApiError as error:
                yield _with_place(failed(error), Place(told))  # so that the event comes again
                return
            answered = await _answer(opened, value, identifier)
            yield _bounded(answered) | {"extensions": {"eventId": place.last}}


def _bounded(answered: Answered) -> dict[str, Any]:
    """Returns an answer, or the error that it is too large."""
    try:
        answered.encoded()
    except PayloadTooLarge as error:
        return {"data": None, **failed(error)}
    return answered.body


def _with_place(body: dict[str, Any], place: Place) -> dict[str, Any]:
    for error in body["errors"]:
        error["extensions"]["after"] = place.last
    return body


async def _source_of(prepared: Prepared, context: GraphContext) -> Any:
    built = Executor.build(
        get_schema(),
        prepared.document.node,
        context_value=context,
        raw_variable_values=prepared.asked.variables,
        operation_name=prepared.asked.operation_name,
    )
    if isinstance(built, list):
        return ExecutionResult(None, built)
    source = create_source_event_stream(built)
    return await source if iscoroutine(source) else source


async def _answer(opened: Opened, value: Any, identifier: str) -> Answered:
    """Answers one event. Nothing that was read for another one is used."""
    context = GraphContext(opened.request, opened.principal, identifier)
    return await run(opened.prepared, context, root=value)
