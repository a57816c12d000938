"""The settings of the local stack: where its parts listen, what they store, and the environment of the platform."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dotenv import dotenv_values

from local.stack.saml_keys import saml_keys

ROOT: Final = Path(__file__).resolve().parents[2]
# Another folder and other ports make a second stack beside the first.
STATE: Final = Path(os.environ.get("MIXERAI_STATE") or ROOT / ".local")
LOGS: Final = STATE / "logs"
NODE_MODULES: Final = ROOT / "local" / "node_modules"

# Public passwords, for this machine only: every part listens on the loopback address. Each begins with "local", also
# inside the encryption key, so that a deployment recognises and refuses them (lib/core/settings/refusals.py).
JWT_SECRET: Final = "local-jwt-secret-of-at-least-32-characters"
PUBLISHABLE_KEY: Final = "sb_publishable_local"
SECRET_KEY: Final = "sb_secret_local"
KV_TOKEN: Final = "local-kv-token"
CRON_SECRET: Final = "local-cron-secret"
# The public key of local/mail/signing.py. Deployments refuse it too.
MAIL_EVENT_KEY: Final = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEg/kvlu92jL5IZLCTqfl9n1soySkf+jZuIQGjFRB2qFbK"
    "IXUoq9sgmbpkdu35T7rqIxjf08m5c0nS5rVtIP7CdQ=="
)
MAIL_TOPIC: Final = "arn:aws:sns:eu-west-1:123456789012:mail-events"
SIGNING_SECRET: Final = "local-signing-secret-of-at-least-32-characters"
ENCRYPTION_KEYS: Final = "v1:bG9jYWwtZW5jcnlwdGlvbi1rZXktMzItYnl0ZXMhISE="
DATABASE_PASSWORD: Final = "postgres"
# As on a hosted project: migrations run as `postgres`, which is no superuser; this superuser belongs to the platform.
SUPERUSER: Final = "supabase_admin"

# Below the ports that systems give to outgoing connections (from 32768 on Linux, from 49152 elsewhere), which could
# take one of these before the stack starts. Those of Supabase and Postgres are in supabase/config.toml too, so that
# `supabase start` can replace the stand-ins.
DEFAULT_PORTS: Final = {
    "web": 24300,
    "supabase": 24321,
    "postgres": 24322,
    "mail": 24324,
    "redis": 24330,
    "kv": 24331,
    "models": 24332,
    "aws": 24333,
    "channels": 24334,
}


class SettingsError(Exception):
    """Raised for an invalid setting; the message says what to do."""


def with_role(database_url: str, role: str) -> str:
    """Returns the URL of the same database for another role; all roles of this machine have one password."""
    parts = urlsplit(database_url)
    return parts._replace(netloc=f"{role}:{DATABASE_PASSWORD}@{parts.hostname}:{parts.port}").geturl()


@dataclass(frozen=True)
class StackSettings:
    ports: dict[str, int]
    overrides: dict[str, str]
    """The settings of the user, in the environment or in `.env`; each replaces one stand-in."""
    folder: Path = STATE
    """The folder of logs and stored objects. A copy of the stack has its own."""
    database: str = "postgres"
    redis_database: int = 0

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def state_file(self) -> Path:
        """Returns what a running stack publishes about itself: addresses and environment."""
        return self.folder / "stack.json"

    def url(self, part: str) -> str:
        return f"http://127.0.0.1:{self.ports[part]}"

    @property
    def database_url(self) -> str:
        server = f"postgres://postgres:{DATABASE_PASSWORD}@127.0.0.1:{self.ports['postgres']}"
        local = f"{server}/{self.database}"
        return self.overrides.get("SUPABASE_DB_URL", local)

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.ports['redis']}/{self.redis_database}"

    def is_replaced(self, variable: str) -> bool:
        return variable in self.overrides

    def platform_environment(self) -> dict[str, str]:
        """Returns the environment variables of the deployed functions, with the addresses of the stand-ins."""
        supabase = self.url("supabase")
        defaults = {
            "ENVIRONMENT": "local",
            "SUPABASE_URL": supabase,
            "SUPABASE_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
            "SUPABASE_SECRET_KEY": SECRET_KEY,
            "SUPABASE_JWT_SECRET": JWT_SECRET,
            "UPSTASH_REDIS_REST_URL": self.url("kv"),
            "UPSTASH_REDIS_REST_TOKEN": KV_TOKEN,
            **self._models(),
            "SIGNING_SECRET": SIGNING_SECRET,
            "ENCRYPTION_KEYS": ENCRYPTION_KEYS,
            "SAML_KEYS": saml_keys(STATE),
            "APP_URL": self.url("web"),
            "FUNCTIONS_URL": self.url("web"),
            "WEBAUTHN_RP_ID": "127.0.0.1",
            "WEB_FETCH_PRIVATE_HOSTS": ",".join(
                f"127.0.0.1:{self.ports[part]}" for part in ("models", "mail", "channels", "aws")
            ),
            "AWS_ENDPOINT_URL": self.url("aws"),
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "SENDGRID_BASE_URL": self.url("mail"),
            "SENDGRID_API_KEY": "local-mail-key",
            "SENDGRID_WEBHOOK_PUBLIC_KEY": MAIL_EVENT_KEY,
            "SES_REGION": "eu-west-1",
            "SES_ENDPOINT_URL": self.url("aws"),
            "SES_TOPIC_ARNS": MAIL_TOPIC,
            "SNS_ENDPOINT_URL": self.url("mail"),
            "CRON_SECRET": CRON_SECRET,
            "VERCEL_API_URL": self.url("web"),
            "VERCEL_TOKEN": "local-vercel-token",
            "VERCEL_PROJECT_ID": "local",
        }
        environment = defaults | self.overrides
        if self.is_replaced("SUPABASE_URL") and not self.is_replaced("SUPABASE_JWT_SECRET"):
            del environment["SUPABASE_JWT_SECRET"]  # the published keys of the project verify instead
        return environment

    @property
    def has_own_models(self) -> bool:
        """Whether the user configured a provider: then only configured providers are called."""
        return any(self.is_replaced(variable) for variable in MODEL_VARIABLES)

    def _models(self) -> dict[str, str]:
        """Configures all providers of the chain, each at the stand-in in its own wire format."""
        if self.has_own_models:
            return {}
        models = self.url("models")
        return {
            "AZURE_OPENAI_ENDPOINT": models,
            "AZURE_OPENAI_API_KEY": "local-model-key",
            "AZURE_OPENAI_DEPLOYMENT": "content-writer",
            "OPENAI_BASE_URL": f"{models}/v1",
            "OPENAI_API_KEY": "local-model-key",
            "ANTHROPIC_BASE_URL": models,
            "ANTHROPIC_API_KEY": "local-model-key",
        }


# Setting one of these configures this provider, instead of the stand-in.
MODEL_VARIABLES: Final = (
    "AZURE_OPENAI_API_KEY",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "ANTHROPIC_API_KEY",
    "LOCAL_AI_BASE_URL",
)
# Setting one of these selects the real service, instead of its stand-in.
REPLACEABLE: Final = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "SUPABASE_HOOK_SECRET",
    "SUPABASE_URL",
    "SUPABASE_DB_URL",
    "SUPABASE_PUBLISHABLE_KEY",
    "SUPABASE_SECRET_KEY",
    "SUPABASE_JWT_SECRET",
    "SUPABASE_JWKS",
    "SUPABASE_JWT_ISSUER",
    "UPSTASH_REDIS_REST_URL",
    "UPSTASH_REDIS_REST_TOKEN",
    *MODEL_VARIABLES,
    "AI_ANSWER_SECONDS",
    "AI_COMPLIANCE_PROVIDER",
    "AI_EMBEDDING_MODEL",
    "AI_FIRST_TOKEN_SECONDS",
    "AI_PROVIDER_CHAIN",
    "AI_TOTAL_SECONDS",
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_MODEL",
    "AZURE_OPENAI_API_VERSION",
    "AZURE_OPENAI_DEPLOYMENT",
    "AZURE_OPENAI_EMBEDDING_DEPLOYMENT",
    "AZURE_OPENAI_ENDPOINT",
    "AZURE_OPENAI_MODEL",
    "LOCAL_AI_API_KEY",
    "LOCAL_AI_EMBEDDING_MODEL",
    "LOCAL_AI_MODEL",
    "OPENAI_MODEL",
    "SENTRY_DSN",
    "CORS_ALLOWED_ORIGINS",
    "APP_URL",
    "CAPTCHA_SECRET",
    "CAPTCHA_VERIFY_URL",
    "CRON_SECRET",
    "ENCRYPTION_KEYS",
    "SAML_KEYS",
    "FUNCTIONS_URL",
    "LOG_LEVEL",
    "MAIL_FROM",
    "MAIL_HASH_KEY",
    "PASSWORD_MAX_AGE_DAYS",
    "RATE_LIMIT_ACCEPT_INVITATION",
    "RATE_LIMIT_ACCOUNT",
    "RATE_LIMIT_REFRESH",
    "RATE_LIMIT_AI",
    "RATE_LIMIT_API",
    "RATE_LIMIT_API_ENTERPRISE",
    "RATE_LIMIT_API_PROFESSIONAL",
    "RATE_LIMIT_AUTH",
    "RATE_LIMIT_BRAND_PROFILE",
    "RATE_LIMIT_DELIVERY",
    "RATE_LIMIT_DOCUMENTS",
    "RATE_LIMIT_FORGOT_PASSWORD",
    "RATE_LIMIT_GENERATE",
    "RATE_LIMIT_GRAPHQL_POINTS",
    "RATE_LIMIT_HOOKS",
    "RATE_LIMIT_KEY_GUESSES",
    "RATE_LIMIT_NOTIFY",
    "RATE_LIMIT_VERIFY_EMAIL",
    "SENDGRID_API_KEY",
    "SENDGRID_BASE_URL",
    "SENDGRID_WEBHOOK_PUBLIC_KEY",
    "SES_CONFIGURATION_SET",
    "SES_ENDPOINT_URL",
    "SES_REGION",
    "SES_TOPIC_ARNS",
    "SNS_ENDPOINT_URL",
    "SIGNING_SECRET",
    "SUPABASE_SIGNING_JWK",
    "VERCEL_PROJECT_ID",
    "VERCEL_TEAM_ID",
    "VERCEL_TOKEN",
    "WEBAUTHN_RP_ID",
    "WEBAUTHN_RP_NAME",
)


def load_settings() -> StackSettings:
    """Reads ports and replacements, from the environment first and `.env` second."""
    file = {name: value for name, value in dotenv_values(ROOT / ".env").items() if value}
    environment = file | {name: value for name, value in os.environ.items() if value}
    ports: dict[str, int] = {}
    for part, default in DEFAULT_PORTS.items():
        name = f"MIXERAI_{part.upper()}_PORT"
        value = environment.get(name, str(default))
        if not value.isdecimal() or not 1024 <= int(value) <= 65535:
            raise SettingsError(f"{name} must be a port from 1024 to 65535, not {value!r}")
        ports[part] = int(value)
    overrides = {name: environment[name] for name in REPLACEABLE if name in environment}
    return StackSettings(ports=ports, overrides=overrides)


def fallback_folder() -> Path:
    """Returns a folder that an unprivileged user can reach even if the checkout is in a private folder."""
    digest = hashlib.sha256(str(STATE).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"mixerai-{os.getuid()}-{digest}"
