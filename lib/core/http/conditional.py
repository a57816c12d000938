"""ETags and preconditions (RFC 9110 §13.1): the version of a resource, in quotes.

If-Match takes weak tags (`W/"3"`) like strong ones, against §13.1.1. Ours are strong, and proxies that compress an
answer weaken its tag on the way (nginx, Cloudflare) or add to it (Apache): a client behind one could change nothing. A
tag names a version of what is stored, whatever its bytes on the wire, so that no change is lost (ADR 77).
"""

import hashlib
import re
from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Final

from fastapi import Header

from lib.core.http.errors import ErrorDetail, PreconditionFailed, PreconditionRequired, ValidationFailed
from lib.core.telemetry.context import current_context

# An opaque tag may hold commas. Proxies that compress add to it: `"3-gzip"` (Apache), `"3;br"`, `"3--gzip"` (Jetty).
_TAG: Final = re.compile(r'\s*(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|\Z)|[^,]*(?:,|\Z)')
_ADDED: Final = re.compile(r"(?:--?|;)(?:gzip|br|zstd|deflate)\Z")
# A version, and perhaps what the answer says of the caller's access: see access_tag.
_VERSION: Final = re.compile(r"(\d{1,9})(?:-[0-9a-f]{8})?", re.ASCII)
MAX_TAGS: Final = 50
# Stands for the version of `If-Match: *` until the current one is known: the largest integer of the database, which has
# more digits than a tag may have, so that nobody can name it.
ANY_VERSION: Final = 2_147_483_647


def version_tag(version: int) -> str:
    """Returns the ETag of a version."""
    return f'"{version}"'


def access_tag(version: int, access: Sequence[str]) -> str:
    """Returns the ETag of an answer that also says what the caller may do: it changes with either.

    ``If-Match`` takes it like the version alone.
    """
    return f'"{version}-{hashlib.sha256(" ".join(access).encode()).hexdigest()[:8]}"'


def _tags_in(header: str) -> list[str | None]:
    """Returns the opaque tags of a list, without what proxies add to them; None for elements that are no tags."""
    elements = islice((each for each in _TAG.finditer(header) if each[0].strip(" \t,")), MAX_TAGS)
    return [_ADDED.sub("", each[1]) if each[1] is not None else None for each in elements]


def _malformed() -> ValidationFailed:
    details: list[ErrorDetail] = [
        {"field": "If-Match", "code": "INVALID_FORMAT", "message": 'must be versions in quotes, such as "3", or *'}
    ]
    return ValidationFailed('If-Match must be a version in quotes, as in "3", several of them, or *', details=details)


def _versions_in(if_match: str) -> list[int]:
    """Returns the versions of a header, at least one; ANY_VERSION for ``*``. Raises ValidationFailed."""
    if if_match.strip() == "*":
        return [ANY_VERSION]
    matches = [_VERSION.fullmatch(tag or "") for tag in _tags_in(if_match)]
    versions = [int(match[1]) for match in matches if match]
    if not versions or len(versions) < len(matches):
        raise _malformed()
    return list(dict.fromkeys(versions))


def _expect(versions: Sequence[int]) -> int:
    """Notes that one of several versions is expected, and returns the first; see ``current_if_expected``."""
    if len(versions) > 1 or versions[0] == ANY_VERSION:
        current_context().expected_versions = frozenset(versions)
    return versions[0]


def is_expected(current: int, expected: int) -> bool:
    """Tells whether the current version is the expected one, or another that the request names too."""
    also = current_context().expected_versions
    return current == expected or ANY_VERSION in also or current in also


def current_if_expected(error: PreconditionFailed) -> int | None:
    """Returns the current version that a refusal names, where the request expects it too: a list of tags, or ``*``."""
    if not current_context().expected_versions:
        return None
    current = next((each["message"] for each in error.details if each.get("field") == "version"), "")
    return int(current) if current.isdecimal() and is_expected(int(current), -1) else None


async def expected_version(if_match: Annotated[str | None, Header(alias="If-Match")] = None) -> int:
    """Returns the version that the caller read: the first of several, and ANY_VERSION for ``*``.

    Raises PreconditionRequired where the header is missing, and ValidationFailed where it is no version.
    """
    if if_match is None:
        raise PreconditionRequired('send the version that you read: If-Match: "3"')
    return _expect(_versions_in(if_match))


async def seen_version(if_match: Annotated[str | None, Header(alias="If-Match")] = None) -> int | None:
    """Returns the version that the caller read, or None where the header is missing, or is ``*``.

    Raises ValidationFailed where it is no version.
    """
    if if_match is None:
        return None
    versions = _versions_in(if_match)
    return None if versions[0] == ANY_VERSION else _expect(versions)


def is_unchanged(if_none_match: str | None, tag: str) -> bool:
    """Tells whether one of the tags in If-None-Match is the current one, so that the answer is 304."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag.removeprefix("W/").strip('"') in _tags_in(if_none_match)


def names_tags(if_none_match: str | None) -> bool:
    """Tells whether If-None-Match is made of tags alone, so that a 304 says that the caller has the current answer.

    ``*`` matches any answer: it says nothing of what the caller has.
    """
    return if_none_match is not None and "*" not in [part.strip() for part in if_none_match.split(",")]
