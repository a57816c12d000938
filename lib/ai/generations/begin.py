"""How a generation begins: who may be asked, what is set aside, and which errors a caller sees."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

from lib.ai import repository
from lib.ai.chain import AllFailed, Chain, Pace
from lib.ai.providers import Fault, Provider, ProviderError, configured, order
from lib.ai.providers.selection import Price
from lib.ai.rendering import warm_up_prompts
from lib.ai.requests import ToolRequest
from lib.ai.run import Run
from lib.ai.tools import Tool
from lib.core.auth.principal import Principal
from lib.core.config import get_settings
from lib.core.data.circuit_breaker import Circuit, State
from lib.core.http.errors import ApiError, ServiceUnavailable, Unauthorized, Unprocessable
from lib.core.telemetry.context import current_context

RETRY_AFTER_SECONDS: Final = 10
# What is left of a request's time for writing down how a generation ended.
CLOSING_SECONDS: Final = 8.0
# The token that asked is the one that records the answer, up to a minute later.
MIN_TOKEN_SECONDS: Final = 60
# What a prompt of ours says around everything that it is given.
PROMPT_TOKENS: Final = 700
# A parameter of the record is there to be read again, not to keep the texts a second time.
_NOT_KEPT: Final = frozenset({"images", "content", "text", "inputs", "outputs", "stream", "brand_id", "content_id"})


def as_api_error(error: AllFailed | ProviderError) -> ApiError:
    if isinstance(error, ProviderError) and error.fault is not Fault.REFUSED:
        error = AllFailed({"model": error})
    if isinstance(error, ProviderError):
        return Unprocessable("the model's content filter stopped this", code="CONTENT_FILTERED")
    return ServiceUnavailable(str(error), code="AI_SERVICE_ERROR", retry_after=error.retry_after or RETRY_AFTER_SECONDS)


def check_token(principal: Principal) -> None:
    if principal.expires_at - time.time() < MIN_TOKEN_SECONDS:
        raise Unauthorized("the access token ends before the generation could: refresh it", code="TOKEN_EXPIRED")


def pace_from(began: float) -> Pace:
    settings = get_settings()
    return Pace(
        # Whatever came before it, and however many generations are asked for at once: the last is recorded in time.
        deadline=min(began + settings.ai_total_seconds, current_context().ends_at - CLOSING_SECONDS),
        first_token=settings.ai_first_token_seconds,
        answer=settings.ai_answer_seconds,
    )


def providers_for(tool: Tool[Any, Any]) -> list[Provider]:
    """Raises ServiceUnavailable where no provider that can do it has a key."""
    found = configured(get_settings(), tool.kind, tool.needed)
    if not found:
        raise as_api_error(AllFailed({}))
    return found


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
    run = Run(principal, tool, context, Chain(providers, pace_from(began)), began, providers[0])
    try:
        await warm_up
    except BaseException:
        await run.fail("the request was cut short")
        raise
    prices = {price.provider: Price(price.input_per_1000, price.output_per_1000) for price in context.prices}
    run.chain.providers = order(providers, tool.kind, circuits, prices)
    run.chain.probing = frozenset(name for name, circuit in circuits.items() if circuit.state is not State.CLOSED)
    run.provider = run.chain.providers[0]
    return run


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
