"""Checks of an identity provider that need no sign-in."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, cast
from uuid import UUID

from lib.core.auth.principal import Person
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import NotFound, ValidationFailed
from lib.core.security.web import FetchRefused, check_url, fetch
from lib.identity.single_sign_on.connections import repository
from lib.identity.single_sign_on.connections.certificates import describe_certificate
from lib.identity.single_sign_on.connections.metadata import ProviderMetadata, read_metadata
from lib.identity.single_sign_on.connections.models import ConnectionDraft, ConnectionReport, Finding

type Severity = Literal["ok", "warning", "error"]

DISCOVERY_PATH: Final = "/.well-known/openid-configuration"
DISCOVERY_SECONDS: Final = 5.0
MAX_DISCOVERY_BYTES: Final = 200_000
EXPIRY_WARNING: Final = timedelta(days=30)
ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def _report(findings: list[Finding]) -> ConnectionReport:
    return ConnectionReport(is_usable=all(each.severity != "error" for each in findings), findings=findings)


def _certificate(text: str) -> Finding:
    info = describe_certificate(text)
    severity: Severity = "ok" if info.is_valid else "error"
    now = datetime.now(UTC)
    if info.not_before is None or info.not_after is None:
        message = "a certificate cannot be read"
    elif info.not_before > now:
        message = f"the certificate of {info.subject} is not valid before {info.not_before:%Y-%m-%d}"
    elif info.not_after <= now:
        message = f"the certificate of {info.subject} expired on {info.not_after:%Y-%m-%d}"
    elif info.not_after - now < EXPIRY_WARNING:
        severity = "warning"
        message = f"the certificate of {info.subject} expires in {(info.not_after - now).days} days"
    else:
        message = f"the certificate of {info.subject} is valid until {info.not_after:%Y-%m-%d}"
    return Finding(check="certificate", severity=severity, message=message)


def _certificates(texts: tuple[str, ...]) -> list[Finding]:
    """One valid certificate is enough: an old one may stay while a provider changes over."""
    if not texts:
        return [Finding(check="certificate", severity="error", message="there is no certificate for signing")]
    found = [_certificate(text) for text in texts]
    if any(each.severity != "error" for each in found):
        return [each.model_copy(update={"severity": "warning"}) if each.severity == "error" else each for each in found]
    return found


async def _sign_on_url(url: str) -> Finding:
    if not url.startswith("https://"):
        return Finding(check="sign_on_url", severity="error", message="the sign-on URL must begin with https://")
    try:
        await check_url(url)
    except FetchRefused as error:
        # A provider inside of a company is reached by its people's browsers, and not from here.
        return Finding(check="sign_on_url", severity="warning", message=f"the sign-on URL: {error}")
    return Finding(check="sign_on_url", severity="ok", message="the host of the sign-on URL can be found")


async def _saml(provider: ProviderMetadata) -> list[Finding]:
    entity = (
        Finding(check="entity_id", severity="ok", message=f"the entity id is {provider.entity_id}")
        if provider.entity_id
        else Finding(check="entity_id", severity="error", message="there is no entity id")
    )
    return [entity, await _sign_on_url(provider.sign_on_url), *_certificates(provider.certificates)]


def read_discovery(document: dict[str, Any], issuer: str) -> list[Finding]:
    """Checks an OIDC discovery document (OpenID Connect Discovery 1.0, section 3)."""
    stated = str(document.get("issuer", ""))
    is_same = stated.rstrip("/") == issuer.rstrip("/")
    unsafe = [name for name in ENDPOINTS if not str(document.get(name, "")).startswith("https://")]
    methods = document.get("code_challenge_methods_supported")
    has_pkce = isinstance(methods, list) and "S256" in methods
    return [
        Finding(
            check="issuer",
            severity="ok" if is_same else "error",
            message="the document names this issuer" if is_same else f"the document names the issuer {stated[:200]}",
        ),
        Finding(
            check="endpoints",
            severity="error" if unsafe else "ok",
            message=f"missing or without https: {', '.join(unsafe)}" if unsafe else "all endpoints use https",
        ),
        Finding(
            check="pkce",
            severity="ok" if has_pkce else "warning",
            message="PKCE with S256 is supported" if has_pkce else "the document does not name PKCE with S256",
        ),
    ]


async def _oidc(issuer: str) -> list[Finding]:
    try:
        answer = await fetch(
            issuer.rstrip("/") + DISCOVERY_PATH,
            media_types=("application/json",),
            max_bytes=MAX_DISCOVERY_BYTES,
            seconds=DISCOVERY_SECONDS,
        )
        document: object = json.loads(answer.body)
    except FetchRefused as error:
        return [Finding(check="discovery", severity="error", message=f"the discovery document: {error}")]
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return [Finding(check="discovery", severity="error", message="the discovery document is not a JSON object")]
    found = Finding(check="discovery", severity="ok", message="the discovery document can be read")
    return [found, *read_discovery(cast("dict[str, Any]", document), issuer)]


async def _require_platform_admin(principal: Person) -> None:
    await repository.fetch_connections(principal.db, account_id=None, page=PageRequest(page_size=1))


async def check_draft(principal: Person, *, draft: ConnectionDraft) -> ConnectionReport:
    """Checks a provider that is not connected yet. Raises Forbidden unless the caller is a platform admin."""
    await _require_platform_admin(principal)
    findings: list[Finding] = []
    if draft.oidc_issuer is not None:
        findings += await _oidc(draft.oidc_issuer)
    if draft.oidc_issuer is not None and draft.model_fields_set == {"oidc_issuer"}:
        return _report(findings)
    read = ProviderMetadata("", "", ())
    if draft.metadata is not None:
        try:
            read = await read_metadata(draft.metadata)
            findings.append(Finding(check="metadata", severity="ok", message="the metadata can be read"))
        except ValidationFailed as error:
            reason = error.details[0]["message"]
            findings.append(Finding(check="metadata", severity="error", message=f"the metadata: {reason}"))
    given = ProviderMetadata(
        draft.entity_id or read.entity_id,
        draft.sign_on_url or read.sign_on_url,
        tuple(draft.certificates or read.certificates),
    )
    return _report(findings + await _saml(given))


async def check_stored(principal: Person, *, connection_id: UUID) -> ConnectionReport:
    """Checks a connection. Raises Forbidden unless the caller is a platform admin, NotFound."""
    row = await repository.fetch_connection(principal.db, connection_id=connection_id)
    if row is None:
        raise NotFound("connection not found")
    stored = ProviderMetadata(row["entity_id"], row["sign_on_url"], tuple(row["certificates"]))
    return _report(await _saml(stored))
