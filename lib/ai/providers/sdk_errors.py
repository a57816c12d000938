"""Translates exceptions of the SDKs into ProviderError. The SDKs of OpenAI and Anthropic share their structure."""

import json
import logging
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from lib.ai.providers.models import Fault, ProviderError
from lib.core.telemetry.logs import log
from lib.core.telemetry.reports import report

_FILTERED: Final = (
    "content_filter",
    "content_policy_violation",
    "ResponsibleAIPolicyViolation",
    "content filtering policy",
    "content management policy",
)
_TRANSPORTS: Final = ("httpx", "httpx2", "httpcore", "httpcore2")
# The longest time after which a provider is asked again, however much later it says.
MAX_RETRY_SECONDS: Final = 3600.0


def retry_after(header: str | None) -> float | None:
    """Parses the seconds of a Retry-After header; None for a date, which is rare and later than any deadline."""
    matches = header is not None and re.fullmatch(r"\s*[0-9]{1,12}(\.[0-9]{1,12})?\s*", header)
    return min(float(header), MAX_RETRY_SECONDS) if header and matches else None


# Errors whose status is 200: in the middle of a stream, or as the whole answer. Types and codes of the providers, in
# small letters; gateways write the status as the code.
_RATE_LIMITED: Final = re.compile(r"rate_?limit|insufficient_quota|too_many_requests|\b429\b")
_UNAVAILABLE: Final = re.compile(r"overloaded|api_error|server_error|internal|unavailable|timeout|\b5[0-9][0-9]\b")
_NAME: Final = re.compile(r"[a-z0-9_]{1,50}")


def reported_error(error: Any) -> ProviderError:
    """Returns the fault of an answer that reports an error. ``error``: what it holds under that name, of any shape."""
    if _is_filtered(error):
        return ProviderError("the content filter refused the request", fault=Fault.REFUSED)
    names = [str(error.get(key) or "").lower() for key in ("type", "code", "status")] if isinstance(error, dict) else []
    kind = next((name for name in names if _NAME.fullmatch(name) and name != "error"), "error")
    said = " ".join(name[:100] for name in names)
    fault = Fault.BROKEN_OFF
    if _RATE_LIMITED.search(said):
        fault = Fault.RATE_LIMITED
    elif _UNAVAILABLE.search(said):
        fault = Fault.UNAVAILABLE
    return ProviderError(f"broke off ({kind})", fault=fault)


def _from_status(error: Any) -> ProviderError:
    status: int = error.status_code
    body: Any = getattr(error, "body", None)
    if status < 400:
        return reported_error(body.get("error", body) if isinstance(body, dict) else body)
    if status in (400, 403, 422) and _is_filtered(body):
        return ProviderError("the content filter refused the request", fault=Fault.REFUSED)
    wait = retry_after(error.response.headers.get("retry-after"))
    if status == 429:
        return ProviderError("answered with 429", fault=Fault.RATE_LIMITED, retry_after=wait)
    if status in (408, 409) or status >= 500:
        return ProviderError(f"answered with {status}", fault=Fault.UNAVAILABLE, retry_after=wait)
    return ProviderError(f"answered with {status}", fault=Fault.REJECTED)


def _is_filtered(body: Any) -> bool:
    """Tells whether a body reports that a content filter stopped it. Pages do not: they may quote anything."""
    if not isinstance(body, dict):
        return False
    said = json.dumps({key: value for key, value in body.items() if key != "param"}, default=str)
    return any(mark in said for mark in _FILTERED)


def as_provider_error(sdk: ModuleType, error: Exception, *, has_begun: bool = False) -> ProviderError:
    """Translates an exception of a call. An unknown one is malformed, and reported as an error of ours.

    ``has_begun``: a delta has arrived, so a lost connection is a completion that broke off.
    """
    known: ProviderError | None = None
    if isinstance(error, ProviderError):
        known = error
    elif isinstance(error, sdk.APITimeoutError) or "Timeout" in type(error).__name__:
        known = ProviderError("took too long", fault=Fault.TIMED_OUT)
    elif isinstance(error, sdk.APIStatusError):
        known = _from_status(error)
    elif isinstance(error, sdk.APIConnectionError) and not has_begun:
        cause = error.__cause__
        known = cause if isinstance(cause, ProviderError) else None
        known = known or ProviderError("cannot be reached", fault=Fault.UNAVAILABLE)
    elif isinstance(error, (sdk.APIError, OSError)) or type(error).__module__.split(".")[0] in _TRANSPORTS:
        # The SDKs let errors of the transport through when a stream breaks off.
        known = ProviderError(f"the answer broke off: {type(error).__name__}", fault=Fault.BROKEN_OFF)
    elif isinstance(error, (json.JSONDecodeError, UnicodeError)):
        known = ProviderError("the answer is not JSON", fault=Fault.MALFORMED)
    if known is None:
        report(error)
        log(logging.ERROR, "the answer of a provider cannot be read", error=error)
        known = ProviderError(f"the answer cannot be read: {type(error).__name__}", fault=Fault.MALFORMED)
    return known


@dataclass(slots=True)
class ResponseState:
    """Whether a delta has arrived."""

    has_begun: bool = False


@contextmanager
def translating_errors(sdk: ModuleType) -> Generator[ResponseState]:
    """Raises every exception of a call of a provider as ProviderError: nothing that it sends raises another one."""
    state = ResponseState()
    try:
        yield state
    except Exception as error:
        known = as_provider_error(sdk, error, has_begun=state.has_begun)
        if known is error:
            raise
        raise known from error
