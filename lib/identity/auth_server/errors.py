"""Maps the error codes of Supabase Auth to our errors, in one table for every call.

https://supabase.com/docs/guides/auth/debugging/error-codes. The HTTP status says less: 403 stands for a used link as
well as for a refused key, and 500 for an address that is taken.
"""

import logging
from enum import Enum, auto
from typing import Final

from lib.core.http.errors import (
    RETRY_AFTER_SECONDS,
    ApiError,
    Conflict,
    Forbidden,
    RateLimitExceeded,
    ServiceUnavailable,
)
from lib.core.telemetry.logs import log

UNAVAILABLE: Final = "signing in is not possible right now"
NOT_ACCEPTED: Final = "Auth does not accept this value"
ADDRESS_TAKEN: Final = "an account with this address exists already"
LIMITED_SECONDS: Final = 60


class Meaning(Enum):
    """The meanings of Auth's error codes to us."""

    REFUSED = auto()
    """The credential is not valid, or no longer: the caller of ``ask_auth`` gives the error."""
    NOT_ACCEPTED = auto()
    """Auth does not accept the new value."""
    TAKEN = auto()
    """Another account has the address."""
    UNVERIFIED = auto()
    """The address of the account is not verified."""
    LIMITED = auto()
    """A rate limit of Auth."""
    BUSY = auto()
    """Auth decided nothing: the same request may succeed a moment later."""
    OUR_TOKEN = auto()
    """Auth refused the authentication of the request: our key, or the person's own token if the request has one."""
    OUR_SETTINGS = auto()
    """The project is not set up as docs/deploy.md says."""


MEANINGS: Final[dict[str, Meaning]] = {
    "bad_code_verifier": Meaning.REFUSED,
    "flow_state_already_used": Meaning.REFUSED,
    "flow_state_expired": Meaning.REFUSED,
    "flow_state_not_found": Meaning.REFUSED,
    "invalid_credentials": Meaning.REFUSED,
    "otp_expired": Meaning.REFUSED,
    "refresh_token_already_used": Meaning.REFUSED,
    "refresh_token_not_found": Meaning.REFUSED,
    "session_expired": Meaning.REFUSED,
    "session_not_found": Meaning.REFUSED,
    "user_banned": Meaning.REFUSED,
    "user_not_found": Meaning.REFUSED,
    "validation_failed": Meaning.REFUSED,
    "current_password_invalid": Meaning.NOT_ACCEPTED,
    "current_password_required": Meaning.NOT_ACCEPTED,
    "email_address_invalid": Meaning.NOT_ACCEPTED,
    "same_password": Meaning.NOT_ACCEPTED,
    "user_sso_managed": Meaning.NOT_ACCEPTED,
    "weak_password": Meaning.NOT_ACCEPTED,
    "email_exists": Meaning.TAKEN,
    "user_already_exists": Meaning.TAKEN,
    "email_not_confirmed": Meaning.UNVERIFIED,
    "over_email_send_rate_limit": Meaning.LIMITED,
    "over_request_rate_limit": Meaning.LIMITED,
    "conflict": Meaning.BUSY,
    "hook_timeout": Meaning.BUSY,
    "hook_timeout_after_retry": Meaning.BUSY,
    "bad_jwt": Meaning.OUR_TOKEN,
    "no_authorization": Meaning.OUR_TOKEN,
    "not_admin": Meaning.OUR_TOKEN,
    "captcha_failed": Meaning.OUR_SETTINGS,
    "email_provider_disabled": Meaning.OUR_SETTINGS,
    "reauthentication_needed": Meaning.OUR_SETTINGS,
    "signup_disabled": Meaning.OUR_SETTINGS,
}


# The client drops the code of an answer with one of these statuses; 0 is a broken connection. One of them is the
# status of Auth's own request_timeout (504).
OUTAGES: Final = frozenset({0, 502, 503, 504, 520, 521, 522, 523, 524, 530})
# The codes for a refresh token that was used before, among the codes that refuse one.
REUSES: Final = frozenset({"refresh_token_already_used", "refresh_token_not_found"})


def is_reuse(error: ApiError) -> bool:
    """Whether Auth refused a refresh token because it was used before."""
    return getattr(error.__cause__, "code", None) in REUSES


def error_for(code: str | None, *, status: int | None, refused: ApiError, has_person: bool) -> ApiError:
    """Returns the error that a caller sees for a code of Auth. An unknown code is 503 and is logged as an error.

    ``refused`` is the error for a credential that is not valid. ``has_person`` says that the request carried a person's
    own token.
    """
    meaning = MEANINGS.get(code or "")
    if code is None and status in OUTAGES:
        meaning = Meaning.BUSY
    if meaning is Meaning.OUR_TOKEN and has_person:
        meaning = Meaning.REFUSED
    match meaning:
        case Meaning.REFUSED:
            return refused
        case Meaning.NOT_ACCEPTED:
            return Conflict(NOT_ACCEPTED)
        case Meaning.TAKEN:
            return Conflict(ADDRESS_TAKEN, code="ALREADY_EXISTS")
        case Meaning.UNVERIFIED:
            return Forbidden("verify your e-mail address first", code="EMAIL_NOT_VERIFIED")
        case Meaning.LIMITED:
            return RateLimitExceeded("too many attempts", retry_after=LIMITED_SECONDS)
        case _:
            level = logging.WARNING if meaning is Meaning.BUSY else logging.ERROR
            log(level, "Auth answers with an error", fields={"code": code, "status": status})
            return ServiceUnavailable(UNAVAILABLE, retry_after=RETRY_AFTER_SECONDS)
