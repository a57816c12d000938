"""Finds settings in environment variables, also under the names that integrations give them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# Our name first; the others in the order in which they are tried. The integrations of Supabase and Upstash with Vercel
# set their own names: https://supabase.com/docs/guides/integrations/vercel-marketplace and
# https://upstash.com/docs/redis/howto/vercelintegration. The names of the deployment's environment are Vercel's own:
# https://vercel.com/docs/environment-variables/system-environment-variables.
ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "ENVIRONMENT": ("VERCEL_TARGET_ENV", "VERCEL_ENV"),
    "SUPABASE_URL": ("NEXT_PUBLIC_SUPABASE_URL",),
    "SUPABASE_PUBLISHABLE_KEY": (
        "NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY",
        "SUPABASE_ANON_KEY",
        "NEXT_PUBLIC_SUPABASE_ANON_KEY",
    ),
    # The integration's key is the older JWT, which is refused with a message that names the way out.
    "SUPABASE_SECRET_KEY": ("SUPABASE_SERVICE_ROLE_KEY",),
    # Read by tools only. POSTGRES_URL goes through the transaction pooler, which takes no migrations.
    "SUPABASE_DB_URL": ("POSTGRES_URL_NON_POOLING",),
    "UPSTASH_REDIS_REST_URL": ("KV_REST_API_URL",),
    "UPSTASH_REDIS_REST_TOKEN": ("KV_REST_API_TOKEN",),
}


@dataclass(frozen=True, slots=True)
class Variable:
    """A setting's value and the name of the environment variable that it came from."""

    name: str
    text: str


def _preview_origin(environment: Mapping[str, str]) -> Variable | None:
    """Returns the address of a preview of Vercel, which serves its own dashboard; None outside previews."""
    for name in ("VERCEL_BRANCH_URL", "VERCEL_URL"):
        host = environment.get(name, "").strip()
        if host and environment.get("VERCEL_ENV") == "preview":
            return Variable(name, f"https://{host}")
    return None


def _production_origin(environment: Mapping[str, str]) -> Variable | None:
    """Returns the address of the project's production; None outside production, which must not wake it."""
    name = "VERCEL_PROJECT_PRODUCTION_URL"
    host = environment.get(name, "").strip()
    return Variable(name, f"https://{host}") if host and environment.get("VERCEL_ENV") == "production" else None


def find_variable(environment: Mapping[str, str], name: str) -> Variable | None:
    """Returns the value of a setting by our name, else by the first alias that is set. Blank values count as unset."""
    for candidate in (name, *ALIASES.get(name, ())):
        text = environment.get(candidate, "").strip()
        if text:
            return Variable(candidate, text)
    match name:
        case "APP_URL":
            return _preview_origin(environment)
        case "FUNCTIONS_URL":
            return _production_origin(environment)
        case _:
            return None


def describe_name(name: str, found: Variable | None) -> str:
    """Returns how a message names a setting: with the variable that holds it, where that is an alias."""
    return name if found is None or found.name == name else f"{name} (set as {found.name})"
