"""The values of a connection. All certificates are X.509; base64 with or without the frame of PEM."""

from typing import Annotated, Any, Literal, Self, override
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, computed_field, model_validator

from lib.core.filled import check_filled
from lib.core.http.emails import normal_domain
from lib.core.http.models import Changes, RequestModel, ResponseModel
from lib.core.http.times import Instant
from lib.core.http.trimming import trimmed
from lib.core.http.urls import NORMAL_URL
from lib.core.http.validation import missing_field
from lib.identity.single_sign_on.connections.certificates import CertificateInfo, describe_certificate, normalised

type ConnectionName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, strip_whitespace=True),
    AfterValidator(check_filled),
    Field(examples=["Aurora directory"]),
]
type EntityId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1000, strip_whitespace=True),
    Field(examples=["https://idp.aurora.test/metadata"]),
]
type SignOnUrl = Annotated[
    str,
    NORMAL_URL,
    StringConstraints(max_length=2000, pattern=r"^https://[^\s<>\"]+$"),
    Field(examples=["https://idp.aurora.test/sso"]),
]
type Certificate = Annotated[
    str, StringConstraints(min_length=1, max_length=20_000), AfterValidator(normalised), Field(examples=["MIIC…"])
]
type Domain = Annotated[
    str,
    BeforeValidator(trimmed),
    StringConstraints(max_length=253, pattern=r"^[^@\s]+\.[^@\s]+$"),
    AfterValidator(normal_domain),
    Field(examples=["aurora.test"]),
]
type GroupName = Annotated[str, StringConstraints(min_length=1, max_length=255), Field(examples=["Writers"])]
type Role = Literal["admin", "editor", "viewer"]


class GroupRoleAssignment(RequestModel):
    """The role that a group of the provider gives in a brand."""

    group: GroupName = Field(examples=["Writers"])
    """The name of the group, as the provider sends it."""
    brand_id: UUID
    """The brand, which must belong to the account of the connection."""
    role: Role
    """The role of the group's people in the brand."""


def _once_each(roles: list[GroupRoleAssignment]) -> list[GroupRoleAssignment]:
    named = [(role.group, role.brand_id) for role in roles]
    if len(set(named)) < len(named):
        raise ValueError("a group has one role in a brand")
    return roles


type GroupRoles = Annotated[list[GroupRoleAssignment], Field(max_length=200), AfterValidator(_once_each)]


class ConnectionDraft(RequestModel):
    """An identity provider, by its SAML metadata or by single values. To be tested, also the issuer of OIDC alone."""

    metadata: str | None = Field(default=None, min_length=1, max_length=200_000, examples=[None])
    """The SAML metadata of the provider (XML). Gives what `entityId`, `signOnUrl` and `certificates` do not say."""
    entity_id: EntityId | None = Field(default=None, examples=["https://idp.aurora.test/metadata"])
    """The entity id of the provider, at most 1,000 characters."""
    sign_on_url: SignOnUrl | None = Field(default=None, examples=["https://idp.aurora.test/sso"])
    """Where the browser is sent to sign in (HTTP-Redirect binding); https only."""
    certificates: list[Certificate] | None = Field(default=None, min_length=1, max_length=5, examples=[["MIIC…"]])
    """The certificates that sign answers, 1 to 5: base64 DER, with or without the frame of PEM."""
    oidc_issuer: SignOnUrl | None = Field(default=None, examples=[None])
    """The issuer of an OIDC provider: its discovery document is read. OIDC itself is set up in Supabase Auth."""


class NewConnection(RequestModel):
    """A connection of an account to an identity provider."""

    account_id: UUID
    """The account whose people sign in here. Its plan must have single sign-on."""
    name: ConnectionName = Field(examples=["Aurora directory"])
    """The name that people see when they sign in, at most 100 characters."""
    metadata: str | None = Field(default=None, min_length=1, max_length=200_000, examples=[None])
    """The SAML metadata of the provider (XML). Gives what `entityId`, `signOnUrl` and `certificates` do not say."""
    entity_id: EntityId | None = Field(default=None, examples=["https://idp.aurora.test/metadata"])
    """The entity id of the provider, at most 1,000 characters. Required without `metadata`."""
    sign_on_url: SignOnUrl | None = Field(default=None, examples=["https://idp.aurora.test/sso"])
    """Where the browser is sent to sign in (HTTP-Redirect binding); https only. Required without `metadata`."""
    certificates: list[Certificate] | None = Field(default=None, min_length=1, max_length=5, examples=[["MIIC…"]])
    """The certificates that sign answers, 1 to 5: any of them may sign, and none that has expired. Required without
    `metadata`."""
    logout_url: SignOnUrl | None = Field(default=None, examples=["https://idp.aurora.test/slo"])
    """Where the provider takes messages of single logout (HTTP-Redirect binding); https only. Null for none."""
    domains: list[Domain] = Field(min_length=1, max_length=50, examples=[["aurora.test"]])
    """The e-mail domains whose people the provider may sign in. Each belongs to one connection."""
    group_attribute: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        default="groups", examples=["groups"]
    )
    """The name of the SAML attribute that holds the groups of a person. `groups` stands for all usual names, such as
    `memberOf`, `Role` and the claims of Microsoft."""
    allows_unsolicited: bool = False
    """Whether the provider may begin a sign-in by itself, as from a page with its applications. Less safe: a page of
    another site can then sign a browser in as another user."""
    is_active: bool = True
    """Whether people may sign in by this connection."""
    group_roles: GroupRoles = Field(default_factory=list[GroupRoleAssignment])
    """The roles that groups give in brands, at most 200."""

    @model_validator(mode="after")
    def _names_a_provider(self) -> Self:
        if self.metadata is None and None in (self.entity_id, self.sign_on_url, self.certificates):
            raise missing_field("metadata", "is required without entityId, signOnUrl and certificates")
        return self


