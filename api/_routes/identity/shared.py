"""Shared by the routers of identity: parameters, the device of a request, and how tokens are returned."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from lib.core.auth.cookies import DEVICE_COOKIE, set_session_cookies
from lib.core.auth.principal import seen_address
from lib.identity.sessions import Device, SessionMode, SignedIn

MAX_USER_AGENT = 500

type UserId = Annotated[UUID, Path(description="Id of the person.")]
type BrandFilter = Annotated[UUID, Query(alias="brandId", description="Id of the brand.")]


def device_of(request: Request, *, name: str | None = None, token: str | None = None) -> Device:
    """Returns the device of a request. Without ``token``, the cookie of a remembered device counts."""
    return Device(
        address=seen_address(request),
        user_agent=request.headers.get("user-agent", "")[:MAX_USER_AGENT],
        name=name or "",
        token=token or request.cookies.get(DEVICE_COOKIE),
    )


def delivered(response: Response, signed_in: SignedIn, mode: SessionMode) -> SignedIn:
    """Returns the tokens in the body, or sets them as cookies and removes them from the body."""
    if mode == "bearer":
        return signed_in.model_copy(update={"csrf_token": None})
    set_session_cookies(response, signed_in, signed_in.session_id)
    return signed_in.model_copy(update={"access_token": None, "refresh_token": None})
