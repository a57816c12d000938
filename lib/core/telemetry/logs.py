"""Logs of one JSON object per line, each with the id of its request."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

from lib.core.telemetry.context import current_context

LOGGER_NAME: Final = "mixerai"
_LOGGER: Final = logging.getLogger(LOGGER_NAME)
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, default=str)


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the line, with the request's id, its user, and the fields that ``log`` was given."""
        context = current_context()
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            "requestId": context.request_id,
        }
        if context.user_id:
            entry["userId"] = context.user_id
        entry |= getattr(record, "fields", {})
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return _ENCODER.encode(entry)


def configure_logs(level: str) -> None:
    """Writes the log to standard output from a level on, such as ``INFO``. Safe to repeat."""
    _LOGGER.setLevel(level)
    _LOGGER.propagate = False
    if not _LOGGER.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonFormatter())
        _LOGGER.addHandler(handler)


def log(level: int, message: str, *, error: BaseException | None = None, fields: dict[str, Any] | None = None) -> None:
    """Writes a line to the log. ``fields`` become members of the line; ``error`` adds its traceback."""
    if not _LOGGER.isEnabledFor(level):
        return
    trace = (type(error), error, error.__traceback__) if error is not None else None
    # Made here, since ``Logger.log`` looks for its caller in the stack, which the line does not name.
    record = logging.LogRecord(LOGGER_NAME, level, "", 0, message, None, trace)
    record.fields = fields or {}
    _LOGGER.handle(record)
