"""Finds settings that a deployment must not start with: published secrets, local addresses, missing secrets.

The secrets of the local stack are published with the code. Each begins with ``local``, so that it is recognised without
importing the stack. Those of ``supabase start`` are recognised by their beginning. They are taken only where
ENVIRONMENT is ``local`` or begins with ``local-``: any other name, such as ``staging``, is that of a deployment.
"""

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from lib.core.settings.registry import Needed, SettingsModel, find_malformed
from lib.core.settings.variables import Variable, describe_name, find_variable

LOOPBACK_HOSTS: Final = ("127.0.0.1", "localhost", "::1")
_LOCAL_SECRET: Final = re.compile(r"[\"']?(?:sb_(?:secret|publishable)_)?local(?:[-_].*)?", re.DOTALL | re.IGNORECASE)
# https://supabase.com/docs/guides/local-development/cli/getting-started prints the same ones on every machine.
_SECRETS_OF_SUPABASE_START: Final = (
    "super-secret-jwt-token-with-at-least-32-characters-long",
    "sb_secret_N7UND0UgjKTVK-",
    "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_",
)
# The public half of the key with which the local stack signs events of mails. Its private half is published too.
_MAIL_EVENT_KEY: Final = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEg/kvlu92jL5IZLCTqfl9n1soySkf+jZuIQGjFRB2qFbK"
    "IXUoq9sgmbpkdu35T7rqIxjf08m5c0nS5rVtIP7CdQ=="
)
# With these, captchas of everybody pass: https://developers.cloudflare.com/turnstile/troubleshooting/testing/,
# https://docs.hcaptcha.com/#integration-testing-test-keys, https://developers.google.com/recaptcha/docs/faq.
_SECRETS_OF_CAPTCHA_TESTS: Final = (
    "1x0000000000000000000000000000000AA",
    "2x0000000000000000000000000000000AA",
    "3x0000000000000000000000000000000AA",
    "0x0000000000000000000000000000000000000000",
    "6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe",
)
_ISSUER_OF_SUPABASE_START: Final = "supabase-demo"
_ENCODED_KEY: Final = re.compile(r"(?:v\d+:)?(\S+)")
_PLACEHOLDER: Final = re.compile(r"[…<>]")


class Stage(StrEnum):
    """The kind of a deployment, which decides how strictly its settings are checked."""

    PRODUCTION = "production"
    """Vercel's production; outside Vercel, ENVIRONMENT is `production` or not set."""
    PREVIEW = "preview"
    """Any other deployment, of Vercel or elsewhere, such as one whose ENVIRONMENT is `staging`."""
    LOCAL = "local"
    """Outside Vercel's deployments, with an ENVIRONMENT of `local`, or that begins with `local-`."""


def stage_of(environment: Mapping[str, str]) -> Stage:
    """Returns the kind of deployment by VERCEL_ENV, which Vercel sets, and by ENVIRONMENT outside of Vercel."""
    match environment.get("VERCEL_ENV"):
        case "production":
            return Stage.PRODUCTION
        case "preview":
            return Stage.PREVIEW
        case _:
            named = find_variable(environment, "ENVIRONMENT")
            if named is None or named.text == "production":
                return Stage.PRODUCTION
            return Stage.LOCAL if named.text == "local" or named.text.startswith("local-") else Stage.PREVIEW


def claims_of(key: str) -> dict[str, Any]:
    """Returns the claims of a key that is a JWT, without verifying it; an empty dictionary for any other text."""
    parts = key.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _decoded_keys(text: str) -> Iterator[str]:
    """Yields the keys of ENCRYPTION_KEYS or SAML_KEYS, decoded from base64."""
    for entry in text.split(","):
        found = _ENCODED_KEY.fullmatch(entry.strip())
        if found:
            try:
                yield base64.b64decode(found[1], altchars=b"-_").decode("latin-1")
            except (binascii.Error, ValueError):
                continue  # the model says that it is malformed


def is_published_secret(text: str) -> bool:
    """Tells whether a value is a secret of the local stack, of ``supabase start`` or of a captcha's tests.

    All of these are published.
    """
    return (
        text in _SECRETS_OF_CAPTCHA_TESTS
        or text == _MAIL_EVENT_KEY
        or any(
            _LOCAL_SECRET.fullmatch(candidate)
            or candidate.startswith(_SECRETS_OF_SUPABASE_START)
            or claims_of(candidate).get("iss") == _ISSUER_OF_SUPABASE_START
            for candidate in (text, *_decoded_keys(text))
        )
    )


