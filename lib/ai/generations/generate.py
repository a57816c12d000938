"""Runs a tool to its result, without a stream."""

import asyncio
from typing import Any, Final
from uuid import UUID

from lib.ai.generations import repository
from lib.ai.generations.active import ActiveGeneration, ParsedAnswer
from lib.ai.generations.begin import as_api_error, begin
from lib.ai.generations.models import ToolResult
from lib.ai.generations.repository import Replayed
from lib.ai.guardrails.screening import check_input
from lib.ai.providers import CompletionRequest, ProviderError
from lib.ai.providers.fallback_chain import AllProvidersFailed
from lib.ai.providers.health import Circuits
from lib.ai.tools.base import Tool
from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row
from lib.core.http.errors import ApiError

# Ids and addresses are not screened: long numbers in them are not card numbers.
_NOT_SCREENED: Final = frozenset(
    {"brand_id", "content_id", "template_id", "product_id", "claim_id", "step_id", "images", "urls"}
)


def check_request(tool: Tool[Any, Any]) -> None:
    """Raises ValidationFailed if the texts of a request contain secrets."""
    check_input(tool.request.model_dump(mode="json", by_alias=True, exclude=set(_NOT_SCREENED)))


async def prepare(generation: ActiveGeneration[Any]) -> CompletionRequest:
    """Makes the request to the model. Raises ApiError, with the generation failed and nothing charged."""
    try:
        content = generation.context.content
        check_input({"fields": generation.context.values, "body": content.body if content else ""})
        await generation.tool.prepare(generation.context)
        return generation.completion_request()
    except ApiError as error:
        await generation.fail(error.message)
        raise
    except BaseException:
        await generation.fail("the request was cut short")
        raise


async def conclude(
    generation: ActiveGeneration[Any], request: CompletionRequest, answer: ParsedAnswer[Any]
) -> ToolResult[Any]:
    """Checks the output of an answer, then settles the generation and fills the cache at once."""
    output, report = await generation.build_output(answer)
    result, _ = await asyncio.gather(
        generation.settle(output, report), generation.store_in_cache(request, answer, output)
    )
    return result


async def replay(principal: Principal, *, generation_id: UUID) -> ToolResult[Any]:
    """Returns the result of an earlier generation. Raises Conflict if it failed or is in progress."""
    output = await repository.replayed_output(principal.db, generation_id=generation_id)
    return read_row(ToolResult[Any], output)


async def generate(
    principal: Principal, *, tool: Tool[Any, Any], circuits: Circuits, part: str = ""
) -> ToolResult[Any]:
    """Runs a tool and returns its result. ``part`` identifies an item of a batch.

    Raises what begin_generation refuses, ServiceUnavailable (AI_SERVICE_ERROR) naming the providers that were asked,
    and Unprocessable (CONTENT_FILTERED).
    """
    check_request(tool)
    try:
        generation = await begin(principal, tool=tool, circuits=circuits, part=part)
    except Replayed as error:
        return await replay(principal, generation_id=error.generation_id)
    try:
        output = tool.output_without_model(generation.context)
        if output is not None:
            return await generation.settle(output, None)
        request = await prepare(generation)
        answer = await generation.find_cached(request) or await generation.complete(request)
        return await conclude(generation, request, answer)
    except (AllProvidersFailed, ProviderError) as error:
        await generation.fail(str(error))
        raise as_api_error(error) from error
    except ApiError as error:
        await generation.fail(error.message)
        raise
    except BaseException:
        await generation.fail("the request was cut short")
        raise
    finally:
        await generation.chain.finish()
