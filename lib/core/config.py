"""Settings of the deployment, read from the environment once for each instance."""

import os
import re
from functools import lru_cache
from typing import Annotated, Any, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

type Url = Annotated[str, Field(pattern=r"^https?://[^\s/]+"), AfterValidator(lambda url: url.rstrip("/"))]
type CommaSeparated = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda text: tuple(part.strip() for part in text.split(",") if part.strip())),
]

# The address of a project by its ref, from which the issuer of its tokens follows. A vanity subdomain looks alike and
# is none: https://supabase.com/docs/guides/platform/custom-domains.
PROJECT_HOST: Final = re.compile(r"[a-z0-9]{20}\.supabase\.(co|in)")
LOOPBACK_HOSTS: Final = ("127.0.0.1", "localhost", "::1")

PROVIDERS: Final = ("azure_openai", "openai", "anthropic", "local")


def _check_chain(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names or set(names) - set(PROVIDERS) or len(set(names)) < len(names):
        raise ValueError(f"names each of {', '.join(PROVIDERS)} once at most")
    return names


def _check_ring(text: str) -> str:
    from lib.core.security.crypto import read_ring

    read_ring(text)
    return text


type EncryptionKeys = Annotated[str, AfterValidator(_check_ring)]
type ProviderChain = Annotated[CommaSeparated, AfterValidator(_check_chain)]


class ConfigurationError(Exception):
    """The environment lacks something or holds what cannot work; the message lists every problem."""


class Settings(BaseModel):
    """One field for each environment variable of the same name in capitals; see `.env.example`."""

    model_config = ConfigDict(frozen=True)

    environment: str = "production"
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    cors_allowed_origins: CommaSeparated = ()
    sentry_dsn: str | None = None

    supabase_url: Url
    supabase_publishable_key: str
    # The shared secret and the published keys may both be in use while a project moves from one to the other.
    supabase_jwt_secret: str | None = Field(default=None, min_length=32)
    supabase_jwks: str | None = None
    supabase_jwt_issuer: Url | None = None
    # A private key (JWK) of the project, where it does not sign with a shared secret: API keys need one.
    supabase_signing_jwk: str | None = None

    upstash_redis_rest_url: Url
    upstash_redis_rest_token: str

    # For the scheduler and for asking Auth only: see lib/core/data/service_role.py.
    # The older key is refused: with it Auth ignores Sb-Forwarded-For.
    supabase_secret_key: str | None = Field(default=None, pattern="^sb_secret_")
    cron_secret: str | None = Field(default=None, min_length=16)

    # Requests in fifteen minutes (reference §5.3), by user or address.
    rate_limit_auth: int = Field(default=10, ge=1)
    rate_limit_account: int = Field(default=50, ge=1)
    rate_limit_ai: int = Field(default=50, ge=1)
    rate_limit_api: int = Field(default=100, ge=1)
    rate_limit_delivery: int = Field(default=1000, ge=1)
    # In an hour, by user (domain §11).
    rate_limit_generate: int = Field(default=20, ge=1)
    rate_limit_brand_profile: int = Field(default=5, ge=1)

    # To take what was published out of the edge cache: see lib/publishing/edge_cache.py.
    vercel_api_url: Url = "https://api.vercel.com"
    vercel_token: str | None = None
    vercel_project_id: str | None = None
    vercel_team_id: str | None = None

    # The providers of models, asked in the order of the chain as far as they have a key (reference §6.1).
    ai_provider_chain: ProviderChain = ("azure_openai", "openai", "anthropic", "local")
    # Which one reviews claims; where none is named, the first that there is.
    ai_compliance_provider: str | None = None
    ai_embedding_model: str = "text-embedding-3-small"
    azure_openai_endpoint: Url | None = None
    azure_openai_api_key: str | None = None
    azure_openai_api_version: str = "2024-10-21"
    azure_openai_deployment: str | None = None
    azure_openai_embedding_deployment: str | None = None
    azure_openai_model: str = "gpt-4o-mini"
    openai_api_key: str | None = None
    openai_base_url: Url | None = None
    openai_model: str = "gpt-4o-mini"
    anthropic_api_key: str | None = None
    anthropic_base_url: Url | None = None
    anthropic_model: str = "claude-sonnet-5-5"
    local_ai_base_url: Url | None = None
    local_ai_api_key: str = "none"
    local_ai_model: str = "llama3.1"
    local_ai_embedding_model: str = "nomic-embed-text"
    # Seconds: until the first token of one provider, for a whole answer of one, and for all that a request does.
    ai_first_token_seconds: float = Field(default=12.0, gt=0, le=45)
    ai_answer_seconds: float = Field(default=25.0, gt=0, le=45)
    # Domain §7 gives the providers 45 s of the function's 60; three less leave room for a slow database on both sides.
    ai_total_seconds: float = Field(default=42.0, gt=0, le=45)
    # Signs what only our functions may say: see lib/core/security/signing.py.
    signing_secret: str | None = Field(default=None, min_length=32)
    # v1:<base64 of 32 bytes>,v2:…: see lib/core/security/crypto.py.
    encryption_keys: EncryptionKeys | None = None

    # Where the web app is: links in mails lead there, and WebAuthn and CSRF count it as ours.
    app_url: Url = "https://mixerai.com"
    webauthn_rp_id: str = "mixerai.com"
    webauthn_rp_name: str = "MixerAI"
    # Turnstile, hCaptcha or reCAPTCHA, which verify alike; without a secret none is asked for.
    captcha_verify_url: Url = "https://challenges.cloudflare.com/turnstile/v0/siteverify"
    captcha_secret: str | None = None
    # Days after which a password is to be changed; 0: never.
    password_max_age_days: int = Field(default=0, ge=0)

    sendgrid_api_key: str | None = None
    sendgrid_base_url: Url = "https://api.sendgrid.com"
    mail_from: str = "no-reply@mixerai.com"

    # host:port pairs on this machine that pages and images may be fetched from; for the local stack only.
    web_fetch_private_hosts: CommaSeparated = ()

    @model_validator(mode="after")
    def _opens_nothing(self) -> Self:
        if self.web_fetch_private_hosts and self.environment != "local":
            raise ValueError("WEB_FETCH_PRIVATE_HOSTS is for ENVIRONMENT=local only")
        return self

    @model_validator(mode="after")
    def _knows_the_issuer(self) -> Self:
        # A custom domain or vanity subdomain changes the address of a project, and not the issuer of its tokens: all of
        # them would be refused.
        host = urlsplit(self.supabase_url).hostname or ""
        if self.supabase_jwt_issuer is None and not PROJECT_HOST.fullmatch(host) and host not in LOOPBACK_HOSTS:
            raise ValueError(
                "SUPABASE_JWT_ISSUER is needed where SUPABASE_URL is a custom domain or vanity subdomain: "
                "https://<project ref>.supabase.co/auth/v1"
            )
        return self

    @property
    def jwt_issuer(self) -> str:
        return self.supabase_jwt_issuer or f"{self.supabase_url}/auth/v1"


def read_settings(environment: dict[str, str]) -> Settings:
    """Raises ConfigurationError with one line for each variable that is missing or wrong."""
    values: dict[str, Any] = {}
    for name in Settings.model_fields:
        if environment.get(name.upper()):
            values[name] = environment[name.upper()]
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = [
            f"{str(item['loc'][0] if item['loc'] else 'ENVIRONMENT').upper()}: {item['msg']}"
            for item in error.errors(include_input=False)
        ]
        raise ConfigurationError("; ".join(problems)) from None


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    return read_settings(dict(os.environ))
