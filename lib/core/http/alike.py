"""Marks operations whose answers must look alike, whatever they found: their times would tell it.

Server-Timing separates the time of the database from that of the network, to a tenth of a millisecond. So only
successful answers to a caller who is known have it: neither refusals, where an unknown resource must look like that of
another tenant, nor anything before signing in. Operations that must tell a known caller nothing of other people, or of
secrets, are marked.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from lib.core.telemetry.context import RequestContext

_MARK: Final = "answers_alike"


def answers_alike[T: Callable[..., Any]](endpoint: T) -> T:
    """Marks a route whose answer must not depend on what it finds, such as whether an address has an account."""
    setattr(endpoint, _MARK, True)
    return endpoint


def must_look_alike(endpoint: Callable[..., Any] | None) -> bool:
    """Tells whether a route is marked."""
    return getattr(endpoint, _MARK, False)


def may_tell_times(scope: Mapping[str, Any], context: RequestContext, status: int) -> bool:
    """Tells whether an answer may say how long its parts took. ``scope``: as the router has left it."""
    return context.user_id is not None and status < 400 and not must_look_alike(scope.get("endpoint"))
