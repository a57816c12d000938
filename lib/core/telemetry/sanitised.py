"""Notes what sanitising removed from the texts of a request, for the ``meta`` of its answer."""

from typing import Final

from lib.core.security.removals import Removals
from lib.core.telemetry.context import current_context

MAX_PATHS: Final = 50


def tell_removals(path: str, removed: Removals) -> None:
    """Notes what was removed from a text, in place of what was noted of it before."""
    noted = current_context().removed
    if not removed:
        noted.pop(path, None)
    elif path in noted or len(noted) < MAX_PATHS:
        noted[path] = removed
