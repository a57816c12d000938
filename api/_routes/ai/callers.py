"""The caller of a tool, with the health of the providers."""

from typing import Annotated, NamedTuple

from fastapi import Depends, Request

from lib.ai import Circuits, read_health
from lib.core.auth.principal import Credentials, Principal, authenticate
from lib.core.http.app import documented

TOOL_ERRORS = documented(401, 403, 404, 409, 422)


class Caller(NamedTuple):
    """The caller of a tool."""

    user: Principal
    circuits: Circuits
    """The health of the providers, read together with the rate limit and the session."""


async def _caller(request: Request, credentials: Credentials) -> Caller:
    user, circuits = await authenticate(request, credentials, read_health)
    return Caller(user, circuits or {})


AiCaller = Annotated[Caller, Depends(_caller)]
