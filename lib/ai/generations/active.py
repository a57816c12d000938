"""A generation in progress: its model calls, the check of its output, and its settlement."""

import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import anyio

from lib.ai.generations import cache, repository
from lib.ai.generations.commands import GenerationOutcome
from lib.ai.generations.models import ToolResult
from lib.ai.guardrails.model_check import check_request, parse_check
from lib.ai.guardrails.models import GuardrailReport, Violation
from lib.ai.guardrails.rules import check_by_rule, merged
from lib.ai.guardrails.screening import redacted
from lib.ai.models import GenerationContext, TokenUsage
from lib.ai.prompts.rendering import leaks, render
from lib.ai.providers import CompletionRequest, Provider, ProviderError
from lib.ai.providers.fallback_chain import AllProvidersFailed, ChainResult, FallbackChain, StreamRestarted
from lib.ai.providers.response_schema import malformed
from lib.ai.tools.base import Tool, ToolOutput
from lib.ai.tools.models import GenerateRequest
from lib.core.auth.principal import Principal
from lib.core.http.errors import ApiError, Conflict
from lib.core.telemetry.logs import log


@dataclass(frozen=True, slots=True)
class ParsedAnswer[A]:
    """An answer as the tool parsed it, with its text for the cache and for a correction."""

    value: A
    text: str
    problems: list[str]
    """The bounds that it does not keep, in words."""


