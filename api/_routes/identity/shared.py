"""What the routers of identity have in common."""

from fastapi import Request, Response

from lib.core.auth.cookies import DEVICE_COOKIE, set_session_cookies
from lib.core.auth.principal import seen_address
from lib.identity.models import SessionMode, SignedIn
from lib.identity.sign_in import Device


def device_of(request: Request, *, name: str | None = None, token: str | None = None) -> Device:
    return Device(
        address=seen_address(request),
        user_agent=request.headers.get("user-agent", "")[:500],
        name=name or "",
        token=token or request.cookies.get(DEVICE_COOKIE),
    )


def delivered(response: Response, signed_in: SignedIn, mode: SessionMode) -> SignedIn:
    """The tokens in the body, or as cookies and in the body no longer."""
    if mode == "bearer":
        return signed_in.model_copy(update={"csrf_token": None})
    set_session_cookies(response, signed_in, signed_in.session_id)
    return signed_in.model_copy(update={"access_token": None, "refresh_token": None})
