"""Contains the exceptions of one piece of work, for loops that work for many tenants."""

import asyncio
import contextlib
import logging
from typing import Any

from lib.core.telemetry.logs import log
from lib.core.telemetry.reports import report


def ends_the_process(error: BaseException) -> bool:
    """Tells whether an exception is meant for more than the piece of work that raised it.

    Such exceptions are the end of the process, and a cancellation from outside. All others stay with their piece of
    work, also those that are no ``Exception``: a panic in a library in Rust (``pyo3_runtime.PanicException``), a
    ``sys.exit`` in a library, and a cancellation that the work made itself.
    """
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()
        return task is None or task.cancelling() > 0
    return isinstance(error, (KeyboardInterrupt, GeneratorExit))


def report_safely(message: str, error: BaseException, *, fields: dict[str, Any] | None = None) -> None:
    """Reports an exception and writes it to the log. Raises nothing, whatever the exception holds."""
    with contextlib.suppress(Exception):
        report(error)
    try:
        log(logging.ERROR, message, error=error, fields=fields)
    except Exception:  # noqa: BLE001 - its traceback or its text cannot be formatted
        log(logging.ERROR, message, fields={**(fields or {}), "error": type(error).__name__})
