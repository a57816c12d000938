"""Asks the providers of a request one after the other until one answers, within one deadline.

A fault that may pass moves on to the next provider at once: waiting helps nobody while somebody else can answer. When
all have failed, the round begins again after 1, 2 and 4 seconds (±25 %), or later where a provider named a later time
in Retry-After (domain §7). Every call is kept for the record, with what it used.
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final

from lib.ai.models import TokenUsage
from lib.ai.providers import TRANSIENT, Completion, Delta, Fault, Provider, ProviderError
from lib.ai.tokens import count_tokens
from lib.core.data.circuit_breaker import acquire_probe, record_outcome
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.telemetry.logs import log

# What says something about the provider's health. A refused request does not, nor an answer of another shape: prompts
# can be made to bring those about, and one brand's must not close a provider to all others.
_UNHEALTHY: Final = frozenset({Fault.RATE_LIMITED, Fault.UNAVAILABLE, Fault.TIMED_OUT, Fault.BROKEN_OFF})
# Less than this is no time for an answer.
MIN_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. ``waits`` are between rounds; everything ends at ``deadline`` (of ``time.monotonic``)."""

    deadline: float
    first_token: float
    answer: float
    waits: tuple[float, ...] = (1.0, 2.0, 4.0)

    @property
    def remaining(self) -> float:
        return self.deadline - time.monotonic()


@dataclass(slots=True)
class Call:
    """One call of one provider, as ai_generations keeps it."""

    provider: str
    model: str
    outcome: str
    usage: TokenUsage
    milliseconds: int
    first_token_ms: int | None = None

    def as_record(self) -> dict[str, Any]:
        return {
            "provider": self.provider,
            "model": self.model,
            "outcome": self.outcome,
            "promptTokens": self.usage.prompt_tokens,
            "completionTokens": self.usage.completion_tokens,
            "milliseconds": self.milliseconds,
        }


class AllFailed(Exception):
    """Nobody answered; ``faults`` are the last of each, by provider."""

    def __init__(self, faults: dict[str, ProviderError]) -> None:
        self.faults = faults
        tried = "; ".join(f"{name}: {error}" for name, error in faults.items()) or "no provider is configured"
        super().__init__(f"no model answered ({tried})")

    @property
    def retry_after(self) -> int | None:
        waits = [error.retry_after for error in self.faults.values() if error.retry_after]
        return max(1, round(min(waits))) if waits else None


@dataclass(frozen=True, slots=True)
class Restarted:
    """What was streamed so far is void: another provider begins anew."""

    provider: str


@dataclass(slots=True)
class Whole[T]:
    """The answer as ``read`` understood it, and who gave it."""

    value: T
    provider: Provider


def _time_left(error: ProviderError) -> float:
    return error.retry_after or 0.0


