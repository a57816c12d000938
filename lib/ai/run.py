"""One generation, from the money that is set aside for it to the record of what it brought.

Two hops before the model: KV (limit, session and circuits side by side) and the database (rights, money, and all that
the prompt needs). A third, to KV, only where the same may have been asked before.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import anyio

from lib.ai import cache, repository
from lib.ai.chain import AllFailed, Chain, Pace, Restarted, Whole
from lib.ai.guardrails import check_by_rule, check_completion, merged, read_check, redacted
from lib.ai.models import GenerationContext, TokenUsage
from lib.ai.providers import Completion, Provider, ProviderError, configured, order
from lib.ai.providers.selection import Price
from lib.ai.rendering import leaks, render, warm_up_prompts
from lib.ai.requests import GenerateRequest, ToolRequest
from lib.ai.results import Generated, GuardrailReport, Violation
from lib.ai.shapes import malformed
from lib.ai.tools import Finished, Tool
from lib.core.circuit_breaker import Circuit, State
from lib.core.config import get_settings
from lib.core.errors import ApiError, Conflict, ServiceUnavailable, Unauthorized, Unprocessable
from lib.core.logs import log
from lib.core.principal import Principal

RETRY_AFTER_SECONDS: Final = 10
# The token that asked is the one that records the answer, up to a minute later.
MIN_TOKEN_SECONDS: Final = 60
# What a prompt of ours says around everything that it is given.
PROMPT_TOKENS: Final = 700
# A parameter of the record is there to be read again, not to keep the texts a second time.
_NOT_KEPT: Final = frozenset({"images", "content", "text", "inputs", "outputs", "stream", "brand_id", "content_id"})


def as_api_error(error: AllFailed | ProviderError) -> ApiError:
    if isinstance(error, ProviderError):
        return Unprocessable("the model's content filter stopped this", code="CONTENT_FILTERED")
    return ServiceUnavailable(str(error), code="AI_SERVICE_ERROR", retry_after=error.retry_after or RETRY_AFTER_SECONDS)


def check_token(principal: Principal) -> None:
    if principal.expires_at - time.time() < MIN_TOKEN_SECONDS:
        raise Unauthorized("the access token ends before the generation could: refresh it", code="TOKEN_EXPIRED")


def pace_from(began: float) -> Pace:
    settings = get_settings()
    return Pace(
        deadline=began + settings.ai_total_seconds,
        first_token=settings.ai_first_token_seconds,
        answer=settings.ai_answer_seconds,
    )


def providers_for(tool: Tool[Any, Any]) -> list[Provider]:
    """Raises ServiceUnavailable where no provider that can do it has a key."""
    found = configured(get_settings(), tool.kind, tool.needed)
    if not found:
        raise as_api_error(AllFailed({}))
    return found


@dataclass(frozen=True, slots=True)
class Answered[A]:
    """An answer as it was read, with its text for the cache and for a correction."""

    value: A
    raw: str
    problems: list[str]


@dataclass(slots=True)
class Run[A]:
    principal: Principal
    tool: Tool[Any, A]
    context: GenerationContext
    chain: Chain
    began: float
    provider: Provider
    """Who is asked first; later, who answered."""
    first_token_ms: int | None = None
    is_cache_hit: bool = False
    _check: str | None = None
    _model: str | None = None
    _provider_name: str | None = None
    _is_settled: bool = field(default=False)

    @property
    def id(self) -> UUID:
        return self.context.id

    @property
    def latency_ms(self) -> int:
        return int((time.monotonic() - self.began) * 1000)

    @property
    def usage(self) -> TokenUsage:
        return TokenUsage(
            prompt_tokens=sum(call.usage.prompt_tokens for call in self.chain.calls),
            completion_tokens=sum(call.usage.completion_tokens for call in self.chain.calls),
        )

    def _log(self, level: int, message: str, error: BaseException | None = None) -> None:
        log(level, message, error=error, fields={"generation": str(self.id), "tool": self.tool.type})

    # ── asking

    def completion(self) -> Completion:
        return redacted(self.tool.completion(self.context))

    def read(self, raw: str) -> Answered[A]:
        value = self.tool.read(raw, self.context)
        if leaks([raw]):
            raise malformed("the model repeated its instructions")
        return Answered(value, raw, self.tool.problems(value, self.context))

    async def answer(self, completion: Completion) -> Answered[A]:
        whole = await self.chain.complete(completion, self.read)
        self.provider = whole.provider
        return await self.improved(completion, whole.value)

    async def improved(self, completion: Completion, asked: Answered[A]) -> Answered[A]:
        """Asks again with what was measured, while the answer is out of bounds and there are attempts and time left.

        The better of two answers counts; one that fails leaves the one before it.
        """
        for _ in range(self.tool.attempts - 1):
            if not asked.problems or self.chain.pace.remaining < self.chain.pace.answer / 2:
                break
            corrected = render(
                "correction.v1",
                system=completion.system,
                prompt=completion.prompt,
                answer=asked.raw,
                problems=asked.problems,
            )
            again = Completion(
                system=corrected.system,
                prompt=corrected.user,
                schema=completion.schema,
                temperature=completion.temperature,
                top_p=completion.top_p,
                max_tokens=completion.max_tokens,
                images=completion.images,
            )
            try:
                whole = await self.chain.complete(again, self.read)
            except (AllFailed, ProviderError) as error:
                self._log(logging.WARNING, f"a correction failed: {error}")
                break
            if len(whole.value.problems) <= len(asked.problems):
                asked, self.provider = whole.value, whole.provider
        return asked

    async def finished(self, asked: Answered[A]) -> tuple[Finished, GuardrailReport | None]:
        """Within bounds, and held against the guardrails. Raises AllFailed where the bounds cannot be kept."""
        try:
            finished = self.tool.finish(asked.value, self.context)
        except ProviderError as error:
            raise AllFailed({self.provider.name: error}) from error
        return finished, await self._guarded(finished)

    async def _guarded(self, finished: Finished) -> GuardrailReport | None:
        if not finished.texts:
            return None
        request = self.tool.request
        terms = request.avoid_terms if isinstance(request, GenerateRequest) else []
        violations = check_by_rule(finished.texts, self.context, terms)
        checked_by = "rules"
        if self.tool.is_checked and self.context.brand.guardrails:
            found = await self._model_check(finished.texts)
            if found is not None:
                violations, checked_by = merged(violations, found), "model"
        is_held = bool(finished.proposal) and any(item.severity == "high" for item in violations)
        return GuardrailReport(violations=violations, is_held=is_held, checked_by=checked_by)

    async def _model_check(self, texts: list[str]) -> list[Violation] | None:
        """What a model finds; None where none answers: what can be told by rule has been looked for already."""
        if self._check is None:
            completion = redacted(check_completion(texts, self.context, self.tool.budget))
            try:
                whole = await self.chain.complete(completion, lambda raw: (raw, read_check(raw, texts, self.context)))
            except (AllFailed, ProviderError) as error:
                self._log(logging.WARNING, f"the guardrails were not checked by a model: {error}")
                return None
            self._check = whole.value[0]
            return whole.value[1].violations
        return read_check(self._check, texts, self.context).violations

    # ── the cache

    def _cache_key(self, completion: Completion, model: str) -> str:
        return cache.key_of(self.tool.type, self.tool.prompt, self.context.brand, model, completion)

    async def remembered(self, completion: Completion) -> Answered[A] | None:
        if self.tool.request.regenerate:
            return None
        kept = await cache.find(self._cache_key(completion, self.provider.model))
        if kept is None:
            return None
        try:
            asked = self.read(kept.answer)
        except ProviderError:
            return None  # by an older version of the code
        self.is_cache_hit, self._check = True, kept.check
        self._provider_name, self._model = kept.provider, kept.model
        return asked

    async def remember(self, completion: Completion, asked: Answered[A], finished: Finished) -> None:
        if self.is_cache_hit or not self.tool.may_keep(finished):
            return
        kept = cache.Kept(asked.raw, self.provider.name, self.provider.model, self._check)
        await cache.keep(self._cache_key(completion, self.provider.model), kept)

    # ── the record

    @property
    def answered_by(self) -> tuple[str, str]:
        return self._provider_name or self.provider.name, self._model or self.provider.model

    def _record(self, status: str) -> dict[str, Any]:
        provider, model = self.answered_by
        firsts = [call.first_token_ms for call in self.chain.calls if call.first_token_ms is not None]
        return {
            "userId": self.principal.user_id,
            "generationId": self.id,
            "status": status,
            "provider": provider,
            "model": model,
            "calls": [] if self.is_cache_hit else [call.as_record() for call in self.chain.calls],
            "isCacheHit": self.is_cache_hit,
            "latencyMs": self.latency_ms,
            "firstTokenMs": firsts[0] if firsts else None,
        }

    async def settle(self, finished: Finished, report: GuardrailReport | None) -> Generated[Any]:
        """Pays, keeps, and writes into the content what the tool proposes for it."""
        provider, model = self.answered_by
        generated: Generated[Any] = Generated[Any](
            request_id=self.id,
            result=finished.result,
            provider=provider,
            model=model,
            prompt_version=self.tool.prompt,
            usage=TokenUsage() if self.is_cache_hit else self.usage,
            latency_ms=self.latency_ms,
            is_cache_hit=self.is_cache_hit,
            omissions=self.tool.budget.omissions,
            guardrails=report,
        )
        proposal = finished.proposal if self.context.content is not None else None
        record = self._record("completed") | finished.record
        record |= {
            "output": generated.model_dump(mode="json", by_alias=True),
            "proposal": proposal,
            "violations": [item.model_dump(mode="json", by_alias=True) for item in report.violations] if report else [],
            "isHeld": bool(report and report.is_held and proposal),
        }
        settled = await repository.settle(self.principal.db, result=record)
        self._is_settled = True
        generated.applied_version = settled["applied_version"]
        generated.not_applied = settled["not_applied"]
        if generated.guardrails:
            generated.guardrails.is_held = record["isHeld"]
        return generated

    async def fail(self, reason: str) -> None:
        """Writes down that nothing came of it and what it cost, also when the caller has gone away already."""
        if self._is_settled:
            return
        self._is_settled = True
        with anyio.CancelScope(shield=True):
            try:
                await repository.settle(self.principal.db, result=self._record("failed") | {"error": reason})
            except Conflict:
                return  # it is closed: only the answer that said so was lost
            except ApiError as error:
                self._log(logging.ERROR, "a failed generation stays pending", error)


async def begin[A](
    principal: Principal, tool: Tool[Any, A], circuits: Mapping[str, Circuit], *, part: str = ""
) -> Run[A]:
    """Checks, sets money aside, and chooses whom to ask. Raises ApiError; then nothing is charged."""
    check_token(principal)
    began = time.monotonic()
    providers = providers_for(tool)
    # The SDK takes over a second to import the first time; the database is asked meanwhile.
    warm_up = asyncio.gather(providers[0].warm_up(), asyncio.to_thread(warm_up_prompts))
    try:
        context = await repository.begin(principal.db, request=_opening(principal, tool, providers), part=part)
    except BaseException:
        warm_up.cancel()
        raise
    await warm_up
    prices = {price.provider: Price(price.input_per_1000, price.output_per_1000) for price in context.prices}
    chosen = order(providers, tool.kind, circuits, prices)
    probing = frozenset(name for name, circuit in circuits.items() if circuit.state is not State.CLOSED)
    return Run(principal, tool, context, Chain(chosen, pace_from(began), probing), began, chosen[0])


def _opening(principal: Principal, tool: Tool[Any, Any], providers: list[Provider]) -> dict[str, Any]:
    request: ToolRequest = tool.request
    tenant = {"brandId": request.brand_id, "contentId": request.content_id}
    checks = 1 if tool.is_checked else 0
    return {
        "userId": principal.user_id,
        "type": tool.type,
        "promptVersion": tool.prompt,
        "requires": list(tool.requires),
        "parameters": request.model_dump(mode="json", exclude_none=True, by_alias=True, exclude=set(_NOT_KEPT)),
        "candidates": [{"provider": provider.name, "model": provider.model} for provider in providers],
        "bounds": {
            "promptTokens": PROMPT_TOKENS + tool.source_tokens,
            "completionTokens": tool.completion_tokens,
            "attempts": tool.attempts + checks,
        },
        **{name: value for name, value in tenant.items() if value is not None},
        **tool.opening(),
    }


async def stream[A](run: Run[A], completion: Completion) -> AsyncGenerator[str | Restarted | Answered[A]]:
    """The pieces of the answer as they come, and last the answer."""
    async for piece in run.chain.stream(completion, run.read):
        if isinstance(piece, Whole):
            run.provider = piece.provider
            yield piece.value
        else:
            yield piece