@dataclass(slots=True)
class ActiveGeneration[A]:
    """A generation between ``begin_generation`` and ``settle_generation``."""

    principal: Principal
    tool: Tool[Any, A]
    context: GenerationContext
    chain: FallbackChain
    began: float
    """By ``time.monotonic``."""
    provider: Provider
    """The provider that is asked first; later, the one that answered."""
    is_cache_hit: bool = False
    _guardrail_check: str | None = None
    """The text of the model's check against the guardrails."""
    _cached_model: str | None = None
    _cached_provider: str | None = None
    _is_settled: bool = field(default=False)

    @property
    def id(self) -> UUID:
        """The id of the generation."""
        return self.context.id

    @property
    def latency_ms(self) -> int:
        """Milliseconds since the generation began."""
        return int((time.monotonic() - self.began) * 1000)

    @property
    def usage(self) -> TokenUsage:
        """The tokens of all calls."""
        return TokenUsage(
            prompt_tokens=sum(call.usage.prompt_tokens for call in self.chain.calls),
            completion_tokens=sum(call.usage.completion_tokens for call in self.chain.calls),
        )

    def _log(self, level: int, message: str, error: BaseException | None = None) -> None:
        log(level, message, error=error, fields={"generation": str(self.id), "tool": self.tool.type})

    # ── model calls

    def completion_request(self) -> CompletionRequest:
        """Makes the request to the model, with secrets redacted."""
        return redacted(self.tool.completion_request(self.context))

    def parse(self, text: str) -> ParsedAnswer[A]:
        """Parses a completion. Raises ProviderError if it is malformed or repeats the instructions of the prompt."""
        value = self.tool.parse(text, self.context)
        if leaks([text]):
            raise malformed("the model repeated its instructions")
        return ParsedAnswer(value, text, self.tool.problems(value, self.context))

    async def complete(self, request: CompletionRequest) -> ParsedAnswer[A]:
        """Returns an answer, corrected where it was out of bounds. Raises what FallbackChain.stream raises.

        Reads the completion as a stream, so that a silent provider is left after the wait for a first token. The wait
        for a whole completion would use up the time of the other providers.
        """
        answer: ParsedAnswer[A] | None = None
        async with aclosing(self.stream(request)) as pieces:
            async for piece in pieces:
                if isinstance(piece, ParsedAnswer):
                    answer = piece
        assert answer is not None
        return await self.correct(request, answer)

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[str | StreamRestarted | ParsedAnswer[A]]:
        """Yields pieces of the answer as they arrive, and last the parsed answer."""
        # Closed together with this generator, and not by the garbage collector: closing counts what was read so far.
        async with aclosing(self.chain.stream(request, self.parse)) as pieces:
            async for piece in pieces:
                if isinstance(piece, ChainResult):
                    self.provider = piece.provider
                    yield piece.value
                else:
                    yield piece

    async def correct(self, request: CompletionRequest, answer: ParsedAnswer[A]) -> ParsedAnswer[A]:
        """Asks the model to correct an answer that is out of bounds, while there are attempts and time left.

        Returns the better of the answers. A correction that fails leaves the answer as it was.
        """
        for _ in range(self.tool.max_attempts - 1):
            if not answer.problems or self.chain.limits.remaining < self.chain.limits.completion / 2:
                break
            prompt = render(
                "correction.v1",
                system=request.system,
                prompt=request.prompt,
                answer=answer.text,
                problems=answer.problems,
            )
            correction = CompletionRequest(
                system=prompt.system,
                prompt=prompt.user,
                schema=request.schema,
                temperature=request.temperature,
                top_p=request.top_p,
                max_tokens=request.max_tokens,
                images=request.images,
            )
            try:
                result = await self.chain.complete(correction, self.parse)
            except (AllProvidersFailed, ProviderError) as error:
                self._log(logging.WARNING, f"a correction failed: {error}")
                break
            if len(result.value.problems) <= len(answer.problems):
                answer, self.provider = result.value, result.provider
        return answer

    # ── the output

    async def build_output(self, answer: ParsedAnswer[A]) -> tuple[ToolOutput, GuardrailReport | None]:
        """Brings the answer within its bounds and checks it against the guardrails.

        Raises AllProvidersFailed if the bounds cannot be kept.
        """
        try:
            output = self.tool.build_output(answer.value, self.context)
        except ProviderError as error:
            raise AllProvidersFailed({self.provider.name: error}) from error
        return output, await self._check_guardrails(output)

    async def _check_guardrails(self, output: ToolOutput) -> GuardrailReport | None:
        if not output.texts:
            return None
        request = self.tool.request
        terms = request.avoid_terms if isinstance(request, GenerateRequest) else []
        violations = check_by_rule(output.texts, self.context, terms)
        checked_by = "rules"
        if self.tool.is_checked_by_model and self.context.brand.guardrails:
            found = await self._check_by_model(output.texts)
            if found is not None:
                violations, checked_by = merged(violations, found), "model"
        is_held = output.proposal is not None and any(item.severity == "high" for item in violations)
        return GuardrailReport(violations=violations, is_held=is_held, checked_by=checked_by)

    async def _check_by_model(self, texts: list[str]) -> list[Violation] | None:
        """Returns the violations that a model finds; None if no model answers: the checks by rule are made anyway."""
        if self._guardrail_check is None:
            request = redacted(check_request(texts, self.context, self.tool.token_budget))
            try:
                result = await self.chain.complete(request, lambda text: (text, parse_check(text, texts, self.context)))
            except (AllProvidersFailed, ProviderError) as error:
                self._log(logging.WARNING, f"the guardrails were not checked by a model: {error}")
                return None
            self._guardrail_check = result.value[0]
            return result.value[1].violations
        try:
            return parse_check(self._guardrail_check, texts, self.context).violations
        except ProviderError:
            return None  # cached by an older version of the code

    # ── the cache

    def _cache_key(self, request: CompletionRequest, model: str) -> str:
        return cache.key_of(self.tool.type, self.tool.prompt_version, self.context.brand, model, request)

    async def find_cached(self, request: CompletionRequest) -> ParsedAnswer[A] | None:
        """Looks for an answer to the same request; None if there is none, or if ``regenerate`` is set."""
        if self.tool.request.regenerate:
            return None
        cached = await cache.find(self._cache_key(request, self.provider.model))
        if cached is None:
            return None
        try:
            answer = self.parse(cached.text)
        except ProviderError:
            return None  # cached by an older version of the code
        self.is_cache_hit, self._guardrail_check = True, cached.guardrail_check
        self._cached_provider, self._cached_model = cached.provider, cached.model
        return answer

    async def store_in_cache(self, request: CompletionRequest, answer: ParsedAnswer[A], output: ToolOutput) -> None:
        """Stores an answer that is good enough."""
        if not self.tool.is_cacheable(output) or (self.is_cache_hit and not self.chain.calls):
            return  # nothing new
        provider, model = self.answered_by
        # Under the model that is asked first, whichever answered: the same request looks there.
        await cache.store(
            self._cache_key(request, self.chain.providers[0].model),
            cache.CachedAnswer(answer.text, provider, model, self._guardrail_check),
        )

    # ── the settlement

    @property
    def answered_by(self) -> tuple[str, str]:
        """The provider and the model that answered, also if the answer comes from the cache."""
        return self._cached_provider or self.provider.name, self._cached_model or self.provider.model

    async def settle(self, output: ToolOutput, report: GuardrailReport | None) -> ToolResult[Any]:
        """Settles the generation: charges its cost, stores its output and writes the proposal into the content."""
        provider, model = self.answered_by
        result: ToolResult[Any] = ToolResult[Any](
            request_id=self.id,
            result=output.result,
            provider=provider,
            model=model,
            prompt_version=self.tool.prompt_version,
            usage=self.usage,
            latency_ms=self.latency_ms,
            is_cache_hit=self.is_cache_hit,
            omissions=self.tool.token_budget.omissions,
            guardrails=report,
        )
        proposal = output.proposal if self.context.content is not None else None
        outcome = GenerationOutcome(
            generation_id=self.id,
            status="completed",
            provider=provider,
            model=model,
            calls=self.chain.calls,
            is_cache_hit=self.is_cache_hit,
            latency_ms=result.latency_ms,
            output=result.model_dump(mode="json", by_alias=True),
            proposal=proposal,
            violations=report.violations if report else [],
            is_held=bool(report and report.is_held and proposal),
            alignment=output.alignment,
            claim_review=output.claim_review,
            vetting_feedback=output.vetting_feedback,
        )
        settled = await repository.settle(self.principal.db, outcome=outcome)
        self._is_settled = True
        result.applied_version = settled["applied_version"]
        result.not_applied = settled["not_applied"]
        if result.guardrails:
            result.guardrails.is_held = outcome.is_held
        return result

    async def fail(self, reason: str, *, is_cut_short: bool = False) -> None:
        """Records a failure and its cost, also if the request is being cancelled. Does nothing if it is settled.

        ``is_cut_short``: the caller went away after the first token.
        """
        if self._is_settled:
            return
        self._is_settled = True
        provider, model = self.answered_by
        outcome = GenerationOutcome(
            generation_id=self.id,
            status="failed",
            provider=provider,
            model=model,
            calls=self.chain.calls,
            is_cache_hit=self.is_cache_hit,
            latency_ms=self.latency_ms,
            error=reason,
            is_cut_short=is_cut_short,
        )
        with anyio.CancelScope(shield=True):
            try:
                await repository.settle(self.principal.db, outcome=outcome)
            except Conflict:
                return  # it was settled before: only the answer to that call was lost
            except ApiError as error:
                self._log(logging.ERROR, "a failed generation stays pending", error)
