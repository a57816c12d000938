"""People: signing in and out, and who they are in which brand."""

from lib.identity.models import Credentials, Me, RefreshRequest, Tokens
from lib.identity.service import get_me, login, logout, refresh

__all__ = ["Credentials", "Me", "RefreshRequest", "Tokens", "get_me", "login", "logout", "refresh"]
