"""The credentials of channels, which the database keeps encrypted."""

import json
import logging
from typing import Any
from uuid import UUID

from lib.core.security.crypto import DecryptionFailed, key_ring
from lib.core.telemetry.logs import log
from lib.publishing.channels.failures import ChannelFailed
from lib.publishing.channels.settings import ChannelCredentials


def _owner(channel_id: UUID | str) -> str:
    return f"public.channels.credentials:{channel_id}"


def seal(credentials: ChannelCredentials, *, channel_id: UUID) -> str:
    """Encrypts the credentials of a channel."""
    return key_ring().encrypt(credentials.model_dump_json(by_alias=True), _owner(channel_id))


def unseal(ciphertext: str, *, channel_id: UUID | str) -> dict[str, Any]:
    """Decrypts the credentials of a channel. Raises ChannelFailed, and writes to the log, if no key fits."""
    try:
        return json.loads(key_ring().decrypt(ciphertext, _owner(channel_id)))
    except (DecryptionFailed, ValueError) as error:
        log(logging.ERROR, "the credentials of a channel cannot be read", error=error)
        raise ChannelFailed("the credentials cannot be read: enter them again", is_final=True) from None
