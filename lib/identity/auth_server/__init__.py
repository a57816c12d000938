"""The one place that asks Supabase Auth, which keeps passwords and issues tokens."""

from lib.identity.auth_server.accounts import (
    NewAccount,
    anonymize_user,
    create_user,
    make_sign_in_token,
    permit_password_change,
    update_user,
)
from lib.identity.auth_server.errors import is_reuse
from lib.identity.auth_server.sessions import (
    AuthSession,
    change_password,
    exchange_code,
    redeem_token,
    renew,
    sign_in,
    sign_out,
)

__all__ = [
    "AuthSession",
    "NewAccount",
    "anonymize_user",
    "change_password",
    "create_user",
    "exchange_code",
    "is_reuse",
    "make_sign_in_token",
    "permit_password_change",
    "redeem_token",
    "renew",
    "sign_in",
    "sign_out",
    "update_user",
]