class ConnectionChanges(Changes):
    """Changes of a connection. Properties that are not given stay as they are."""

    name: ConnectionName | None = Field(default=None, examples=["Aurora directory"])
    """The name that people see when they sign in, at most 100 characters."""
    metadata: str | None = Field(default=None, min_length=1, max_length=200_000, examples=[None])
    """New SAML metadata (XML): replaces `entityId`, `signOnUrl` and `certificates` that are not given."""
    entity_id: EntityId | None = Field(default=None, examples=["https://idp.aurora.test/metadata"])
    """The entity id of the provider, at most 1,000 characters."""
    sign_on_url: SignOnUrl | None = Field(default=None, examples=["https://idp.aurora.test/sso"])
    """Where the browser is sent to sign in; https only."""
    certificates: list[Certificate] | None = Field(default=None, min_length=1, max_length=5, examples=[["MIIC…"]])
    """All certificates that sign answers, 1 to 5. Keep the old one while the provider changes over."""
    logout_url: SignOnUrl | None = Field(default=None, examples=["https://idp.aurora.test/slo"])
    """Where the provider takes messages of single logout; https only. Null removes it."""
    domains: list[Domain] | None = Field(default=None, min_length=1, max_length=50, examples=[["aurora.test"]])
    """All e-mail domains of the connection, 1 to 50."""
    group_attribute: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(
        default=None, examples=["groups"]
    )
    """The name of the SAML attribute that holds the groups of a person. `groups` stands for all usual names."""
    allows_unsolicited: bool | None = None
    """Whether the provider may begin a sign-in by itself."""
    is_active: bool | None = None
    """Whether people may sign in by this connection."""
    group_roles: GroupRoles | None = None
    """All roles of groups; roles that are not listed are removed. People get theirs at their next sign-in."""

    @classmethod
    @override
    def never_null(cls) -> frozenset[str]:
        return super().never_null() - {"logout_url"}


class ConnectionAccount(ResponseModel):
    """The account of a connection."""

    id: UUID
    """The id of the account."""
    name: str = Field(examples=["Aurora Group"])
    """The name of the account."""


class GroupRoleBrand(ResponseModel):
    """The brand in which a group has a role."""

    id: UUID
    """The id of the brand."""
    name: str = Field(examples=["Aurora Skincare"])
    """The name of the brand."""


class GroupRole(ResponseModel):
    """The role that a group of the provider gives in a brand."""

    group: str = Field(examples=["Writers"])
    """The name of the group."""
    brand: GroupRoleBrand
    """The brand."""
    role: Role
    """The role in the brand."""


class SsoConnection(ResponseModel):
    """A connection of an account to a SAML identity provider."""

    id: UUID
    """The id of the connection."""
    account: ConnectionAccount
    """The account whose people sign in here."""
    name: str = Field(examples=["Aurora directory"])
    """The name that people see when they sign in."""
    entity_id: str = Field(examples=["https://idp.aurora.test/metadata"])
    """The entity id of the provider."""
    sign_on_url: str = Field(examples=["https://idp.aurora.test/sso"])
    """Where the browser is sent to sign in."""
    logout_url: str | None = Field(examples=["https://idp.aurora.test/slo"])
    """Where the provider takes messages of single logout; null if nowhere."""
    certificates: list[CertificateInfo]
    """The certificates that sign answers."""
    domains: list[str] = Field(examples=[["aurora.test"]])
    """The e-mail domains whose people the provider may sign in."""
    group_attribute: str = Field(examples=["groups"])
    """The name of the SAML attribute that holds the groups of a person. `groups` stands for all usual names."""
    allows_unsolicited: bool
    """Whether the provider may begin a sign-in by itself."""
    is_active: bool
    """Whether people may sign in by this connection."""
    group_roles: list[GroupRole]
    """The roles that groups give in brands."""
    created_at: Instant
    """When the connection was made."""
    updated_at: Instant
    """When the connection was last changed."""

    @model_validator(mode="before")
    @classmethod
    def _read_certificates(cls, row: Any) -> Any:
        if isinstance(row, dict) and all(isinstance(item, str) for item in row.get("certificates", [])):
            return row | {"certificates": [describe_certificate(item) for item in row["certificates"]]}
        return row

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to the connection: `test` is a POST, `signIn` is there while the connection is active,
        and `serviceProvider` is our metadata for the provider."""
        path = f"/api/v1/sso-connections/{self.id}"
        links = {"self": path, "test": f"{path}/test", "serviceProvider": "/api/v1/auth/saml/metadata"}
        return links | ({"signIn": f"/api/v1/auth/saml/{self.id}/login"} if self.is_active else {})


class Finding(ResponseModel):
    """One thing that was checked."""

    check: Literal["metadata", "entity_id", "sign_on_url", "certificate", "discovery", "issuer", "endpoints", "pkce"]
    """The part of the connection that was checked."""
    severity: Literal["ok", "warning", "error"]
    """`error`: signing in cannot work. `warning`: it works, but not for long or not everywhere."""
    message: str = Field(examples=["the certificate of CN=idp.aurora.test expires in 12 days"])
    """The result of the check, as a text for people."""


class ConnectionReport(ResponseModel):
    """The results of all checks of a connection that need no sign-in."""

    is_usable: bool
    """Whether no finding is an error."""
    findings: list[Finding]
    """Everything that was checked, in order."""
