"""Settings of the deployment, read from the environment once for each instance."""

import os
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

type Url = Annotated[str, Field(pattern=r"^https?://[^\s/]+"), AfterValidator(lambda url: url.rstrip("/"))]
type CommaSeparated = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda text: tuple(part.strip() for part in text.split(",") if part.strip())),
]


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
    supabase_jwt_secret: str | None = Field(default=None, min_length=32)
    supabase_jwks: str | None = None
    supabase_jwt_issuer: str | None = None

    upstash_redis_rest_url: Url
    upstash_redis_rest_token: str

    # For the scheduler only: see lib/core/service_role.py.
    supabase_secret_key: str | None = None
    cron_secret: str | None = Field(default=None, min_length=16)

    # Requests in fifteen minutes (reference §5.3), by user or address.
    rate_limit_auth: int = Field(default=10, ge=1)
    rate_limit_ai: int = Field(default=50, ge=1)
    rate_limit_api: int = Field(default=100, ge=1)
    rate_limit_delivery: int = Field(default=1000, ge=1)

    # To take what was published out of the edge cache: see lib/publishing/edge_cache.py.
    vercel_api_url: Url = "https://api.vercel.com"
    vercel_token: str | None = None
    vercel_project_id: str | None = None
    vercel_team_id: str | None = None

    openai_api_key: str | None = None
    openai_base_url: Url | None = None
    openai_model: str = "gpt-4o-mini"

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
        problems = [f"{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors(include_input=False)]
        raise ConfigurationError("; ".join(problems)) from None


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    return read_settings(dict(os.environ))
