"""Unsubscribing by a link in a mail, without a session (RFC 8058).

The token names the person and the category and is signed, so nothing is stored. It stays valid: a reader may find the
mail years later. All that it can do is turn mails of this category off.
"""

import base64
import binascii
import hmac
from typing import Final, get_args
from uuid import UUID

from lib.core.data.db import connect_anonymously
from lib.core.http.errors import NotFound
from lib.notify.mail import repository
from lib.notify.mail.hashing import digests
from lib.notify.mail.models import ALWAYS_SENT, Category

PURPOSE: Final = "unsubscribe"
CATEGORIES: Final[tuple[Category, ...]] = tuple(
    category for category in get_args(Category.__value__) if category not in ALWAYS_SENT
)
MAX_TOKEN: Final = 200
_ID_BYTES: Final = 16
_MAC_BYTES: Final = 32


def make_token(user_id: UUID, category: Category) -> str:
    """Returns the token with which a person turns mails of a category off."""
    digest = digests(f"{user_id}:{category}", PURPOSE)[0]
    raw = user_id.bytes + bytes([CATEGORIES.index(category)]) + bytes.fromhex(digest)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read_token(token: str) -> tuple[UUID, Category]:
    """Returns the person and the category of a token. Raises NotFound for a token that we did not make."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        user_id, category, digest = UUID(bytes=raw[:_ID_BYTES]), CATEGORIES[raw[_ID_BYTES]], raw[_ID_BYTES + 1 :]
    except (binascii.Error, ValueError, IndexError) as error:
        raise NotFound("this link is not valid") from error
    expected = digests(f"{user_id}:{category}", PURPOSE)
    if len(digest) != _MAC_BYTES or not any(hmac.compare_digest(digest.hex(), known) for known in expected):
        raise NotFound("this link is not valid")
    return user_id, category


async def unsubscribe(*, token: str) -> None:
    """Turns mails of the category off for the person of the token; doing it twice changes nothing. Raises NotFound."""
    user_id, category = read_token(token)
    if not await repository.unsubscribe(connect_anonymously(), user_id=user_id, category=category):
        raise NotFound("this link is not valid")
