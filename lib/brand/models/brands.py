"""Brands as they are written and read."""

from typing import Any, Final
from uuid import UUID

from pydantic import Field, computed_field

from lib.brand.completeness import Completeness, completeness_of
from lib.brand.models.agencies import Agency
from lib.brand.models.delivery import DeliveryMode
from lib.brand.models.values import (
    BrandCountry,
    BrandLanguage,
    BrandLine,
    BrandName,
    BrandSettings,
    BrandSlug,
    Colors,
    ContentType,
    Currency,
    Identity,
    Logo,
    Reference,
    Url,
    as_plain,
)
from lib.brand.models.workflows import AssignedWorkflow
from lib.core.http.models import BrandReference, Changes, PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant

# JSON in the database, with the names of the API.
_NESTED: Final = frozenset({"identity", "colors", "logo", "settings"})


class BrandDetails(RequestModel):
    """The profile of a brand (domain §1)."""

    description: str | None = Field(default=None, max_length=5000, examples=["Skin care from the far north."])
    """A description of the brand, at most 5,000 characters."""
    identity: Identity | None = None
    """Mission, vision, values and selling proposition. 100 to 150 words in all serve AI best."""
    tone_of_voice: str | None = Field(default=None, max_length=5000, examples=["Warm and plain."])
    """How the brand sounds, at most 5,000 characters. 50 to 75 words serve AI best."""
    communication_style: str | None = Field(default=None, max_length=2000, examples=["As a friend would explain it"])
    """How the brand explains itself, at most 2,000 characters."""
    personality: list[BrandLine] | None = Field(default=None, max_length=20, examples=[["calm"]])
    """Traits of the brand, at most 20."""
    guardrails: list[BrandLine] | None = Field(default=None, max_length=100, examples=[["Never promise a cure"]])
    """Rules that every text must keep, at most 100 of 1,000 characters each."""
    key_messages: list[BrandLine] | None = Field(default=None, max_length=100, examples=[["Five ingredients at most"]])
    """Messages that texts should carry, at most 100."""
    target_audience: str | None = Field(default=None, max_length=2000, examples=["People with sensitive skin"])
    """The people whom the brand addresses, at most 2,000 characters."""
    country: BrandCountry | None = None
    """The country of the brand (ISO 3166-1 alpha-2): see `GET /countries`."""
    language: BrandLanguage | None = None
    """The language of the brand (ISO 639-1): see `GET /languages`."""
    currency: Currency | None = None
    """The currency of the brand (ISO 4217)."""
    allowed_content_types: list[ContentType] | None = Field(default=None, max_length=100)
    """The types of content that the brand allows, at most 100; an empty list allows every type."""
    colors: Colors | None = None
    """The colours of the brand."""
    logo: Logo | None = None
    """The logo of the brand; null for none."""
    website_urls: list[Url] | None = Field(default=None, max_length=5)
    """The main address of the brand and up to four more."""
    settings: BrandSettings | None = None
    """Settings that the brand makes for itself."""
    parent_brand_id: UUID | None = None
    """The brand above this one; null for none. Set by platform admins."""
    account_id: UUID | None = None
    """The account that pays for the brand; null for none. Set by platform admins."""

    def as_row(self) -> dict[str, Any]:
        """Returns the values that were sent, under the names of the columns."""
        row = self.model_dump(mode="json", exclude_unset=True, exclude=set(_NESTED))
        row |= {name: as_plain(getattr(self, name)) for name in _NESTED & self.model_fields_set}
        if colors := row.get("colors"):
            # Colours are replaced as a whole, so that those of null are absent.
            row["colors"] = {name: color for name, color in colors.items() if color is not None}
        return row


class NewBrand(BrandDetails):
    """A brand to create."""

    name: BrandName
    """The name, at most 255 characters; unique on the platform."""
    slug: BrandSlug | None = None
    """The name in URLs, unique on the platform; null to make it from the name."""


class BrandChanges(BrandDetails, Changes):
    """Changes of a brand. Properties that are not given stay as they are; `identity` and `settings` are merged."""

    name: BrandName | None = None
    """The name, at most 255 characters; unique on the platform. Set by platform admins."""
    slug: BrandSlug | None = None
    """The name in URLs; unique on the platform. Set by platform admins."""

    @classmethod
    def never_null(cls) -> frozenset[str]:
        """Returns the fields that have an empty value instead of null."""
        nullable = {"country", "language", "currency", "logo", "parent_brand_id", "account_id"}
        return frozenset(cls.model_fields) - nullable


class BrandCounts(ResponseModel):
    """How much a brand holds."""

    contents: int | None
    """The number of contents; null where you may not read contents."""
    templates: int
    """The number of the brand's own templates."""
    workflows: int
    """The number of workflows."""
    members: int
    """The number of members, expired ones included."""


