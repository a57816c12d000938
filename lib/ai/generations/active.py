"""One generation, from the money that is set aside for it to the record of what it brought.

Two hops before the model: KV (limit, session and circuits side by side) and the database (rights, money, and all that
the prompt needs). A third, to KV, only where the same may have been asked before.
"""

import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import anyio

from lib.ai import cache, repository
from lib.ai.chain import AllFailed, Chain, Restarted, Whole
from lib.ai.guardrails import check_by_rule, check_completion, merged, read_check, redacted
from lib.ai.models import GenerationContext, TokenUsage
from lib.ai.providers import Completion, Provider, ProviderError
from lib.ai.rendering import leaks, render
from lib.ai.requests import GenerateRequest
from lib.ai.results import Generated, GuardrailReport, Violation
from lib.ai.shapes import malformed
from lib.ai.tools import Finished, Tool
from lib.core.auth.principal import Principal
from lib.core.http.errors import ApiError, Conflict
from lib.core.telemetry.logs import log


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
        try:
            return read_check(self._check, texts, self.context).violations
        except ProviderError:
            return None  # kept by an older version of the code

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
        if not self.tool.may_keep(finished) or (self.is_cache_hit and not self.chain.calls):
            return  # as it was found
        provider, model = self.answered_by
        # Under the model that is asked first, whoever answered: that is where the same question looks.
        await cache.keep(
            self._cache_key(completion, self.chain.providers[0].model),
            cache.Kept(asked.raw, provider, model, self._check),
        )

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
            "calls": [call.as_record() for call in self.chain.calls],
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
            usage=self.usage,
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

    async def fail(self, reason: str, *, is_cut_short: bool = False) -> None:
        """Writes down that nothing came of it and what it cost, also when the caller has gone away already.

        ``is_cut_short``: the caller has had some of the answer, and did not wait for its end.
        """
        if self._is_settled:
            return
        self._is_settled = True
        record = self._record("failed") | {"error": reason, "isCutShort": is_cut_short}
        with anyio.CancelScope(shield=True):
            try:
                await repository.settle(self.principal.db, result=record)
            except Conflict:
                return  # it is closed: only the answer that said so was lost
            except ApiError as error:
                self._log(logging.ERROR, "a failed generation stays pending", error)


async def stream[A](run: Run[A], completion: Completion) -> AsyncGenerator[str | Restarted | Answered[A]]:
    """The pieces of the answer as they come, and last the answer."""
    # Closed with this one, and not when the collector finds it: what was read so far is counted as it closes.
    async with aclosing(run.chain.stream(completion, run.read)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Whole):
                run.provider = piece.provider
                yield piece.value
            else:
                yield piece
