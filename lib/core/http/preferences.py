"""Follows the preference of a caller (RFC 7240): the new state of a resource, or an answer without a body.

It applies to changes whose answer has an ETag: the body is the resource, which can be read again. Other answers, such
as the report of an import, are always given in full; so are those that tell what sanitising removed from a text.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

MINIMAL: Final = "minimal"
APPLIED: Final = "Preference-Applied"
_CHANGING: Final = ("POST", "PUT", "PATCH")
_RETURN: Final = re.compile(r'(?:\A|,)\s*return\s*=\s*"?(minimal|representation)"?\s*(?=,|;|\Z)', re.IGNORECASE)
_MARK: Final = "shows_once"


def shows_once[T: Callable[..., Any]](endpoint: T) -> T:
    """Marks a route whose answer has what cannot be read again, such as a new secret: it is always given in full."""
    setattr(endpoint, _MARK, True)
    return endpoint


def preferred_return(prefer: str | None) -> str | None:
    """Returns ``minimal`` or ``representation``, the first that the header names; None for another header."""
    found = _RETURN.search(prefer) if prefer else None
    return found[1].lower() if found else None


def may_be_minimal(method: str, status: int, endpoint: Callable[..., Any], headers: Mapping[str, str]) -> bool:
    """Tells whether the body of an answer may be left out. ``headers``: those that the handler set."""
    return method in _CHANGING and 200 <= status <= 201 and "etag" in headers and not getattr(endpoint, _MARK, False)