class Brand(ResponseModel):
    """A brand: the tenant that owns contents, templates and workflows."""

    id: UUID
    """The id of the brand."""
    parent_brand_id: UUID | None
    """The id of the brand above this one; null for none."""
    parent: BrandReference | None
    """The brand above this one; null for none, and where you may not read it."""
    name: str = Field(examples=["Aurora Skincare"])
    """The name; unique on the platform."""
    slug: str = Field(examples=["aurora-skincare"])
    """The name in URLs; unique on the platform."""
    description: str = Field(examples=["Skin care from the far north."])
    """A description of the brand."""
    identity: dict[str, Any] = Field(examples=[{"mission": "Calm, healthy skin in every climate"}])
    """Mission, vision, values and selling proposition; absent keys are not set."""
    tone_of_voice: str = Field(examples=["Warm and plain."])
    """How the brand sounds."""
    communication_style: str = Field(examples=["As a friend would explain it"])
    """How the brand explains itself."""
    personality: list[str] = Field(examples=[["calm"]])
    """Traits of the brand."""
    guardrails: list[str] = Field(examples=[["Never promise a cure"]])
    """Rules that every text must keep."""
    key_messages: list[str] = Field(examples=[["Five ingredients at most"]])
    """Messages that texts should carry."""
    target_audience: str = Field(examples=["People with sensitive skin"])
    """The people whom the brand addresses."""
    country: str | None = Field(examples=["GB"])
    """The country (ISO 3166-1 alpha-2); null if it is not set."""
    language: str | None = Field(examples=["en"])
    """The language (ISO 639-1); null if it is not set."""
    currency: str | None = Field(examples=["GBP"])
    """The currency (ISO 4217); null if it is not set."""
    allowed_content_types: list[str] = Field(examples=[["article"]])
    """The types of content that the brand allows; empty for every type."""
    colors: dict[str, str] = Field(examples=[{"primary": "#1A7F64"}])
    """The colours as `#RRGGBB`: `primary`, `secondary`, `accent`."""
    logo: dict[str, Any] | None = Field(examples=[{"url": "/logo.svg", "altText": "Aurora", "type": "full"}])
    """The logo; null for none."""
    website_urls: list[str] = Field(examples=[["https://aurora.test"]])
    """The main address and up to four more."""
    settings: dict[str, Any] = Field(examples=[{"defaultDueDays": 21}])
    """Settings that the brand made for itself; absent keys have their default."""
    vetting_agencies: list[Agency]
    """Regulators and watchdogs of the brand, by name."""
    master_claim_brands: list[Reference]
    """The master claim brands whose claims the brand reads."""
    workflows: list[AssignedWorkflow]
    """The workflows by type of content."""
    delivery_mode: DeliveryMode
    """The readers of the published contents: `public` for everyone, `private` for holders of the key, `off` for
    nobody."""
    has_published: bool
    """Whether anything of the brand is published."""
    allowed_actions: list[str] = Field(examples=[["createContent", "listContents", "listMembers", "read"]])
    """The actions that you may take: `read`, `update`, `rename`, `delete`, `listMembers`, `manageMembers`,
    `manageAgencies`, `setWorkflows`, `setDelivery`, `linkMasterClaimBrands`, `listContents`, `createContent`,
    `listTemplates`, `createTemplate`, `useAi`, `readQuota`, `readAuditLog`, `manageApiKeys`."""
    version: int = Field(ge=1)
    """Counts the changes of the brand; send it as `If-Match` with a change."""
    created_by: PersonReference | None
    """The person who created the brand; null for the system and for platform admins."""
    created_at: Instant
    """When the brand was created."""
    updated_by: PersonReference | None
    """The person who changed the brand last; null for the system and for platform admins."""
    updated_at: Instant
    """When the brand was last changed."""

    @computed_field
    @property
    def completeness(self) -> Completeness:
        """How complete the profile is: the more of it there is, the better AI writes for the brand."""
        return completeness_of(self)

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths that answer you: only those of what you may read."""
        path = f"/api/v1/brands/{self.id}"
        by_action = {
            "members": ("listMembers", f"{path}/members"),
            "quota": ("readQuota", f"{path}/quota"),
            "auditLog": ("readAuditLog", f"{path}/audit-log"),
            "contents": ("listContents", f"/api/v1/contents?brandId={self.id}"),
            "templates": ("listTemplates", f"/api/v1/templates?brandId={self.id}"),
            "activity": ("read", f"/api/v1/activity?brandId={self.id}"),
            "contentTypes": ("read", f"/api/v1/content-types?brandId={self.id}"),
        }
        links = {"self": path} | {
            name: link for name, (action, link) in by_action.items() if action in self.allowed_actions
        }
        if self.parent is not None:
            links["parent"] = f"/api/v1/brands/{self.parent.id}"
        if self.delivery_mode == "public" and self.has_published:
            links["delivery"] = f"/api/v1/delivery/{self.slug}/contents"
        return links


class BrandListed(Brand):
    """A brand in a list, with how much it holds."""

    counts: BrandCounts
    """How much the brand holds."""


class BrandRead(Brand):
    """A brand with the brands below it."""

    sub_brands: list[BrandReference]
    """The brands below this one that you may read, by name."""
