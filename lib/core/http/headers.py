"""Checks the headers of a request before anything reads them."""

import re
from typing import Final, Never

from starlette.datastructures import Headers
from starlette.types import Scope

from lib.core.http.errors import ErrorDetail, PayloadTooLarge, UnsupportedMediaType, ValidationFailed

# Vercel's own bound on the body of a request to a function, in bytes.
MAX_BODY_BYTES: Final = 4_500_000
JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
# Some servers take these for the method. Here, a POST that means DELETE must not create something.
_OVERRIDES: Final = frozenset({b"x-http-method-override", b"x-http-method", b"x-method-override"})
# One server reads the first of two, and another the last.
_SINGLE: Final = frozenset(
    {b"authorization", b"content-type", b"idempotency-key", b"x-api-key", b"x-csrf-token", b"x-delivery-key"}
)
_LISTS: Final = frozenset({b"accept", b"if-match", b"if-none-match", b"prefer"})
_JSON_PATCH: Final = "application/json-patch+json"
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]{1,40})", re.IGNORECASE)


def media_type(headers: Headers) -> str:
    """Returns the media type of the body, in lower case without parameters."""
    return headers.get("content-type", "").split(";")[0].strip().lower()


def check_names(scope: Scope) -> Scope:
    """Returns the request with each of its lists in one header, as RFC 9110 §5.3 allows to send them in several.

    Raises ValidationFailed for headers that must not be repeated, and for those that ask for another method.
    """
    names = [name for name, _ in scope["headers"]]
    if len(set(names)) == len(names) and _OVERRIDES.isdisjoint(names):
        return scope
    seen = dict[bytes, bytes]()
    repeated = False
    for name, value in scope["headers"]:
        if name in _OVERRIDES:
            _refuse_header(name, "is not supported: send the request with the method itself")
        if seen.setdefault(name, value) is not value:
            if name in _SINGLE and seen[name] != value:
                _refuse_header(name, "is sent twice, with different values")
            repeated = repeated or name in _LISTS
    if not repeated:
        return scope
    joined = {name: b", ".join(value for each, value in scope["headers"] if each == name) for name in _LISTS}
    kept = [header for header in scope["headers"] if header[0] not in _LISTS]
    return {**scope, "headers": [*kept, *((name, value) for name, value in joined.items() if value)]}


def _refuse_header(name: bytes, message: str) -> Never:
    details: list[ErrorDetail] = [{"field": name.decode("latin-1"), "code": "INVALID_FORMAT", "message": message}]
    raise ValidationFailed("the request has an invalid header", details=details)


def is_json(kind: str) -> bool:
    """Tells whether a media type is read as JSON: the type itself, and those with its suffix (RFC 6839).

    A JSON Patch is a list of operations, which no route takes.
    """
    return kind == JSON or (kind.endswith("+json") and kind.startswith("application/") and kind != _JSON_PATCH)


def _check_type(headers: Headers, media_types: tuple[str, ...]) -> None:
    kind, charset = media_type(headers), _CHARSET.search(headers.get("content-type", ""))
    if kind not in media_types and not (JSON in media_types and is_json(kind)):
        raise UnsupportedMediaType(f"the body must be {' or '.join(media_types)}")
    if charset is not None and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"the body must be in UTF-8, and not in {charset[1]}")


def check_body(headers: Headers, media_types: tuple[str, ...]) -> None:
    """Raises for a body that is too large, or of a type that the function does not take."""
    length = headers.get("content-length", "0")
    if length.isdecimal() and int(length) > MAX_BODY_BYTES:
        raise PayloadTooLarge(f"the body may have at most {MAX_BODY_BYTES} bytes")
    has_body = length != "0" or "transfer-encoding" in headers
    if has_body:
        _check_type(headers, media_types)
