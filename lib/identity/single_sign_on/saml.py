"""The messages of our SAML 2.0 service provider: its metadata, and requests to sign a person in."""

import base64
import secrets
import zlib
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode, urlsplit
from xml.sax.saxutils import escape, quoteattr

from lib.identity.single_sign_on.keys import OwnKey, own_keys
from lib.identity.single_sign_on.models import SsoConnection
from lib.identity.single_sign_on.responses import REFUSED, Assertion, check_response
from lib.identity.single_sign_on.urls import ACS_PATH, LOGOUT_PATH, METADATA_PATH, entity_id, own_url

__all__ = ["ACS_PATH", "METADATA_PATH", "REFUSED", "Assertion", "check_response", "metadata", "sign_on_url"]

_PROTOCOL: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
_ASSERTION: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
_BINDINGS: Final = "urn:oasis:names:tc:SAML:2.0:bindings"
_EMAIL: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
_RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
# The algorithms of encryption.py, the preferred one first.
_ENCRYPTIONS: Final = (
    "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    "http://www.w3.org/2009/xmlenc11#aes128-gcm",
    "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
    "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
)


def _key_descriptor(key: OwnKey, use: str) -> str:
    methods = "".join(f"<md:EncryptionMethod Algorithm={quoteattr(each)}/>" for each in _ENCRYPTIONS)
    return (
        f'<md:KeyDescriptor use="{use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{key.certificate}'
        f"</ds:X509Certificate></ds:X509Data></ds:KeyInfo>{methods if use == 'encryption' else ''}</md:KeyDescriptor>"
    )


def metadata() -> str:
    """Returns our SAML metadata, XML. They show all of our keys, the newest first."""
    keys = own_keys()
    descriptors = "".join(_key_descriptor(key, use) for use in ("signing", "encryption") for key in keys)
    logout = f'<md:SingleLogoutService Binding="{_BINDINGS}:HTTP-Redirect" Location={quoteattr(own_url(LOGOUT_PATH))}/>'
    return (
        '<?xml version="1.0"?>\n'
        '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
        f'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID={quoteattr(entity_id())}>'
        f'<md:SPSSODescriptor AuthnRequestsSigned="{"true" if keys else "false"}" WantAssertionsSigned="true" '
        f'protocolSupportEnumeration="{_PROTOCOL}">{descriptors}{logout if keys else ""}'
        f"<md:NameIDFormat>{_EMAIL}</md:NameIDFormat>"
        f'<md:AssertionConsumerService Binding="{_BINDINGS}:HTTP-POST" Location={quoteattr(own_url(ACS_PATH))} '
        'index="1" isDefault="true"/></md:SPSSODescriptor></md:EntityDescriptor>\n'
    )


def message(kind: str, destination: str, content: str, **more: str) -> tuple[str, str]:
    """Returns a message of ours, XML, and its id. ``content`` is XML, ``more`` are attributes."""
    message_id = f"_{secrets.token_hex(20)}"
    attributes = {
        "ID": message_id,
        "Version": "2.0",
        "IssueInstant": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Destination": destination,
        **more,
    }
    written = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    document = (
        f'<samlp:{kind} xmlns:samlp="{_PROTOCOL}" xmlns:saml="{_ASSERTION}" {written}>'
        f"<saml:Issuer>{escape(entity_id())}</saml:Issuer>{content}</samlp:{kind}>"
    )
    return document, message_id


def redirect_url(url: str, name: str, document: str, relay_state: str | None) -> str:
    """Returns the URL that takes a message to a provider, signed with our newest key if we have one.

    HTTP-Redirect binding (saml-bindings-2.0-os, section 3.4). ``name`` is `SAMLRequest` or `SAMLResponse`.
    """
    compressor = zlib.compressobj(wbits=-15)
    deflated = compressor.compress(document.encode()) + compressor.flush()
    query = {name: base64.b64encode(deflated).decode()}
    if relay_state is not None:
        query["RelayState"] = relay_state
    if keys := own_keys():
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        query["SigAlg"] = _RSA_SHA256
        signature = keys[0].private.sign(urlencode(query).encode(), PKCS1v15(), SHA256())
        query["Signature"] = base64.b64encode(signature).decode()
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(query)}"


def sign_on_url(connection: SsoConnection, relay_state: str) -> tuple[str, str]:
    """Returns the URL of the provider with our AuthnRequest, and the request's id."""
    document, request_id = message(
        "AuthnRequest",
        connection.sign_on_url,
        f'<samlp:NameIDPolicy Format="{_EMAIL}" AllowCreate="true"/>',
        ProtocolBinding=f"{_BINDINGS}:HTTP-POST",
        AssertionConsumerServiceURL=own_url(ACS_PATH),
    )
    return redirect_url(connection.sign_on_url, "SAMLRequest", document, relay_state), request_id
