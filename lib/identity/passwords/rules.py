"""The rules for passwords (domain §8): how strong they must be, and that none of the last five is used again.

Supabase Auth keeps the password. Our database keeps bcrypt hashes of the last five, to refuse them.
"""

import base64
import hashlib
import math
import re
import secrets
from typing import Final

from lib.core.http.errors import ErrorDetail, ValidationFailed
from lib.core.http.heavy import run_heavy
from lib.core.texts import folded

BCRYPT_ROUNDS: Final = 12
# bcrypt in Auth reads no more bytes.
MAX_BYTES: Final = 72
# Guesses that an attacker with lists of passwords, names and patterns needs, as zxcvbn estimates.
MIN_GUESSES: Final = 10**9
CLASSES: Final = {
    "an upper-case letter": re.compile(r"[A-Z]"),
    "a lower-case letter": re.compile(r"[a-z]"),
    "a digit": re.compile(r"[0-9]"),
    # The special characters of Supabase Auth.
    "a special character": re.compile(r"[!@#$%^&*()_+\-=\[\]{};'\\:\"|<>?,./`~]"),
}


def _problem(name: str, message: str) -> ErrorDetail:
    return {"field": name, "code": "INVALID_FORMAT", "message": message}


async def check_strength(password: str, *, known: list[str], name: str = "password") -> None:
    """Raises ValidationFailed with every rule that the password breaks. Works in a thread, for up to 70 ms.

    ``known`` are texts that an attacker would try first, such as the person's address. ``name`` is the field in the
    details of the error.
    """
    problems = await run_heavy(_problems, password, known, name)
    if problems:
        raise ValidationFailed("the password is not strong enough", details=problems)


def _problems(password: str, known: list[str], name: str) -> list[ErrorDetail]:
    from zxcvbn import zxcvbn

    problems = [
        _problem(name, f"must have {kind}") for kind, pattern in CLASSES.items() if not pattern.search(password)
    ]
    if len(password.encode()) > MAX_BYTES:
        problems.append(_problem(name, f"must have at most {MAX_BYTES} bytes"))
    parts = [folded(part) for text in known for part in re.split(r"[.+_-]", text.split("@")[0]) if len(part) > 2]
    if any(part in folded(password) for part in parts if len(part) > 3):
        problems.append(_problem(name, "must not contain your name or your e-mail address"))
    if float(zxcvbn(password[:MAX_BYTES], user_inputs=parts)["guesses"]) < MIN_GUESSES:
        problems.append(_problem(name, "is too easy to guess"))
    return problems


def unknown_password() -> str:
    """Returns a password that nobody knows, for accounts that have none.

    It has all classes of characters, since Auth refuses any other: of random texts of 64 characters in base 64, one in
    eight has no special character.
    """
    return f"{secrets.token_urlsafe(48)}aA1!"


def _prepared(password: str) -> bytes:
    # bcrypt reads 72 bytes at most and stops at NUL. A digest in base 64 has 44 bytes for every password.
    return base64.b64encode(hashlib.sha256(password.encode()).digest())


def _hash(password: str) -> str:
    import bcrypt

    return bcrypt.hashpw(_prepared(password), bcrypt.gensalt(BCRYPT_ROUNDS)).decode()


def _is_among(password: str, hashes: list[str]) -> bool:
    import bcrypt

    prepared = _prepared(password)
    return any(bcrypt.checkpw(prepared, known.encode()) for known in hashes)


async def hash_password(password: str) -> str:
    """Hashes a password for the history, in a thread: it takes a quarter of a second.

    Only the request's deadline limits it and the comparison with the history, which takes five times as long.
    """
    return await run_heavy(_hash, password, seconds=math.inf)


async def check_history(password: str, hashes: list[str], *, name: str = "password") -> None:
    """Raises ValidationFailed if ``hashes`` has the password. ``name`` is the field in the details of the error."""
    if await run_heavy(_is_among, password, hashes, seconds=math.inf):
        raise ValidationFailed(
            "the password was used before",
            details=[{"field": name, "code": "DUPLICATE_VALUE", "message": "is one of your last five passwords"}],
        )
