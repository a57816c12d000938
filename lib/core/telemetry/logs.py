"""Logs of one JSON object per line, each with the id of its request."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

from lib.core.telemetry.context import current_context

LOGGER_NAME: Final = "mixerai"


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
        return json.dumps(entry, ensure_ascii=False, default=str)


def configure_logs(level: str) -> None:
    """Writes the log to standard output from a level on, such as ``INFO``. Safe to repeat."""
    logger = logging.getLogger(LOGGER_NAME)
    logger.setLevel(level)
    logger.propagate = False
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonFormatter())
        logger.addHandler(handler)


def log(level: int, message: str, *, error: BaseException | None = None, fields: dict[str, Any] | None = None) -> None:
    """Writes a line to the log. ``fields`` become members of the line; ``error`` adds its traceback."""
    logging.getLogger(LOGGER_NAME).log(level, message, exc_info=error, extra={"fields": fields or {}})
