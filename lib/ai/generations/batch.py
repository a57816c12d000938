"""Runs a tool for several pages or images, with a result for each."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Final

from lib.ai.generations.generate import generate
from lib.ai.generations.models import Batch, BatchItem, BatchItemError
from lib.ai.providers.health import Circuits
from lib.ai.tools.base import Tool
from lib.core.auth.principal import Principal
from lib.core.http.errors import (
    ApiError,
    Forbidden,
    InternalError,
    NotFound,
    RateLimitExceeded,
    ServiceUnavailable,
    Unauthorized,
)
from lib.core.telemetry.logs import log
from lib.core.telemetry.reports import report

# How many items are processed at once (domain §7).
CONCURRENCY: Final = 5
# Errors of the caller, the brand or the service, which concern all items alike.
_COMMON_ERRORS: Final = (Unauthorized, Forbidden, NotFound, RateLimitExceeded, ServiceUnavailable)


def _failed(source: str, error: ApiError) -> BatchItem[Any]:
    return BatchItem[Any](source=source, is_success=False, error=BatchItemError(code=error.code, message=error.message))


async def generate_batch[T: Tool[Any, Any]](
    principal: Principal, *, tools: Sequence[tuple[str, T]], circuits: Circuits
) -> Batch[Any]:
    """Runs one tool for each source, five at a time.

    If all items fail, raises the error that concerns them all, or that of the only item.
    """
    gate = asyncio.Semaphore(CONCURRENCY)

    async def run_one(index: int, source: str, tool: T) -> BatchItem[Any] | ApiError:
        async with gate:
            try:
                part = str(index) if len(tools) > 1 else ""
                result = await generate(principal, tool=tool, circuits=circuits, part=part)
            except ApiError as error:
                return error
            except Exception as error:  # noqa: BLE001 - the other items must still be finished
                report(error)
                log(logging.ERROR, "an item of a batch failed", error=error)
                return InternalError("something went wrong on our side")
            return BatchItem[Any](source=source, is_success=True, generated=result)

    results = await asyncio.gather(*(run_one(index, source, tool) for index, (source, tool) in enumerate(tools)))
    errors = [result for result in results if isinstance(result, ApiError)]
    if len(errors) == len(results):
        common = next((error for error in errors if isinstance(error, _COMMON_ERRORS)), None)
        if common is not None or len(errors) == 1:
            raise common or errors[0]
    items = [
        _failed(source, result) if isinstance(result, ApiError) else result
        for (source, _), result in zip(tools, results, strict=True)
    ]
    return Batch[Any](items=items)
