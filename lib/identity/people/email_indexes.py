"""Renews the e-mail indexes of people under the newest key, as lib/core/security/rotation.py does for values."""

from collections.abc import Callable

from lib.core.data.db import Db
from lib.core.security.crypto import KeyRing
from lib.identity.people import repository


async def rotate_email_indexes(
    db: Db, ring: KeyRing, *, batch: int = 100, done: Callable[[str], None] = lambda _: None
) -> int:
    """Replaces all e-mail indexes that are under older keys, and returns how many it replaced.

    ``db`` is the client of the service; ``done`` is called with the place of each index. A person whose address changes
    meanwhile gets an index under the newest key by that change.
    """
    count = 0
    while people := await repository.next_email_indexes(db, newest=ring.newest, batch=batch):
        for person in people:
            index = ring.blind_indexes(person["email"].lower(), "email")[0]
            count += await repository.replace_email_index(
                db, user_id=person["userId"], email=person["email"], email_index=index
            )
            done(f"public.profiles.email_index:{person['userId']}")
    return count
