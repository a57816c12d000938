"""Why a sign-in by an identity provider failed, in words for programs, and where the browser goes then."""

from typing import Final, Literal
from urllib.parse import urlencode

from lib.core.http.errors import ApiError, Forbidden, NotFound, ServiceUnavailable, Unauthorized

type Reason = Literal[
    "access_denied",
    "account_selection_required",
    "consent_required",
    "interaction_required",
    "login_required",
    "invalid_request",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_response_type",
    "server_error",
    "temporarily_unavailable",
    "account_disabled",
    "email_not_verified",
    "expired",
    "failed",
    "no_account",
    "not_allowed",
]

# RFC 6749, section 4.1.2.1, and OpenID Connect Core 1.0, section 3.1.2.6.
_ERRORS: Final[dict[str, Reason]] = {
    "access_denied": "access_denied",
    "account_selection_required": "account_selection_required",
    "consent_required": "consent_required",
    "interaction_required": "interaction_required",
    "login_required": "login_required",
    "invalid_request": "invalid_request",
    "invalid_scope": "invalid_scope",
    "unauthorized_client": "unauthorized_client",
    "unsupported_response_type": "unsupported_response_type",
    "server_error": "server_error",
    "temporarily_unavailable": "temporarily_unavailable",
}
# Supabase Auth says access_denied or invalid_request for many things, and which it is by a code
# (https://github.com/supabase/auth/blob/master/internal/api/external.go, apierrors/errorcode.go).
_CODES: Final[dict[str, Reason]] = {
    "signup_disabled": "no_account",
    "user_not_found": "no_account",
    "identity_not_found": "no_account",
    "email_address_not_authorized": "no_account",
    "user_banned": "account_disabled",
    "provider_email_needs_verification": "email_not_verified",
    "bad_oauth_state": "expired",
    "flow_state_expired": "expired",
    "flow_state_not_found": "expired",
    "oauth_client_state_expired": "expired",
    "oauth_client_state_not_found": "expired",
    "request_timeout": "temporarily_unavailable",
    "over_request_rate_limit": "temporarily_unavailable",
}
# saml-core-2.0-os, section 3.2.2.2.
_STATUSES: Final[dict[str, Reason]] = {
    "AuthnFailed": "access_denied",
    "RequestDenied": "access_denied",
    "NoPassive": "login_required",
    "NoAuthnContext": "interaction_required",
    "RequestUnsupported": "invalid_request",
    "UnknownPrincipal": "no_account",
}
# The page of the app with its form for signing in.
SIGN_IN_PATH: Final = "/"


class SignOnRefused(Unauthorized):
    """A sign-in that the provider refused, or whose answer is not valid."""

    def __init__(self, message: str, *, reason: Reason = "failed") -> None:
        super().__init__(message, code="INVALID_TOKEN")
        self.reason: Reason = reason


def reason_of_error(error: str, code: str | None) -> Reason:
    """Returns the reason for an `error` and `error_code` in the address to which Supabase Auth sends a browser.

    Anybody can send a browser there: what is not known is `failed`, and nothing of it is repeated.
    """
    return _CODES.get(code or "") or _ERRORS.get(error, "failed")


def reason_of_status(codes: list[str]) -> Reason:
    """Returns the reason for the status codes of a SAML response, the outer one first."""
    for code in reversed(codes):
        if reason := _STATUSES.get(code.rpartition(":")[2]):
            return reason
    return "server_error" if codes and codes[0].endswith(":Responder") else "failed"


def reason_of(error: ApiError) -> Reason:
    """Returns the reason for an error of ours."""
    match error:
        case SignOnRefused():
            return error.reason
        case Forbidden() | NotFound():
            return "not_allowed"
        case ServiceUnavailable():
            return "temporarily_unavailable"
        case _ if error.status == 429:
            return "temporarily_unavailable"
        case _:
            return "failed"


def failure_path(reason: Reason, return_to: str | None = None) -> str:
    """Returns the path of the app for a sign-in that failed. ``return_to`` was checked when the sign-in began."""
    query = {"signInError": reason} | ({"returnTo": return_to} if return_to else {})
    return f"{SIGN_IN_PATH}?{urlencode(query)}"
