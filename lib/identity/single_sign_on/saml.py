"""The SAML 2.0 service provider, with python3-saml, which checks every signature.

It checks of a response: the signature of the assertion by a certificate of the connection, issuer, audience,
destination and recipient, times, that it answers our request (InResponseTo), and the structure that signature wrapping
would need (https://www.usenix.org/conference/usenixsecurity12/technical-sessions/presentation/somorovsky).

All functions compute for more than 20 ms, the first time with the import of the library, so they run in a thread
(lib/core/http/heavy.py).
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from lib.core.config import get_settings
from lib.core.http.errors import Unauthorized
from lib.identity.single_sign_on.documents import check_document, decode_document
from lib.identity.single_sign_on.models import SsoConnection

if TYPE_CHECKING:
    from onelogin.saml2.auth import OneLogin_Saml2_Auth

ACS_PATH: Final = "/api/v1/auth/saml/acs"
METADATA_PATH: Final = "/api/v1/auth/saml/metadata"
NAMESPACES: Final = {"saml": "urn:oasis:names:tc:SAML:2.0:assertion"}
REFUSED: Final = "the response of the identity provider is not valid: sign in again"
# Names that providers use: plain, the WS-Federation claims of Azure AD, and OIDs (LDAP).
EMAIL_ATTRIBUTES: Final = (
    "email",
    "mail",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "urn:oid:0.9.2342.19200300.100.1.3",
)
FIRST_NAME_ATTRIBUTES: Final = (
    "firstName",
    "givenName",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
    "urn:oid:2.5.4.42",
)
LAST_NAME_ATTRIBUTES: Final = (
    "lastName",
    "sn",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
    "urn:oid:2.5.4.4",
)


@dataclass(frozen=True, slots=True)
class Assertion:
    """The person whom a provider vouches for."""

    id: str
    email: str
    """Address in lower case."""
    first_name: str
    last_name: str
    groups: tuple[str, ...]
    not_on_or_after: int
    """Unix time in seconds: until then the assertion must not be accepted again."""


def _settings(connection: SsoConnection | None) -> dict[str, Any]:
    origin = get_settings().app_url
    # Metadata describe only us, but the library requires a provider.
    entity_id, sign_on_url, certificates = "urn:none", f"{origin}/none", [""]
    if connection is not None:
        entity_id, sign_on_url = connection.entity_id, connection.sign_on_url
        certificates = connection.certificates
    return {
        "strict": True,
        "sp": {
            "entityId": f"{origin}{METADATA_PATH}",
            "assertionConsumerService": {
                "url": f"{origin}{ACS_PATH}",
                "binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
            },
            "NameIDFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        },
        "idp": {
            "entityId": entity_id,
            "singleSignOnService": {
                "url": sign_on_url,
                "binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
            },
            "x509certMulti": {"signing": certificates},
        },
        "security": {
            "wantAssertionsSigned": True,
            "wantAttributeStatement": False,
            "rejectUnsolicitedResponsesWithInResponseTo": True,
            "rejectDeprecatedAlgorithm": True,
            "requestedAuthnContext": False,
            "signatureAlgorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "digestAlgorithm": "http://www.w3.org/2001/04/xmlenc#sha256",
        },
    }


def _auth(connection: SsoConnection | None, form: dict[str, str]) -> "OneLogin_Saml2_Auth":
    from onelogin.saml2.auth import OneLogin_Saml2_Auth

    # The intended destination is our configured origin, and not what a Host header claims.
    ours = urlsplit(get_settings().app_url)
    request = {
        "https": "on" if ours.scheme == "https" else "off",
        "http_host": ours.netloc,
        "script_name": ACS_PATH,
        "get_data": {},
        "post_data": form,
    }
    return OneLogin_Saml2_Auth(request, old_settings=_settings(connection))


def metadata() -> str:
    """Returns our SAML metadata, XML."""
    from onelogin.saml2.settings import OneLogin_Saml2_Settings

    document = OneLogin_Saml2_Settings(_settings(None), sp_validation_only=True).get_sp_metadata()
    return document.decode() if isinstance(document, bytes) else document


def sign_on_url(connection: SsoConnection, relay_state: str) -> tuple[str, str]:
    """Returns the URL of the provider with our AuthnRequest, and the request's id."""
    auth = _auth(connection, {})
    url = auth.login(return_to=relay_state)
    return url, auth.get_last_request_id() or ""


def _attribute(attributes: dict[str, list[str]], names: tuple[str, ...]) -> str:
    return next((attributes[name][0] for name in names if attributes.get(name)), "")


def _check_binding(auth: "OneLogin_Saml2_Auth", request_id: str) -> None:
    """Checks that the signed assertion names our request, recipient and audience: the library accepts absent ones.

    Raises Unauthorized.
    """
    from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

    ours = _settings(None)["sp"]
    document = OneLogin_Saml2_XML.to_etree(str(auth.get_last_response_xml()))
    assertions = document.xpath("//saml:Assertion[@ID=$id]", namespaces=NAMESPACES, id=auth.get_last_assertion_id())
    found = assertions[0] if isinstance(assertions, list) and len(assertions) == 1 else None
    confirmed = found is not None and found.xpath(
        "saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
        "[@InResponseTo=$request and @Recipient=$recipient and @NotOnOrAfter]",
        namespaces=NAMESPACES,
        request=request_id,
        recipient=ours["assertionConsumerService"]["url"],
    )
    audience = found is not None and found.xpath(
        "saml:Conditions/saml:AudienceRestriction/saml:Audience[normalize-space()=$us]",
        namespaces=NAMESPACES,
        us=ours["entityId"],
    )
    if not request_id or document.get("InResponseTo") != request_id or not confirmed or not audience:
        raise Unauthorized(REFUSED, code="INVALID_TOKEN") from ValueError("made for another request or audience")


def check_response(connection: SsoConnection, response: str, request_id: str) -> Assertion:
    """Checks a response and returns its assertion.

    Raises Unauthorized for any response that is not valid. The cause of the error has the reason, for the log.
    """
    from lxml.etree import LxmlError
    from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError

    try:
        document = decode_document(response)
        check_document(document)
        # Encoded again, so that the library decodes exactly what was checked.
        auth = _auth(connection, {"SAMLResponse": b64encode(document).decode()})
        auth.process_response(request_id=request_id)
        problem = auth.get_last_error_reason() if auth.get_errors() else None
        if problem is not None or not auth.is_authenticated() or not auth.get_last_assertion_id():
            raise Unauthorized(REFUSED, code="INVALID_TOKEN") from ValueError(problem or "not authenticated")
        _check_binding(auth, request_id)
        attributes: dict[str, list[str]] = auth.get_attributes()
        groups = attributes.get(connection.group_attribute, [])
        return Assertion(
            id=auth.get_last_assertion_id() or "",
            email=(_attribute(attributes, EMAIL_ATTRIBUTES) or auth.get_nameid() or "").strip().lower(),
            first_name=_attribute(attributes, FIRST_NAME_ATTRIBUTES)[:100],
            last_name=_attribute(attributes, LAST_NAME_ATTRIBUTES)[:100],
            groups=tuple(group[:255] for group in groups[:500]),
            not_on_or_after=int(auth.get_last_assertion_not_on_or_after() or 0),
        )
    except (OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError, LxmlError, ValueError, TypeError, KeyError) as error:
        raise Unauthorized(REFUSED, code="INVALID_TOKEN") from error
