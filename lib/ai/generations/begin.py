"""Begins a generation: checks the caller, reserves the cost, and orders the providers.

There are two hops before the model: KV (rate limit, session and circuits at once) and the database (rights, cost and
everything that the prompt needs). A third one, to KV, looks for a cached answer.
"""

import asyncio
import time
from typing import Any, Final

from lib.ai.generations import repository
from lib.ai.generations.active import ActiveGeneration
from lib.ai.generations.commands import BeginGeneration
from lib.ai.prompts.rendering import warm_up_prompts
from lib.ai.providers import Fault, Provider, ProviderError, configured_providers, order_providers
from lib.ai.providers.answers import TimeLimits
from lib.ai.providers.fallback_chain import AllProvidersFailed, FallbackChain
from lib.ai.providers.health import Circuits
from lib.ai.providers.order import Price
from lib.ai.settings import get_ai_settings
from lib.ai.tools.base import Tool
from lib.core.auth.principal import Principal
from lib.core.data.circuit_breaker import State
from lib.core.http.errors import ApiError, ServiceUnavailable, Unauthorized, Unprocessable
from lib.core.telemetry.context import current_context

RETRY_AFTER_SECONDS: Final = 10
# The time of a request that is kept free for settling its generation.
CLOSING_SECONDS: Final = 8.0
# The access token that begins a generation also settles it, up to a minute later.
MIN_TOKEN_SECONDS: Final = 60
# The tokens of the instructions in our prompts, without the texts that are inserted.
PROMPT_TOKENS: Final = 700
# The record keeps the parameters of a request, but not its texts.
_NOT_RECORDED: Final = frozenset({"images", "content", "text", "inputs", "outputs", "brand_id", "content_id"})


def as_api_error(error: AllProvidersFailed | ProviderError) -> ApiError:
    """Translates a failure of the providers: 422 CONTENT_FILTERED if one refused, otherwise 503 AI_SERVICE_ERROR."""
    if isinstance(error, ProviderError) and error.fault is not Fault.REFUSED:
        error = AllProvidersFailed({"model": error})
    if isinstance(error, ProviderError):
        return Unprocessable("the content filter of the model stopped the answer", code="CONTENT_FILTERED")
    return ServiceUnavailable(str(error), code="AI_SERVICE_ERROR", retry_after=error.retry_after or RETRY_AFTER_SECONDS)


def _check_token(principal: Principal) -> None:
    if principal.expires_at - time.time() < MIN_TOKEN_SECONDS:
        raise Unauthorized("the access token expires before the generation could end: refresh it", code="TOKEN_EXPIRED")


def _limits_from(began: float) -> TimeLimits:
    settings = get_ai_settings()
    return TimeLimits(
        # However long the steps before took, there is time to settle the generation.
        deadline=min(began + settings.ai_total_seconds, current_context().ends_at - CLOSING_SECONDS),
        first_token=settings.ai_first_token_seconds,
        completion=settings.ai_answer_seconds,
    )


def _providers_for(tool: Tool[Any, Any]) -> list[Provider]:
    """Raises ServiceUnavailable if no provider with the tool's capabilities has a key."""
    found = configured_providers(get_ai_settings(), tool.workload, tool.capabilities)
    if not found:
        raise as_api_error(AllProvidersFailed({}))
    return found


async def begin[A](
    principal: Principal, *, tool: Tool[Any, A], circuits: Circuits, part: str = ""
) -> ActiveGeneration[A]:
    """Begins a generation. ``part`` identifies an item of a batch.

    Raises ApiError, and then nothing is charged; raises Replayed for a repeated Idempotency-Key.
    """
    _check_token(principal)
    began = time.monotonic()
    providers = _providers_for(tool)
    # The first import of an SDK takes over a second: it runs while the database is asked.
    warm_up = asyncio.gather(providers[0].warm_up(), warm_up_prompts())
    try:
        context = await repository.begin(principal.db, request=_request(tool, providers), part=part)
    except BaseException:
        warm_up.cancel()
        raise
    chain = FallbackChain(providers, _limits_from(began))
    generation = ActiveGeneration(principal, tool, context, chain, began, providers[0])
    try:
        await warm_up
    except BaseException:
        await generation.fail("the request was cut short")
        raise
    prices = {price.provider: Price(price.input_per_1000, price.output_per_1000) for price in context.prices}
    chain.providers = order_providers(providers, tool.workload, circuits, prices)
    chain.probing = frozenset(name for name, circuit in circuits.items() if circuit.state is not State.CLOSED)
    generation.provider = chain.providers[0]
    return generation


def _request(tool: Tool[Any, Any], providers: list[Provider]) -> BeginGeneration:
    request = tool.request
    return BeginGeneration(
        brand_id=request.brand_id,
        content_id=request.content_id,
        type=tool.type,
        prompt_version=tool.prompt_version,
        required_brand_fields=tool.required_brand_fields,
        parameters=request.model_dump(mode="json", exclude_none=True, by_alias=True, exclude=set(_NOT_RECORDED)),
        candidates=[(provider.name, provider.model) for provider in providers],
        prompt_tokens=PROMPT_TOKENS + tool.reserved_request_tokens,
        completion_tokens=tool.reserved_completion_tokens,
        attempts=tool.max_attempts + (1 if tool.is_checked_by_model else 0),
        options=tool.begin_options(),
    )
