"""The IP addresses of sessions, which the database keeps encrypted."""

import logging
from uuid import UUID

from lib.core.security.crypto import DecryptionFailed, key_ring
from lib.core.telemetry.logs import log


def _owner(session_id: UUID | str) -> str:
    return f"public.user_sessions.address:{session_id}"


def seal_address(address: str, *, session_id: UUID) -> str:
    """Encrypts the address of a session."""
    return key_ring().encrypt(address, _owner(session_id))


def open_address(sealed: str | None, *, session_id: UUID | str) -> str | None:
    """Decrypts the address of a session; None, and an entry in the log, if no key fits."""
    try:
        return key_ring().decrypt(sealed, _owner(session_id)) if sealed else None
    except DecryptionFailed as error:
        log(logging.ERROR, "the address of a session cannot be read", error=error)
        return None


def address_index(address: str) -> str:
    """Returns the blind index of an address: it can be compared with a known address, and not read."""
    return key_ring().blind_indexes(address, "address")[0]
