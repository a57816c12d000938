"""The service role, which passes every policy: for the scheduler, and for the administration of Auth
(lib/identity/administration.py), which names the person whom it is about in every command.

An import contract names the modules that may import this one.
"""

from lib.core.config import ConfigurationError, get_settings
from lib.core.db import Db, connect_with


def connect_as_service() -> Db:
    """Raises ConfigurationError where the deployment has no secret key."""
    key = get_settings().supabase_secret_key
    if key is None:
        raise ConfigurationError("SUPABASE_SECRET_KEY: needed by the scheduler, and to sign anybody in")
    return connect_with(key, key)