def _is_loopback(host: str) -> bool:
    """Tells whether a host is the machine itself, also under a name below ``localhost`` (RFC 6761, section 6.3)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f".{host.rstrip('.')}".endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _is_insecure(name: str, text: str, stage: Stage) -> str | None:
    """Returns the problem with an address over plain HTTP or of the machine itself, or None."""
    for part in text.split(","):
        url = urlsplit(part.strip())
        if url.scheme not in ("http", "https"):
            continue
        if not _is_loopback(url.hostname or ""):
            if url.scheme == "http":
                return "must begin with https://"
        elif name != "CORS_ALLOWED_ORIGINS":
            return "points at the machine itself, where a deployment finds nothing"
        # A page on a developer's machine may ask a preview.
        elif stage is not Stage.PREVIEW:
            return "lets pages of any user's own machine call the API with that user's cookies"
    return None


def _find_refused(name: str, found: Variable, stage: Stage) -> str | None:
    if is_published_secret(found.text):
        return "is a published secret: generate your own (docs/deploy.md)"
    if _PLACEHOLDER.search(found.text):
        return "still holds a placeholder"
    return _is_insecure(name, found.text, stage)


def is_required(need: Needed, stage: Stage) -> bool:
    """Tells whether a deployment refuses to start without the setting."""
    return (need.in_production and stage is Stage.PRODUCTION) or (need.in_previews and stage is Stage.PREVIEW)


def _find_missing(name: str, needed: Sequence[Needed], environment: Mapping[str, str], stage: Stage) -> str | None:
    for need in needed:
        is_due = need.beside is None or find_variable(environment, need.beside) is not None
        if is_required(need, stage) and is_due:
            return f"{name}: is missing, and without it {need.without}"
    return None


def needs_of(model: type[SettingsModel], field: str) -> list[Needed]:
    """Returns the consequences that the annotation of a field names for a missing setting."""
    return [item for item in model.model_fields[field].metadata if isinstance(item, Needed)]


def _find_misnamed(environment: Mapping[str, str], stage: Stage) -> str | None:
    """Returns the problem with ENVIRONMENT, by which the database knows whose it is, or None."""
    named = find_variable(environment, "ENVIRONMENT")
    if named is None:
        return None
    name = describe_name("ENVIRONMENT", named)
    if stage is Stage.PRODUCTION and named.text != "production":
        return f"{name}: must be production, or not set, where VERCEL_ENV is production"
    if stage is Stage.PREVIEW and (named.text == "production" or named.text.startswith("local")):
        return f"{name}: is {named.text} in a deployment whose VERCEL_ENV is preview"
    return None


def _find_in_deployment(
    models: Sequence[type[SettingsModel]], environment: Mapping[str, str], stage: Stage
) -> Iterator[str]:
    if misnamed := _find_misnamed(environment, stage):
        yield misnamed
    for model in models:
        for field in model.model_fields:
            name = field.upper()
            found = find_variable(environment, name)
            if found is None:
                if problem := _find_missing(name, needs_of(model, field), environment, stage):
                    yield problem
            elif name != "ENVIRONMENT" and (problem := _find_refused(name, found, stage)):
                yield f"{describe_name(name, found)}: {problem}"


def find_problems(models: Sequence[type[SettingsModel]], environment: Mapping[str, str]) -> list[str]:
    """Returns every problem of every model, a line each; an empty list where the function may start.

    Anywhere: what is missing or malformed. In a deployment also: secrets of the local stack, addresses of one machine
    or over plain HTTP, placeholders, an ENVIRONMENT that contradicts VERCEL_ENV, and the absence of settings that this
    stage requires.
    """
    problems = find_malformed(models, environment)
    stage = stage_of(environment)
    if stage is not Stage.LOCAL:
        named = {problem.split(":", 1)[0] for problem in problems}
        found = _find_in_deployment(models, environment, stage)
        problems += [problem for problem in found if problem.split(":", 1)[0] not in named]
    return problems
