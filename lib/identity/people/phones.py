"""The phone numbers of people, which the database keeps encrypted."""

import logging
from uuid import UUID

from lib.core.security.crypto import DecryptionFailed, key_ring
from lib.core.telemetry.logs import log


def _owner(user_id: UUID | str) -> str:
    return f"public.profiles.phone:{user_id}"


def seal_phone(phone: str, *, user_id: UUID) -> str | None:
    """Encrypts a phone number; None for an empty one."""
    return key_ring().encrypt(phone, _owner(user_id)) if phone else None


def open_phone(sealed: str | None, *, user_id: UUID | str) -> str | None:
    """Decrypts a phone number; None, and an entry in the log, if no key fits."""
    try:
        return key_ring().decrypt(sealed, _owner(user_id)) if sealed else None
    except DecryptionFailed as error:
        log(logging.ERROR, "a phone number cannot be read", error=error)
        return None
