"""Translates exceptions of the SDKs into ProviderError. The SDKs of OpenAI and Anthropic share their structure."""

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from lib.ai.providers.models import Fault, ProviderError

_FILTERED: Final = ("content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation")
_TRANSPORTS: Final = ("httpx", "httpx2", "httpcore", "httpcore2")


def retry_after(header: str | None) -> float | None:
    """Parses the seconds of a Retry-After header; None for a date, which is rare and later than any deadline."""
    return float(header) if header and re.fullmatch(r"\d+(\.\d+)?", header.strip()) else None


# Errors in the middle of a stream, whose status is 200.
_STREAM_FAULTS: Final = {
    "overloaded_error": Fault.UNAVAILABLE,
    "api_error": Fault.UNAVAILABLE,
    "rate_limit_error": Fault.RATE_LIMITED,
}


def stream_error(kind: str) -> ProviderError:
    """Returns the fault of an event that reports an error. ``kind``: its type."""
    return ProviderError(f"broke off ({kind or 'error'})", fault=_STREAM_FAULTS.get(kind, Fault.BROKEN_OFF))


def _from_status(error: Any) -> ProviderError:
    status: int = error.status_code
    if status < 400:
        body: Any = getattr(error, "body", None)
        return stream_error(str((body.get("error") or {}).get("type")) if isinstance(body, dict) else "")
    if _is_filtered(error):
        return ProviderError("the content filter refused the request", fault=Fault.REFUSED)
    wait = retry_after(error.response.headers.get("retry-after"))
    if status == 429:
        return ProviderError("answered with 429", fault=Fault.RATE_LIMITED, retry_after=wait)
    if status in (408, 409) or status >= 500:
        return ProviderError(f"answered with {status}", fault=Fault.UNAVAILABLE, retry_after=wait)
    return ProviderError(f"answered with {status}", fault=Fault.REJECTED)


def _is_filtered(error: Any) -> bool:
    body = getattr(error, "body", None)
    return error.status_code == 400 and any(mark in json.dumps(body, default=str) for mark in _FILTERED)


def as_provider_error(sdk: ModuleType, error: Exception, *, has_begun: bool = False) -> ProviderError | None:
    """Translates an exception; None if the provider is not at fault.

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
        known = ProviderError("cannot be reached", fault=Fault.UNAVAILABLE)
    elif isinstance(error, sdk.APIError) or type(error).__module__.split(".")[0] in _TRANSPORTS:
        # The SDKs let errors of the transport through when a stream breaks off.
        known = ProviderError(f"the answer broke off: {type(error).__name__}", fault=Fault.BROKEN_OFF)
    elif isinstance(error, (json.JSONDecodeError, UnicodeDecodeError)):
        known = ProviderError("the answer is not JSON", fault=Fault.MALFORMED)
    return known


@dataclass(slots=True)
class ResponseState:
    """Whether a delta has arrived."""

    has_begun: bool = False


@contextmanager
def translating_errors(sdk: ModuleType) -> Generator[ResponseState]:
    """Raises the exceptions of an SDK as ProviderError, and all others unchanged."""
    state = ResponseState()
    try:
        yield state
    except Exception as error:
        known = as_provider_error(sdk, error, has_begun=state.has_begun)
        if known is None:
            raise
        raise known from error
