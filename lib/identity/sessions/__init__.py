"""Signing in, refreshing and signing out; lockout, captcha; sessions and remembered devices."""

from lib.identity.sessions.addresses import open_address
from lib.identity.sessions.cache import forget_sessions, kv_required, require_kv
from lib.identity.sessions.lockout import begin_attempt, forget_failures, locked_out, subject_of, take_back
from lib.identity.sessions.models import (
    CsrfToken,
    Device,
    DeviceListed,
    FactorState,
    LoginRequest,
    LogoutScope,
    Reauthentication,
    RefreshRequest,
    SessionListed,
    SessionMode,
    SessionState,
    SignedIn,
    Tokens,
    VouchedSession,
)
from lib.identity.sessions.refreshing import refresh
from lib.identity.sessions.service import (
    describe_session,
    end_session,
    extend_session,
    forget_device,
    list_devices,
    list_sessions,
    logout,
    mark_reauthenticated,
    reauthenticate,
)
from lib.identity.sessions.sign_in import Vouch, login, open_session, prove_password
from lib.identity.sessions.timing import evenly
from lib.identity.sessions.upkeep import end_expired_sessions, end_stolen_sessions, forget_ended_sessions

__all__ = [
    "CsrfToken",
    "Device",
    "DeviceListed",
    "FactorState",
    "LoginRequest",
    "LogoutScope",
    "Reauthentication",
    "RefreshRequest",
    "SessionListed",
    "SessionMode",
    "SessionState",
    "SignedIn",
    "Tokens",
    "Vouch",
    "VouchedSession",
    "begin_attempt",
    "describe_session",
    "end_expired_sessions",
    "end_session",
    "end_stolen_sessions",
    "evenly",
    "extend_session",
    "forget_device",
    "forget_ended_sessions",
    "forget_failures",
    "forget_sessions",
    "kv_required",
    "list_devices",
    "list_sessions",
    "locked_out",
    "login",
    "logout",
    "mark_reauthenticated",
    "open_address",
    "open_session",
    "prove_password",
    "reauthenticate",
    "refresh",
    "require_kv",
    "subject_of",
    "take_back",
]
