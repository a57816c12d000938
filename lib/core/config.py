"""The settings of the core, read from the environment once for each instance, and the check of all settings."""

import json
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from lib.core.settings.refusals import LOOPBACK_HOSTS, claims_of, find_problems
from lib.core.settings.registry import (
    CommaSeparated,
    ConfigurationError,
    Needed,
    SettingsModel,
    Url,
    read_model,
    register,
    registered_models,
)

__all__ = ["ConfigurationError", "Settings", "check_settings", "get_settings", "read_settings"]

# The address of a project by its ref, from which the issuer of its tokens follows. A vanity subdomain looks alike and
# is none: https://supabase.com/docs/guides/platform/custom-domains.
PROJECT_HOST: Final = re.compile(r"([a-z0-9]{20})\.supabase\.(co|in)")

# An origin as browsers serialise it: https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin.
ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?")


def _check_ring(text: str) -> str:
    from lib.core.security.crypto import read_ring

    read_ring(text)
    return text


def _check_publishable(key: str) -> str:
    """The key is given to browsers by /api/v1/config, so that a secret one must never get here."""
    if key.startswith("sb_secret_") or claims_of(key).get("role") == "service_role":
        raise ValueError("is a secret key, and this one is given to browsers: set sb_publishable_… or the anon key")
    return key


def _check_secret(key: str) -> str:
    if claims_of(key).get("role") == "service_role":
        raise ValueError(
            "is the older service_role key, with which Auth ignores the client's address (Sb-Forwarded-For): create a "
            "key sb_secret_… (Supabase: Project Settings, API Keys) and set SUPABASE_SECRET_KEY"
        )
    if not key.startswith("sb_secret_"):
        raise ValueError("must be a key that begins with sb_secret_")
    return key


def _read_object(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise ValueError("must be a JSON object")  # noqa: TRY004 - pydantic takes no other
    return document


def _check_key_set(text: str) -> str:
    if not isinstance(_read_object(text).get("keys"), list):
        raise ValueError('must be a key set as JSON, {"keys": […]}')  # noqa: TRY004 - pydantic takes no other
    return text


def _check_signing_key(text: str) -> str:
    document = _read_object(text)
    if document.get("kty") != "EC" or not document.get("d") or not document.get("kid"):
        raise ValueError("must be a private ES256 key as JSON (JWK), with kid and d")
    return text


def _check_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    """Pages of these origins call the API with cookies, so that none may stand for several."""
    if not all(ORIGIN.fullmatch(origin) for origin in origins):
        raise ValueError(
            "must be origins as browsers send them, like https://app.example.com: in lower case, without *, a path or "
            "a slash at the end"
        )
    return origins


type Origins = Annotated[CommaSeparated, AfterValidator(_check_origins)]
type EncryptionKeys = Annotated[str, AfterValidator(_check_ring)]


@register
class Settings(SettingsModel):
    """One field for each environment variable of the same name in capitals; see `.env.example`."""

    environment: str = "production"
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    cors_allowed_origins: Origins = ()
    sentry_dsn: Annotated[str | None, Needed("unexpected errors are in the log alone")] = None

    supabase_url: Url
    # The anon key, which is a JWT, works as well: https://supabase.com/docs/guides/api/api-keys.
    supabase_publishable_key: Annotated[str, AfterValidator(_check_publishable)]
    # The shared secret and the published keys may both be in use while a project moves from one to the other.
    supabase_jwt_secret: str | None = Field(default=None, min_length=32)
    supabase_jwks: Annotated[
        str | None,
        AfterValidator(_check_key_set),
        Needed("each cold start fetches the keys that verify access tokens before its first answer"),
    ] = None
    supabase_jwt_issuer: Url | None = None
    # A private key (JWK) of the project, where it does not sign with a shared secret: API keys need one.
    supabase_signing_jwk: Annotated[str | None, AfterValidator(_check_signing_key)] = None

    upstash_redis_rest_url: Url
    upstash_redis_rest_token: str

    # For the scheduler and for asking Auth only: see lib/core/data/service_role.py.
    supabase_secret_key: Annotated[
        str | None,
        AfterValidator(_check_secret),
        Needed(
            "nobody can sign in, and a preview cannot ask whether its database is production's",
            in_production=True,
            in_previews=True,
        ),
    ] = None
    cron_secret: Annotated[
        str | None,
        Field(min_length=16),
        Needed("the schedule is refused: nothing is published on time and no mail is repeated", in_production=True),
    ] = None

    # Where these functions are reached: a request that published something wakes the dispatcher there, by CRON_SECRET.
    # In production by default the domain of the project.
    functions_url: Annotated[
        Url | None, Needed("the edge cache learns of changes by the schedule alone, up to a minute later")
    ] = None

    # Proves to the database that a request comes from us: see lib/core/security/signing.py.
    signing_secret: Annotated[
        str | None,
        Field(min_length=32),
        Needed("nothing can be changed: the database takes changes from us only", in_production=True, in_previews=True),
    ] = None
    # v1:<base64 of 32 bytes>,v2:…: see lib/core/security/crypto.py.
    encryption_keys: Annotated[EncryptionKeys | None, Needed("nobody can sign in", in_production=True)] = None

    # Where the web app is: links in mails lead there, and WebAuthn and CSRF checks accept its origin.
    app_url: Annotated[Url, Needed("links in mails lead nowhere", in_production=True)] = "http://127.0.0.1:24300"

    # host:port pairs on this machine that pages and images may be fetched from; for the local stack only.
    web_fetch_private_hosts: CommaSeparated = ()

    @model_validator(mode="after")
    def _opens_nothing(self) -> Self:
        if self.web_fetch_private_hosts and self.environment != "local":
            raise ValueError("WEB_FETCH_PRIVATE_HOSTS: is for ENVIRONMENT=local only")
        return self

    @model_validator(mode="after")
    def _knows_the_issuer(self) -> Self:
        # A custom domain or vanity subdomain changes the address of a project, and not the issuer of its tokens: all of
        # them would be refused.
        host = urlsplit(self.supabase_url).hostname or ""
        if self.supabase_jwt_issuer is None and not PROJECT_HOST.fullmatch(host) and host not in LOOPBACK_HOSTS:
            raise ValueError(
                "SUPABASE_JWT_ISSUER: is missing, and SUPABASE_URL is a custom domain or vanity subdomain: set "
                "https://<project ref>.supabase.co/auth/v1"
            )
        return self

    @model_validator(mode="after")
    def _is_one_project(self) -> Self:
        project = PROJECT_HOST.fullmatch(urlsplit(self.supabase_url).hostname or "")
        ref = claims_of(self.supabase_publishable_key).get("ref")
        if project and ref and ref != project[1]:
            raise ValueError("SUPABASE_PUBLISHABLE_KEY: belongs to another project than SUPABASE_URL")
        return self

    @property
    def jwt_issuer(self) -> str:
        """The issuer that access tokens name: that of the project, whatever its address is."""
        return self.supabase_jwt_issuer or f"{self.supabase_url}/auth/v1"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Reads the settings of the core. Raises ConfigurationError with a line for each variable that is wrong."""
    return read_model(Settings, environment)


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Returns the settings of the core for this instance. Raises ConfigurationError."""
    return read_settings(os.environ)


def check_settings() -> Settings:
    """Checks the settings of every context that was imported, and what a deployment must not start with.

    Raises ConfigurationError with all problems at once.
    """
    problems = find_problems(registered_models(), os.environ)
    if problems:
        raise ConfigurationError(*problems)
    return get_settings()
