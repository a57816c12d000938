import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Final

import anyio
from pydantic import BaseModel

from lib.ai import repository
from lib.ai.models import GenerateRequest, GenerationContext, TokenUsage
from lib.ai.output import GrowingFields, read_output
from lib.ai.prompt import PROMPT_VERSION, build_completion
from lib.ai.providers import Delta, OpenAIProvider, Provider, ProviderError, ProviderRefused
from lib.core.errors import ApiError, Conflict, GatewayTimeout, ServiceUnavailable, Unauthorized, Unprocessable
from lib.core.logs import log
from lib.core.principal import Principal
from lib.core.telemetry import report

RETRY_AFTER_SECONDS: Final = 10
# The token that asked is the one that records the answer, up to a minute later.
MIN_TOKEN_SECONDS: Final = 60


class StreamEvent(BaseModel):
    """One server-sent event: ``requested``, ``delta``, ``completed`` or ``error``."""

    name: str
    data: dict[str, Any]


def _as_api_error(error: ProviderError) -> ApiError:
    if isinstance(error, ProviderRefused):
        return Unprocessable(str(error), code="CONTENT_FILTERED")
    wait = error.retry_after or RETRY_AFTER_SECONDS
    if error.timed_out:
        return GatewayTimeout(str(error), retry_after=wait)
    return ServiceUnavailable(str(error), code="AI_SERVICE_ERROR", retry_after=wait)


class _Run:
    """One generation from its first token to its record."""

    def __init__(self, principal: Principal, context: GenerationContext, provider: Provider) -> None:
        self.principal = principal
        self.context = context
        self.provider = provider
        self.fields = GrowingFields(context.output_fields)
        self.usage = TokenUsage()
        self.began = time.monotonic()

    @property
    def latency_ms(self) -> int:
        return int((time.monotonic() - self.began) * 1000)

    def _log(self, level: int, message: str, error: BaseException | None = None) -> None:
        log(level, message, error=error, fields={"generation": str(self.context.id)})

    async def fail(self, reason: str) -> None:
        """Writes down that nothing came of it, also when the caller has gone away already."""
        with anyio.CancelScope(shield=True):
            try:
                await repository.fail_generation(
                    self.principal.db, generation_id=self.context.id, error=reason, latency_ms=self.latency_ms
                )
            except Conflict:
                return  # it is complete: only the answer that said so was lost
            except ApiError as error:
                self._log(logging.ERROR, "a failed generation stays pending", error)

    def _read(self, delta: Delta) -> list[StreamEvent]:
        if delta.usage:
            self.usage = delta.usage
        return [
            StreamEvent(name="delta", data={"field": field, "text": text})
            for field, text in self.fields.feed(delta.text)
        ]

    async def _complete(self) -> StreamEvent:
        output, candidates = read_output(self.fields.raw, self.context.output_fields)
        version = await repository.complete_generation(
            self.principal.db,
            generation_id=self.context.id,
            output=output,
            usage=self.usage,
            latency_ms=self.latency_ms,
        )
        data = {
            "requestId": str(self.context.id),
            "fields": output,
            "retryCandidates": [candidate.model_dump(by_alias=True) for candidate in candidates],
            "appliedVersion": version,
            "provider": self.provider.name,
            "model": self.provider.model,
            "usage": self.usage.model_dump(by_alias=True),
            "latencyMs": self.latency_ms,
        }
        return StreamEvent(name="completed", data=data)

    async def events(self, first: Delta, rest: AsyncIterator[Delta]) -> AsyncGenerator[StreamEvent]:
        """Once a token has been sent the status is 200 for good: what fails later is an ``error`` event."""
        is_recorded = False
        reason = "the caller went away"
        try:
            yield StreamEvent(name="requested", data={"requestId": str(self.context.id)})
            for event in self._read(first):
                yield event
            async for delta in rest:
                for event in self._read(delta):
                    yield event
            completed = await self._complete()
            is_recorded = True
            yield completed
        except (ProviderError, ApiError) as error:
            reason = str(error)
            problem = _as_api_error(error) if isinstance(error, ProviderError) else error
            self._log(logging.WARNING, f"generation failed: {reason}")
            yield StreamEvent(name="error", data={"code": problem.code, "message": problem.message})
        except Exception as error:  # noqa: BLE001 - the stream has begun: only an event can still tell the caller
            reason = "unexpected error"
            report(error)
            self._log(logging.ERROR, "generation failed", error)
            yield StreamEvent(name="error", data={"code": "INTERNAL_ERROR", "message": "something went wrong"})
        finally:
            if not is_recorded:
                await self.fail(reason)


async def generate(principal: Principal, *, request: GenerateRequest) -> AsyncGenerator[StreamEvent]:
    """Starts a generation and returns its events from the first token on.

    Until that token nothing has been sent, so a model that is down, slow or unwilling is an honest
    503, 504 or 422 here.
    """
    if principal.expires_at - time.time() < MIN_TOKEN_SECONDS:
        raise Unauthorized("the access token ends before the generation could: refresh it", code="TOKEN_EXPIRED")
    try:
        provider = OpenAIProvider()
    except ProviderError as error:
        raise _as_api_error(error) from error
    # The SDK takes over a second to import the first time; the database is asked meanwhile.
    warm_up = asyncio.create_task(provider.warm_up())
    try:
        context = await repository.request_generation(
            principal.db,
            request=request,
            provider=provider.name,
            model=provider.model,
            prompt_version=PROMPT_VERSION,
        )
    except BaseException:
        warm_up.cancel()
        raise
    run = _Run(principal, context, provider)
    try:
        await warm_up
        stream = provider.stream(build_completion(request, context))
        first = await anext(aiter(stream))
    except (ProviderError, StopAsyncIteration) as error:
        failure = error if isinstance(error, ProviderError) else ProviderError("the model gave no answer")
        await run.fail(str(failure))
        raise _as_api_error(failure) from error
    except BaseException:
        await run.fail("the request was cut short")
        raise
    return run.events(first, stream)
