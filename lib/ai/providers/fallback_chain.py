"""Asks the providers of a request in order until one returns a usable completion, within one deadline.

After a fault the next provider is asked at once. When all have failed, the round is repeated after 1, 2 and 4 seconds
(±25 %), or later if a provider named a later time in Retry-After (domain §7). Every call is recorded with its usage.
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
from lib.ai.providers.answers import TimeLimits, read_answer, timed
from lib.ai.providers.models import (
    TRANSIENT_FAULTS,
    CompletionRequest,
    Fault,
    Provider,
    ProviderError,
    ReportedUsage,
)
from lib.ai.providers.usage import charged_usage, prompt_tokens
from lib.core.data.circuit_breaker import acquire_probe, record_outcome
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.telemetry.logs import log

# Faults that count against the health of a provider. Refused and malformed completions do not: a prompt can provoke
# them, and one brand must not open the circuit of a provider for all others.
_HEALTH_FAULTS: Final = frozenset({Fault.RATE_LIMITED, Fault.UNAVAILABLE, Fault.TIMED_OUT, Fault.BROKEN_OFF})
# No provider is asked with less time than this.
MIN_SECONDS: Final = 0.5


@dataclass(slots=True)
class ProviderCall:
    """One call of one provider, as ai_generations.calls stores it."""

    provider: str
    model: str
    outcome: str
    usage: TokenUsage
    milliseconds: int
    first_token_ms: int | None = None

    def as_record(self) -> dict[str, Any]:
        """Returns the call as JSON for the database."""
        return {
            "provider": self.provider,
            "model": self.model,
            "outcome": self.outcome,
            "promptTokens": self.usage.prompt_tokens,
            "completionTokens": self.usage.completion_tokens,
            "milliseconds": self.milliseconds,
        }


class AllProvidersFailed(Exception):
    """No provider returned a usable completion; ``faults`` holds the last error of each, by provider."""

    def __init__(self, faults: dict[str, ProviderError]) -> None:
        self.faults = faults
        tried = "; ".join(f"{name}: {error}" for name, error in faults.items()) or "no provider is configured"
        super().__init__(f"no model answered ({tried})")

    @property
    def retry_after(self) -> int | None:
        """Seconds until the first provider may be asked again; None if no provider said so."""
        waits = [error.retry_after for error in self.faults.values() if error.retry_after]
        return max(1, round(min(waits))) if waits else None


@dataclass(frozen=True, slots=True)
class StreamRestarted:
    """Another provider starts again: the deltas so far are void."""

    provider: str


@dataclass(slots=True)
class ChainResult[T]:
    """The parsed completion, and the provider that returned it."""

    value: T
    provider: Provider


@dataclass(slots=True)
class FallbackChain:
    """The providers of one request, with everything that was learned about them while it ran."""

    providers: Sequence[Provider]
    """In the order in which they are asked."""
    limits: TimeLimits
    probing: frozenset[str] = frozenset()
    """Providers whose circuit is not closed: they are asked only when the circuit admits a probe."""
    calls: list[ProviderCall] = field(default_factory=list[ProviderCall])
    _not_before: dict[str, float] = field(default_factory=dict[str, float])
    """When each provider may be asked again (``time.monotonic``), also for the next completion of the same request."""
    _outcomes: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    async def complete[T](self, request: CompletionRequest, parse: Callable[[str], T]) -> ChainResult[T]:
        """Returns the first completion that ``parse`` accepts; if it raises ProviderError, the next provider is asked.

        Raises AllProvidersFailed, or at once ProviderError (refused) if a content filter stopped the completion.
        """
        faults: dict[str, ProviderError] = {}
        async for provider in self._attempts(faults):
            began = time.monotonic()
            seconds = min(self.limits.completion, self.limits.remaining)
            text, usage, fault = "", None, None
            try:
                async with asyncio.timeout(seconds):
                    completion = await provider.complete(request, seconds=seconds)
                text, usage = completion.text, completion.usage
            except TimeoutError:
                fault = ProviderError("took too long", fault=Fault.TIMED_OUT)
            except ProviderError as error:
                text, usage, fault = error.text, error.usage, error
            except asyncio.CancelledError:
                self._record_call(provider, "cut short", TokenUsage(prompt_tokens=prompt_tokens(request)), began)
                raise
            charged = charged_usage(request, text, usage)
            read = read_answer(request, text, parse, fault)
            if isinstance(read, ProviderError):
                faults[provider.name] = self._failed(provider, read, began, charged)
                continue
            self._succeeded(provider, charged, began, None)
            return ChainResult(read.value, provider)
        raise AllProvidersFailed(faults)

    async def stream[T](
        self, request: CompletionRequest, parse: Callable[[str], T]
    ) -> AsyncGenerator[str | StreamRestarted | ChainResult[T]]:
        """Yields text as it arrives, ``StreamRestarted`` when another provider takes over, and last the result.

        Always ends with a ChainResult, or raises AllProvidersFailed or ProviderError (refused).
        """
        faults: dict[str, ProviderError] = {}
        has_text = False
        async for provider in self._attempts(faults):
            if has_text:
                yield StreamRestarted(provider.name)
            began = time.monotonic()
            first_token_ms: int | None = None
            text, usage, fault = "", None, None
            pieces = provider.stream(request, first_token_seconds=min(self.limits.first_token, self.limits.remaining))
            try:
                async with aclosing(timed(request, pieces, self.limits)) as deltas:
                    async for delta in deltas:
                        usage = delta.usage or usage
                        if delta.text:
                            first_token_ms = first_token_ms or _since(began)
                            text += delta.text
                            has_text = True
                            yield delta.text
            except ProviderError as error:
                usage, fault = error.usage or usage, error
            except (asyncio.CancelledError, GeneratorExit):
                # The tokens read so far are billed, but the provider reports its usage only at the end.
                usage = usage or ReportedUsage()
                self._record_call(provider, "cut short", charged_usage(request, text, usage), began, first_token_ms)
                raise
            charged = charged_usage(request, text, usage)
            read = read_answer(request, text, parse, fault)
            if isinstance(read, ProviderError):
                faults[provider.name] = self._failed(provider, read, began, charged)
                continue
            self._succeeded(provider, charged, began, first_token_ms)
            yield ChainResult(read.value, provider)
            return
        raise AllProvidersFailed(faults)

    async def _attempts(self, faults: dict[str, ProviderError]) -> AsyncIterator[Provider]:
        """Yields the next provider to ask, while one may still answer and there is time.

        The caller adds to ``faults`` before it takes the next one.
        """
        backoffs = iter(self.limits.backoffs)
        not_before = self._not_before
        while True:
            for provider in self.providers:
                fault = faults.get(provider.name)
                if fault is not None and fault.fault not in TRANSIENT_FAULTS:
                    continue
                if self.limits.remaining < MIN_SECONDS:
                    return
                if time.monotonic() < not_before.get(provider.name, 0.0):
                    continue
                if provider.name in self.probing and not await self._may_probe(provider.name):
                    faults[provider.name] = ProviderError("not asked after repeated failures", fault=Fault.CIRCUIT_OPEN)
                    continue
                # The first import of an SDK takes seconds: in a thread, and not counted against the completion.
                await provider.warm_up()
                yield provider
                if provider.name in faults:
                    not_before[provider.name] = time.monotonic() + (faults[provider.name].retry_after or 0.0)
            retriable = [
                max(not_before.get(name, 0.0) - time.monotonic(), 0.0)
                for name, error in faults.items()
                if error.fault in TRANSIENT_FAULTS and error.fault is not Fault.CIRCUIT_OPEN
            ]
            backoff = next(backoffs, None)
            if backoff is None or not retriable:
                return
            pause = max(backoff * random.uniform(0.75, 1.25), min(retriable))  # noqa: S311 - not a secret
            if pause + MIN_SECONDS > self.limits.remaining:
                return
            await asyncio.sleep(pause)

    async def _may_probe(self, name: str) -> bool:
        try:
            return await ask_kv(acquire_probe(name))
        except KvUnavailable:
            return False

    def _record_call(
        self, provider: Provider, outcome: str, usage: TokenUsage, began: float, first_token_ms: int | None = None
    ) -> None:
        self.calls.append(ProviderCall(provider.name, provider.model, outcome, usage, _since(began), first_token_ms))

    def _failed(self, provider: Provider, error: ProviderError, began: float, usage: TokenUsage) -> ProviderError:
        """Records a failed call. Raises the error if no other provider may be asked (refused)."""
        self._record_call(provider, error.fault, usage, began)
        fields = {"provider": provider.name, "fault": error.fault, "reason": str(error)}
        log(logging.WARNING, "a provider returned no usable completion", fields=fields)
        if error.fault in _HEALTH_FAULTS:
            self._record_outcome(record_outcome(provider.name, is_good=False))
        if error.fault is Fault.REFUSED:
            raise error
        return error

    def _succeeded(self, provider: Provider, usage: TokenUsage, began: float, first_token_ms: int | None) -> None:
        self._record_call(provider, "completed", usage, began, first_token_ms)
        # The latency is that of streams only: the time of a whole completion depends on its length.
        self._record_outcome(record_outcome(provider.name, is_good=True, latency_ms=first_token_ms or 0))

    def _record_outcome(self, outcome: Coroutine[Any, Any, None]) -> None:
        """Updates the circuit in the background, so that the next token does not wait for KV."""

        async def record() -> None:
            try:
                await ask_kv(outcome)
            except KvUnavailable as error:
                log(logging.WARNING, "KV is not available", fields={"reason": str(error)})

        self._outcomes.append(asyncio.create_task(record()))

    async def finish(self) -> None:
        """Waits for the updates of circuits. To be awaited before the response ends: later tasks would be lost."""
        if self._outcomes:
            await asyncio.gather(*self._outcomes)


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
