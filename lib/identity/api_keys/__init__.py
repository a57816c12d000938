"""API keys: created, listed, revoked."""

from lib.identity.api_keys.models import ApiKeyCreated, ApiKeyListed, NewApiKey
from lib.identity.api_keys.service import create_key, list_keys, revoke_key

__all__ = ["ApiKeyCreated", "ApiKeyListed", "NewApiKey", "create_key", "list_keys", "revoke_key"]
