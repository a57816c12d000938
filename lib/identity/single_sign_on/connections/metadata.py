"""The SAML metadata of an identity provider, by python3-saml."""

from dataclasses import dataclass
from typing import Any

from lib.core.http.errors import ValidationFailed
from lib.core.http.heavy import run_heavy
from lib.identity.single_sign_on.connections.certificates import normalised
from lib.identity.single_sign_on.documents import check_document


@dataclass(frozen=True, slots=True)
class ProviderMetadata:
    """The values of a provider in its metadata; empty if the metadata have none."""

    entity_id: str
    sign_on_url: str
    certificates: tuple[str, ...]
    logout_url: str = ""


def _refused(reason: str) -> ValidationFailed:
    return ValidationFailed(
        "the metadata cannot be used", details=[{"field": "metadata", "code": "INVALID_FORMAT", "message": reason}]
    )


async def read_metadata(text: str) -> ProviderMetadata:
    """Reads the identity provider of a metadata document, in a thread. Raises ValidationFailed."""
    return await run_heavy(_read, text)


def _read(text: str) -> ProviderMetadata:
    from lxml.etree import LxmlError
    from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser

    try:
        document = text.encode()
        check_document(document)
        parsed: dict[str, Any] = OneLogin_Saml2_IdPMetadataParser.parse(document)
    except (LxmlError, ValueError, TypeError, KeyError) as error:
        raise _refused("is not a SAML metadata document") from error
    provider = parsed.get("idp")
    if not provider:
        raise _refused("describes no identity provider")
    keys: list[str] = provider.get("x509certMulti", {}).get("signing", [])
    if not keys and provider.get("x509cert"):
        keys = [provider["x509cert"]]
    try:
        certificates = tuple(dict.fromkeys(normalised(key) for key in keys))
    except ValueError as error:
        raise _refused("has a certificate that cannot be read") from error
    sign_on: str = provider.get("singleSignOnService", {}).get("url", "")
    logout: str = provider.get("singleLogoutService", {}).get("url", "")
    return ProviderMetadata(provider.get("entityId") or "", sign_on, certificates[:5], logout)
