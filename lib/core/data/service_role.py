"""The secret key of the project, which passes every policy and administers Auth.

An import contract names the modules that may import this one: the scheduler, and ``lib/identity/administration.py``,
from which the repositories of identity take the client, and its clients of Auth and Storage the key.
"""

from lib.core.config import ConfigurationError, get_settings
from lib.core.data.db import Db, connect_with


def secret_key() -> str:
    """Returns the secret key. Send it as ``apikey`` only: it is no JWT.

    Raises ConfigurationError where the deployment has none.
    """
    key = get_settings().supabase_secret_key
    if key is None:
        raise ConfigurationError("SUPABASE_SECRET_KEY: needed by the scheduler, and to sign anybody in")
    return key


def connect_as_service() -> Db:
    """Returns a client of the data API with the service role. Raises ConfigurationError if the key is not set."""
    return connect_with(secret_key())
