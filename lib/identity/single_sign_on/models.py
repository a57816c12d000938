"""Requests, answers and records of single sign-on."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from pydantic import Field

from lib.core.http.models import RequestModel, ResponseModel
from lib.identity.models import Email


class SsoDiscovery(RequestModel):
    """The address of a person who wants to sign in."""

    email: Email
    """E-mail address. Only its domain is used."""


class SignOnTarget(ResponseModel):
    """The identity provider of a company."""

    connection_id: UUID
    """Id of the SSO connection."""
    name: str = Field(examples=["Aurora's directory"])
    """Name of the SSO connection."""
    url: str = Field(examples=["/api/v1/auth/saml/0193…/login"])
    """Path to send the browser to."""


class Discovery(ResponseModel):
    """How to sign in with an address. It depends on the domain alone, whether an account has the address or not."""

    method: Literal["password", "saml"]
    """`saml`: by the identity provider of `target`. `password`: with e-mail and password."""
    target: SignOnTarget | None = None
    """The identity provider; null if the method is `password`."""


class ProviderSignOut(ResponseModel):
    """A sign-out."""

    url: str | None = Field(examples=["https://idp.aurora.test/slo?SAMLRequest=…"])
    """Address to send the browser to, so that the identity provider signs you out as well; null if it cannot."""


@dataclass(frozen=True, slots=True)
class SsoConnection:
    """An active connection to the identity provider of a company."""

    id: UUID
    name: str
    entity_id: str
    """SAML entity id of the provider."""
    sign_on_url: str
    certificates: list[str]
    """Certificates with which the provider may sign, in PEM or base64."""
    domains: list[str]
    """E-mail domains for which the provider may vouch."""
    group_attribute: str
    """SAML attribute with the groups of a person."""
    logout_url: str | None = None
    """Where the provider takes messages of single logout; None if nowhere."""
    allows_unsolicited: bool = False
    """Whether the provider may begin a sign-in."""


@dataclass(frozen=True, slots=True)
class BegunSignOn:
    """A sign-on that was begun."""

    url: str
    """Where the browser goes next."""
    browser_token: str = field(repr=False)
    """Value of a cookie: only the browser that began the sign-on may finish it."""