@dataclass(slots=True)
class Chain:
    providers: Sequence[Provider]
    """In the order in which they are asked."""
    pace: Pace
    probing: frozenset[str] = frozenset()
    """Those whose circuit was not closed: they are asked only as far as it lets probes through."""
    calls: list[Call] = field(default_factory=list[Call])
    _not_before: dict[str, float] = field(default_factory=dict[str, float])
    """When each may be asked again: what one question learns, the next one of the same request keeps to."""
    _reports: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    async def complete[T](self, completion: Completion, read: Callable[[str], T]) -> Whole[T]:
        """``read`` raises ProviderError where the answer is not what was asked for: then the next one is asked.

        Raises AllFailed, or ProviderError (refused) at once where a content filter stops it.
        """
        faults: dict[str, ProviderError] = {}
        async for provider in self._turns(faults):
            began = time.monotonic()
            seconds = min(self.pace.answer, self.pace.remaining)
            try:
                async with asyncio.timeout(seconds):
                    answer = await provider.complete(completion, seconds=seconds)
            except TimeoutError:
                error = ProviderError("took too long", fault=Fault.TIMED_OUT)
                faults[provider.name] = self._failed(provider, error, began, TokenUsage())
                continue
            except ProviderError as error:
                faults[provider.name] = self._failed(provider, error, began, error.usage or TokenUsage())
                continue
            except asyncio.CancelledError:
                self._note(provider, "cut short", TokenUsage(prompt_tokens=_prompt_tokens(completion)), began)
                raise
            try:
                value = read(answer.text)
            except ProviderError as error:
                faults[provider.name] = self._failed(provider, error, began, answer.usage)
                continue
            self._succeeded(provider, answer.usage, began, None)
            return Whole(value, provider)
        raise AllFailed(faults)

    async def stream[T](
        self, completion: Completion, read: Callable[[str], T]
    ) -> AsyncGenerator[str | Restarted | Whole[T]]:
        """Pieces as they come, ``Restarted`` where another provider takes over, and last the ``Whole``.

        Never ends without one of Whole, AllFailed and ProviderError (refused).
        """
        faults: dict[str, ProviderError] = {}
        has_spoken = False
        async for provider in self._turns(faults):
            if has_spoken:
                yield Restarted(provider.name)
            began = time.monotonic()
            first_token_ms: int | None = None
            text, usage = "", None
            pieces = provider.stream(completion, first_token_seconds=min(self.pace.first_token, self.pace.remaining))
            try:
                async with aclosing(_timed(pieces, self.pace)) as deltas:
                    async for delta in deltas:
                        usage = delta.usage or usage
                        if delta.text:
                            first_token_ms = first_token_ms or _since(began)
                            text += delta.text
                            has_spoken = True
                            yield delta.text
                value = read(text)
            except ProviderError as error:
                # An answer that broke off was made as far as it came, though nobody reports what it cost.
                guessed = _measured(completion, text) if text else TokenUsage()
                faults[provider.name] = self._failed(provider, error, began, error.usage or usage or guessed)
                continue
            except (asyncio.CancelledError, GeneratorExit):
                # What was read was made, and will be billed: the provider reports it only at the end.
                self._note(provider, "cut short", usage or _measured(completion, text), began, first_token_ms)
                raise
            self._succeeded(provider, usage or _measured(completion, text), began, first_token_ms)
            yield Whole(value, provider)
            return
        raise AllFailed(faults)

    async def _turns(self, faults: dict[str, ProviderError]) -> AsyncIterator[Provider]:
        """Whom to ask next, for as long as somebody may still answer and there is time."""
        waits = iter(self.pace.waits)
        not_before = self._not_before
        while True:
            for provider in self.providers:
                fault = faults.get(provider.name)
                if fault is not None and fault.fault not in TRANSIENT:
                    continue
                if self.pace.remaining < MIN_SECONDS:
                    return
                if time.monotonic() < not_before.get(provider.name, 0.0):
                    continue
                if provider.name in self.probing and not await self._may_probe(provider.name):
                    faults[provider.name] = ProviderError("left alone after failures", fault=Fault.CIRCUIT_OPEN)
                    continue
                # Importing an SDK for the first time takes seconds: beside the event loop, and not out of the answer's.
                await provider.warm_up()
                yield provider
                if provider.name in faults:
                    not_before[provider.name] = time.monotonic() + _time_left(faults[provider.name])
            retriable = [
                max(not_before.get(name, 0.0) - time.monotonic(), 0.0)
                for name, error in faults.items()
                if error.fault in TRANSIENT and error.fault is not Fault.CIRCUIT_OPEN
            ]
            wait = next(waits, None)
            if wait is None or not retriable:
                return
            pause = max(wait * random.uniform(0.75, 1.25), min(retriable))  # noqa: S311 - not a secret
            if pause + MIN_SECONDS > self.pace.remaining:
                return
            await asyncio.sleep(pause)

    async def _may_probe(self, name: str) -> bool:
        try:
            return await ask_kv(acquire_probe(name))
        except KvUnavailable:
            return False

    def _note(
        self, provider: Provider, outcome: str, usage: TokenUsage, began: float, first_token_ms: int | None = None
    ) -> None:
        self.calls.append(Call(provider.name, provider.model, outcome, usage, _since(began), first_token_ms))

    def _failed(self, provider: Provider, error: ProviderError, began: float, usage: TokenUsage) -> ProviderError:
        """Raises the error again where asking somebody else does not help."""
        self._note(provider, error.fault, usage, began)
        log(
            logging.WARNING,
            "a model gave no answer",
            fields={"provider": provider.name, "fault": error.fault, "reason": str(error)},
        )
        if error.fault in _UNHEALTHY:
            self._report(record_outcome(provider.name, is_good=False))
        if error.fault is Fault.REFUSED:
            raise error
        return error

    def _succeeded(self, provider: Provider, usage: TokenUsage, began: float, first_token_ms: int | None) -> None:
        self._note(provider, "completed", usage, began, first_token_ms)
        # Of streams only: how long a whole answer takes says how long it is, and not how fast the provider.
        self._report(record_outcome(provider.name, is_good=True, latency_ms=first_token_ms or 0))

    def _report(self, outcome: Coroutine[Any, Any, None]) -> None:
        """Beside everything else: nobody waits for a circuit's bookkeeping before the next token."""

        async def tell() -> None:
            try:
                await ask_kv(outcome)
            except KvUnavailable as error:
                log(logging.WARNING, "KV is not available", fields={"reason": str(error)})

        self._reports.append(asyncio.create_task(tell()))

    async def finish(self) -> None:
        """To be awaited before the function's answer is complete: what still runs then would be lost."""
        if self._reports:
            await asyncio.gather(*self._reports)


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def _prompt_tokens(completion: Completion) -> int:
    return count_tokens(completion.system) + count_tokens(completion.prompt)


def _measured(completion: Completion, text: str) -> TokenUsage:
    return TokenUsage(prompt_tokens=_prompt_tokens(completion), completion_tokens=count_tokens(text))


async def _timed(pieces: AsyncIterator[Delta], pace: Pace) -> AsyncGenerator[Delta]:
    """Ends with ProviderError at the deadline.

    The timeout is around each piece and never around a yield: the first piece is taken by the task of the route, the
    others by that of the response, and a timeout belongs to one task.
    """
    until = pace.first_token
    try:
        while True:
            try:
                async with asyncio.timeout(max(0.0, min(until, pace.remaining))):
                    delta = await anext(pieces)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise ProviderError("took too long", fault=Fault.TIMED_OUT) from error
            until = pace.answer
            yield delta
    finally:
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()  # gives the connection back
