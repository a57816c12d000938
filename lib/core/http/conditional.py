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
    return f'"{version}"'


def access_tag(version: int, access: Sequence[str]) -> str:
    """Returns the ETag of an answer that also says what the caller may do: it changes with either.

    ``If-Match`` takes it like the version alone.
    """
    return f'"{version}-{hashlib.sha256(" ".join(access).encode()).hexdigest()[:8]}"'


def expected_version(if_match: Annotated[str | None, Header(alias="If-Match")] = None) -> int:
    """The version that the caller saw. 428 when it is not named, 400 when it cannot be read."""
    if if_match is None:
        raise PreconditionRequired('name the version that you saw: If-Match: "3"')
    match = _VERSION_TAG.fullmatch(if_match.strip())
    if match is None:
        raise ValidationFailed(
            'If-Match must be one version in quotes, as in "3"',
            details=[{"field": "If-Match", "code": "INVALID_FORMAT", "message": 'expected a version such as "3"'}],
        )
    return int(match[1])


def seen_version(if_match: Annotated[str | None, Header(alias="If-Match")] = None) -> int | None:
    """As ``expected_version``, where naming it is the caller's choice."""
    return None if if_match is None else expected_version(if_match)


def is_unchanged(if_none_match: str | None, tag: str) -> bool:
    tags = [entry.strip().removeprefix("W/") for entry in (if_none_match or "").split(",")]
    return tag in tags or "*" in tags
