"""Gives every answer that the edge keeps one address, so that nobody gets past the cache by spelling it differently.

The edge keeps answers by the address that was asked for, with its whole query, and has no setting that leaves anything
out (https://vercel.com/docs/caching/cdn-cache). Another spelling of an address (other order, defaults, repetitions,
needless escapes) is redirected before anything is asked of KV or the database.
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from starlette.responses import Response

from lib.core.http.middleware import EDGE_CONTROL

# How long the edge keeps a redirect: it depends on the code alone.
_EDGE_SECONDS: Final = 3_600
# An escape of a letter, a digit, or one of `-._`. The platform may write others in its own way, so those are no reason
# for a redirect, which would come back the same.
_NEEDLESS: Final = re.compile(r"%(?:2[DEde]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff])")


class MovedPermanently(Exception):
    """The answer is at another address of ours."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def address_of(path: str, parameters: Sequence[tuple[str, str]]) -> str:
    """Returns the one address of an answer. ``parameters``: those that are not at their defaults, in a fixed order."""
    return f"{path}?{urlencode(parameters)}" if parameters else path


def require_canonical(request: Request, path: str, parameters: Sequence[tuple[str, str]]) -> None:
    """Raises MovedPermanently unless the request is for ``address_of(path, parameters)``."""
    query = request.scope["query_string"].decode("latin-1")
    raw_path = request.scope.get("raw_path", b"").split(b"?")[0]
    is_canonical = (
        parse_qsl(query, keep_blank_values=True) == list(parameters)
        and query.count("&") == max(len(parameters) - 1, 0)
        and not _NEEDLESS.search(query)
        and b"%" not in raw_path
    )
    if not is_canonical:
        raise MovedPermanently(address_of(path, parameters))


async def on_moved(_: Request, error: Exception) -> Response:
    """Responds to MovedPermanently with 308, which the edge keeps."""
    assert isinstance(error, MovedPermanently)
    return Response(
        status_code=308,
        headers={
            "Location": error.location,
            "Cache-Control": "public, max-age=0, must-revalidate",
            EDGE_CONTROL: f"public, max-age={_EDGE_SECONDS}",
        },
    )
