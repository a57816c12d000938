"""Ten codes of eight characters, each good for once (reference §5.1)."""

import secrets
from typing import Final

from lib.core.security.crypto import key_ring

COUNT: Final = 10
LENGTH: Final = 8
# Without those that look alike: 32 characters, 40 bits a code.
ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_codes() -> list[str]:
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(COUNT)]
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def digests(code: str) -> list[str]:
    """Under each key of the ring, the newest first: what is stored, and what is looked for."""
    return key_ring().digests(code.upper().replace("-", ""), "backup-code")
