"""ETags and If-Match: the version of a resource, in quotes."""

import hashlib
import re
from collections.abc import Sequence
from typing import Annotated

from fastapi import Header

from lib.core.http.errors import PreconditionRequired, ValidationFailed

# A version, and perhaps what the answer says of the caller's access: see access_tag.
_VERSION_TAG = re.compile(r'"(\d{1,9})(?:-[0-9a-f]{8})?"')


def version_tag(version: int) -> str:
    """Returns the ETag of a version."""
    return f'"{version}"'


def access_tag(version: int, access: Sequence[str]) -> str:
    """Returns the ETag of an answer that also says what the caller may do: it changes with either.

    ``If-Match`` takes it like the version alone.
    """
    return f'"{version}-{hashlib.sha256(" ".join(access).encode()).hexdigest()[:8]}"'


def _version_in(if_match: str) -> int:
    match = _VERSION_TAG.fullmatch(if_match.strip())
    if match is None:
        raise ValidationFailed(
            'If-Match must be one version in quotes, as in "3"',
            details=[
                {"field": "If-Match", "code": "INVALID_FORMAT", "message": 'must be a version in quotes, such as "3"'}
            ],
        )
    return int(match[1])


async def expected_version(if_match: Annotated[str | None, Header(alias="If-Match")] = None) -> int:
    """Returns the version that the caller read.

    Raises PreconditionRequired where the header is missing, and ValidationFailed where it is no version.
    """
    if if_match is None:
        raise PreconditionRequired('send the version that you read: If-Match: "3"')
    return _version_in(if_match)


async def seen_version(if_match: Annotated[str | None, Header(alias="If-Match")] = None) -> int | None:
    """Returns the version that the caller read, or None where the header is missing.

    Raises ValidationFailed where it is no version.
    """
    return None if if_match is None else _version_in(if_match)


def _seen_tags(if_none_match: str | None) -> list[str]:
    return [entry.strip().removeprefix("W/") for entry in (if_none_match or "").split(",")]


def is_unchanged(if_none_match: str | None, tag: str) -> bool:
    """Tells whether one of the tags in If-None-Match is the current one, so that the answer is 304."""
    tags = _seen_tags(if_none_match)
    return tag in tags or "*" in tags


def names_tags(if_none_match: str | None) -> bool:
    """Tells whether If-None-Match is made of tags alone, so that a 304 says that the caller has the current answer.

    ``*`` matches any answer: it says nothing of what the caller has.
    """
    return if_none_match is not None and "*" not in _seen_tags(if_none_match)
