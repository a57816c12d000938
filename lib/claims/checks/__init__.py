"""Checks of texts and contents against the claims and the rules of markets."""

from lib.claims.checks.models import (
    CheckOptions,
    CheckOverride,
    ContentCheck,
    ContentCheckResult,
    TextCheck,
    TextCheckRequest,
)
from lib.claims.checks.service import check_content, check_text, get_check, list_checks, override_check

__all__ = [
    "CheckOptions",
    "CheckOverride",
    "ContentCheck",
    "ContentCheckResult",
    "TextCheck",
    "TextCheckRequest",
    "check_content",
    "check_text",
    "get_check",
    "list_checks",
    "override_check",
]
