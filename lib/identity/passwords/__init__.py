"""Passwords: changed, forgotten and reset; how strong they must be, and which may not be used again."""

from lib.identity.passwords.models import PasswordChange, PasswordReset
from lib.identity.passwords.rules import check_strength, hash_password, unknown_password
from lib.identity.passwords.service import change_password, record_first_password, request_reset, reset_password

__all__ = [
    "PasswordChange",
    "PasswordReset",
    "change_password",
    "check_strength",
    "hash_password",
    "record_first_password",
    "request_reset",
    "reset_password",
    "unknown_password",
]
