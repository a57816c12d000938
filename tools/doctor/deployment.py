"""Checks the settings of a deployment: what it refuses to start with, and what does not work without optional ones."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from lib.core.settings.refusals import find_problems, is_required, needs_of, stage_of
from lib.core.settings.registry import Needed
from lib.core.settings.variables import ALIASES, find_variable
from tools.doctor.findings import Finding, error, ok, warn
from tools.doctor.models import MODELS

PROVIDER_VARIABLES = ("AZURE_OPENAI_API_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "LOCAL_AI_BASE_URL")


def _is_set(environment: Mapping[str, str], *names: str) -> bool:
    return any(find_variable(environment, name) is not None for name in names)


def _missing(environment: Mapping[str, str]) -> Iterator[tuple[str, Needed]]:
    for model in MODELS:
        for field in model.model_fields:
            for need in needs_of(model, field):
                is_due = need.beside is None or _is_set(environment, need.beside)
                if is_due and not _is_set(environment, field.upper()):
                    yield field.upper(), need


def check_optional(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Says what does not work without settings that are not set and that the deployment starts without."""
    stage = stage_of(environment)
    for name, need in _missing(environment):
        if not is_required(need, stage):
            yield warn(name, f"is not set, and without it {need.without}")
    if not _is_set(environment, *PROVIDER_VARIABLES):
        yield warn(
            "AI providers", f"none has a key, and AI tools answer 503: set one of {', '.join(PROVIDER_VARIABLES)}"
        )
    if not _is_set(environment, "SUPABASE_JWT_SECRET", "SUPABASE_SIGNING_JWK"):
        yield warn("SUPABASE_SIGNING_JWK", "is not set, and no SUPABASE_JWT_SECRET either: API keys are refused")
    if _is_set(environment, "VERCEL_TOKEN") and not _is_set(environment, "VERCEL_PROJECT_ID"):
        yield warn("VERCEL_PROJECT_ID", "is not set beside VERCEL_TOKEN: the edge cache is not purged")


def check_passkeys(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Compares the domain of passkeys with the address of the web app: a browser refuses any other."""
    app, domain = find_variable(environment, "APP_URL"), find_variable(environment, "WEBAUTHN_RP_ID")
    host = urlsplit(app.text).hostname if app else None
    if host and domain and host != domain.text and not host.endswith(f".{domain.text}"):
        yield error(
            "WEBAUTHN_RP_ID", f"must be {host}, the host of APP_URL, or a domain above it: passkeys are refused"
        )


def check_settings(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Checks every registered setting."""
    stage = stage_of(environment)
    named = find_variable(environment, "ENVIRONMENT")
    text = named.text if named else "production"
    yield ok("ENVIRONMENT", f"{text}, checked as {stage.value}")
    problems = find_problems(MODELS, environment)
    for problem in problems:
        name, _, reason = problem.partition(": ")
        yield error(name, reason)
    if not problems:
        yield ok("settings", "complete and well formed")
    yield from check_passkeys(environment)
    used = [name for name in ALIASES if (found := find_variable(environment, name)) and found.name != name]
    if used:
        yield ok("names", f"set by an integration: {', '.join(used)}")
    yield from check_optional(environment)
