"""Backup codes: ten of eight characters, each valid once (reference §5.1)."""

import secrets
from typing import Final

from lib.core.security.crypto import key_ring

COUNT: Final = 10
LENGTH: Final = 8
# 32 characters without those that look alike: 40 bits a code.
ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_codes() -> list[str]:
    """Makes ten codes, such as ``K7QX-M2RD``."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(COUNT)]
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def digests(code: str) -> list[str]:
    """Returns the digests of a code under each key, the newest first. The first is stored, all are searched for."""
    return key_ring().digests(code.upper().replace("-", ""), "backup-code")


def stored_digests(codes: list[str]) -> list[str]:
    """Returns the digest that is stored of each code."""
    return [digests(code)[0] for code in codes]
