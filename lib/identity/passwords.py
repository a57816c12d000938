"""What a password must be (domain §8), and which ones were used before.

Supabase Auth keeps the password; what is kept here are bcrypt hashes of the last five, to refuse them.
"""

import asyncio
import base64
import hashlib
import re
import secrets
from typing import Final

from lib.core.http.errors import ErrorDetail, ValidationFailed

BCRYPT_ROUNDS: Final = 12
# What bcrypt in Auth looks at.
MAX_BYTES: Final = 72
# zxcvbn's estimate: guesses that an attacker with lists of passwords, names and patterns needs.
MIN_GUESSES: Final = 10**9
CLASSES: Final = {
    "an upper-case letter": re.compile(r"[A-Z]"),
    "a lower-case letter": re.compile(r"[a-z]"),
    "a digit": re.compile(r"[0-9]"),
    # Those that Supabase Auth counts.
    "a special character": re.compile(r"[!@#$%^&*()_+\-=\[\]{};'\\:\"|<>?,./`~]"),
}


def _problem(name: str, message: str) -> ErrorDetail:
    return {"field": name, "code": "INVALID_FORMAT", "message": message}


def check_strength(password: str, *, known: list[str], name: str = "password") -> None:
    """Raises ValidationFailed with every rule that it breaks. ``known``: what an attacker would try first, as the
    person's address; ``name``: of the field."""
    from zxcvbn import zxcvbn

    problems = [
        _problem(name, f"must have {kind}") for kind, pattern in CLASSES.items() if not pattern.search(password)
    ]
    if len(password.encode()) > MAX_BYTES:
        problems.append(_problem(name, f"may have at most {MAX_BYTES} bytes"))
    parts = [part.lower() for text in known for part in re.split(r"[.+_-]", text.split("@")[0]) if len(part) > 2]
    if any(part in password.lower() for part in parts if len(part) > 3):
        problems.append(_problem(name, "must not contain the name or the address of who has it"))
    if float(zxcvbn(password[:MAX_BYTES], user_inputs=parts)["guesses"]) < MIN_GUESSES:
        problems.append(_problem(name, "is too common: lists of passwords begin with ones like it"))
    if problems:
        raise ValidationFailed("the password is not strong enough", details=problems)


def unknown_password() -> str:
    """A password that nobody knows, for accounts without one. It has all classes of characters, since Auth refuses any
    other: of 64 random characters of base 64, one in eight lacks a symbol."""
    return f"{secrets.token_urlsafe(48)}aA1!"


def _prepared(password: str) -> bytes:
    # bcrypt looks at 72 bytes and ends at NUL; a digest in base 64 has 44 of them, whatever the password is.
    return base64.b64encode(hashlib.sha256(password.encode()).digest())


def _hash(password: str) -> str:
    import bcrypt

    return bcrypt.hashpw(_prepared(password), bcrypt.gensalt(BCRYPT_ROUNDS)).decode()


def _is_among(password: str, hashes: list[str]) -> bool:
    import bcrypt

    prepared = _prepared(password)
    return any(bcrypt.checkpw(prepared, known.encode()) for known in hashes)


async def hash_password(password: str) -> str:
    """For the history; in a thread, since it takes a quarter of a second."""
    return await asyncio.to_thread(_hash, password)


async def check_history(password: str, hashes: list[str], *, name: str = "password") -> None:
    """Raises ValidationFailed for one of the last five."""
    if await asyncio.to_thread(_is_among, password, hashes):
        raise ValidationFailed(
            "the password was used before",
            details=[{"field": name, "code": "DUPLICATE_VALUE", "message": "is one of the last five"}],
        )
