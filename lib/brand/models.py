from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, computed_field, model_validator

from lib.brand.completeness import Completeness, completeness_of
from lib.core.http.models import Instant, RequestModel, ResponseModel

type BrandName = Annotated[
    str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True), Field(examples=["Aurora Skincare"])
]
type BrandSlug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,100}$"), Field(examples=["aurora-skincare"])]
type Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(examples=["GB"])]
type Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$"), Field(examples=["en"])]
type Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(examples=["GBP"])]
type Color = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$"), Field(examples=["#1A7F64"])]
type ContentType = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$"), Field(examples=["article"])]
type BrandLine = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
type Url = Annotated[
    str, StringConstraints(max_length=2000, pattern=r"^https?://[^\s<>\"]+$"), Field(examples=["https://aurora.test"])
]
type Role = Literal["admin", "editor", "viewer"]
# The names of private.permissions; the database refuses those that it does not know.
type Permission = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$"), Field(examples=["content.publish"])]

EVERY_TYPE: Final = "*"


class Identity(RequestModel):
    mission: str | None = Field(default=None, max_length=5000, examples=["Calm, healthy skin in every climate"])
    vision: str | None = Field(default=None, max_length=5000, examples=["Nobody's skin hurts in winter"])
    values: list[BrandLine] | None = Field(default=None, max_length=20, examples=[["honesty", "care"]])
    usp: str | None = Field(default=None, max_length=2000, examples=["Five ingredients at most"])


class Colors(RequestModel):
    primary: Color
    secondary: Color | None = None
    accent: Color | None = None


class Logo(RequestModel):
    url: Annotated[
        str,
        StringConstraints(max_length=2000, pattern=r"^(https://|/)[^\s<>\"]*$"),
        Field(examples=["https://cdn.aurora.test/logo.svg"]),
    ]
    alt_text: str = Field(max_length=200, examples=["Aurora"])
    type: Literal["light", "dark", "full"] = "full"


class BrandSettings(RequestModel):
    """What a brand decides for itself."""

    requires_due_date: bool | None = None
    default_due_days: int | None = Field(default=None, ge=1, le=365, examples=[21])
    notify_on_publish: bool | None = None
    ai_enabled: bool | None = None
    """False: no AI tool may be used for the brand."""
    locale: str | None = Field(default=None, pattern=r"^[a-z]{2}-[A-Z]{2}$", examples=["en-GB"])


class BrandDetails(RequestModel):
    """What a brand may say of itself; of a change what is not named stays, and null takes a value away."""

    description: str | None = Field(default=None, max_length=5000, examples=["Skin care from the far north."])
    identity: Identity | None = None
    tone_of_voice: str | None = Field(default=None, max_length=5000, examples=["Warm and plain."])
    communication_style: str | None = Field(default=None, max_length=2000, examples=["As a friend would explain it"])
    personality: list[BrandLine] | None = Field(default=None, max_length=20, examples=[["calm"]])
    guardrails: list[BrandLine] | None = Field(default=None, max_length=100, examples=[["Never promise a cure"]])
    key_messages: list[BrandLine] | None = Field(default=None, max_length=100, examples=[["Five ingredients at most"]])
    target_audience: str | None = Field(default=None, max_length=2000, examples=["People with sensitive skin"])
    country: Country | None = None
    language: Language | None = None
    currency: Currency | None = None
    allowed_content_types: list[ContentType] | None = Field(default=None, max_length=100)
    colors: Colors | None = None
    logo: Logo | None = None
    website_urls: list[Url] | None = Field(default=None, max_length=5)
    settings: BrandSettings | None = None
    parent_brand_id: UUID | None = None
    account_id: UUID | None = None

    def as_row(self) -> dict[str, Any]:
        """What was named, as the database wants it: what is JSON there keeps the names that it has here."""
        nested = {"identity", "colors", "logo", "settings"}
        row = self.model_dump(mode="json", exclude_unset=True, exclude=nested)
        for name in nested & self.model_fields_set:
            value: RequestModel | None = getattr(self, name)
            row[name] = None if value is None else value.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return row


class NewBrand(BrandDetails):
    name: BrandName
    slug: BrandSlug | None = None
    """Null: made from the name."""


# Columns that hold nothing as an empty value and not as null.
_NOT_NULL: Final = frozenset(
    (
        "name",
        "slug",
        "description",
        "tone_of_voice",
        "communication_style",
        "personality",
        "guardrails",
        "key_messages",
        "target_audience",
        "allowed_content_types",
        "website_urls",
        "identity",
        "settings",
        "colors",
    )
)


class BrandChanges(BrandDetails):
    name: BrandName | None = None
    slug: BrandSlug | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one thing to change")
        for name in self.model_fields_set & _NOT_NULL:
            if getattr(self, name) is None:
                raise ValueError(f"{name} must not be null")
        return self


class Reference(ResponseModel):
    id: UUID
    name: str = Field(examples=["Aurora"])


class SubBrand(Reference):
    slug: str = Field(examples=["aurora-kids"])


class AssignedWorkflow(ResponseModel):
    content_type: str = Field(examples=["article"])
    """``*``: every type that has none of its own."""
    workflow_id: UUID
    name: str = Field(examples=["Simple review"])


class WorkflowAssignment(RequestModel):
    content_type: Annotated[str, StringConstraints(pattern=r"^([a-z_]{1,50}|\*)$"), Field(examples=["*"])] = EVERY_TYPE
    workflow_id: UUID


def _once_each(assignments: list[WorkflowAssignment]) -> list[WorkflowAssignment]:
    types = [assignment.content_type for assignment in assignments]
    if len(set(types)) < len(types):
        raise ValueError("a type of content has one workflow")
    return assignments


class WorkflowAssignments(RequestModel):
    """All of them: what is not named is no more."""

    workflows: Annotated[list[WorkflowAssignment], Field(max_length=100), AfterValidator(_once_each)]


type Priority = Literal["High", "Medium", "Low"]
type AgencyStatus = Literal["pending_verification", "verified", "rejected"]


class NewAgency(RequestModel):
    name: Annotated[BrandName, Field(examples=["Advertising Standards Authority"])]
    priority: Priority = "Medium"
    country_code: Country | None = None
    status: AgencyStatus = "verified"
    is_active: bool = True


class AgencyChanges(RequestModel):
    name: BrandName | None = None
    priority: Priority | None = None
    country_code: Country | None = None
    status: AgencyStatus | None = None
    is_active: bool | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one thing to change")
        for name in self.model_fields_set - {"country_code"}:
            if getattr(self, name) is None:
                raise ValueError(f"{name} must not be null")
        return self


class Agency(ResponseModel):
    id: UUID
    name: str = Field(examples=["Advertising Standards Authority"])
    priority: Priority
    country_code: str | None = Field(examples=["GB"])
    status: AgencyStatus
    is_active: bool
    created_at: AwareDatetime
    updated_at: AwareDatetime


class BrandCounts(ResponseModel):
    contents: int | None
    """Null: the caller may not read contents."""
    templates: int
    workflows: int
    members: int


class Brand(ResponseModel):
    id: UUID
    parent_brand_id: UUID | None
    name: str = Field(examples=["Aurora Skincare"])
    slug: str = Field(examples=["aurora-skincare"])
    description: str = Field(examples=["Skin care from the far north."])
    identity: dict[str, Any] = Field(examples=[{"mission": "Calm, healthy skin in every climate"}])
    tone_of_voice: str = Field(examples=["Warm and plain."])
    communication_style: str = Field(examples=["As a friend would explain it"])
    personality: list[str] = Field(examples=[["calm"]])
    guardrails: list[str] = Field(examples=[["Never promise a cure"]])
    key_messages: list[str] = Field(examples=[["Five ingredients at most"]])
    target_audience: str = Field(examples=["People with sensitive skin"])
    country: str | None = Field(examples=["GB"])
    language: str | None = Field(examples=["en"])
    currency: str | None = Field(examples=["GBP"])
    allowed_content_types: list[str] = Field(examples=[["article"]])
    colors: dict[str, str] = Field(examples=[{"primary": "#1A7F64"}])
    logo: dict[str, Any] | None = Field(examples=[{"url": "/logo.svg", "altText": "Aurora", "type": "full"}])
    website_urls: list[str] = Field(examples=[["https://aurora.test"]])
    settings: dict[str, Any] = Field(examples=[{"defaultDueDays": 21}])
    vetting_agencies: list[Agency]
    master_claim_brands: list[Reference]
    workflows: list[AssignedWorkflow]
    version: int = Field(ge=1)
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @computed_field
    @property
    def completeness(self) -> Completeness:
        return completeness_of(self)

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        path = f"/api/v1/brands/{self.id}"
        links = {"self": path} | {name: f"{path}/{name}" for name in ("members", "workflows", "agencies")}
        if self.parent_brand_id:
            links["parent"] = f"/api/v1/brands/{self.parent_brand_id}"
        return links | {
            "contents": f"/api/v1/contents?brandId={self.id}",
            "templates": f"/api/v1/templates?brandId={self.id}",
            "activity": f"/api/v1/activity?brandId={self.id}",
            "delivery": f"/api/v1/delivery/{self.slug}/contents",
        }


class BrandListed(Brand):
    counts: BrandCounts


class BrandRead(Brand):
    sub_brands: list[SubBrand]
    """Those that the caller belongs to as well."""


class MemberAssignment(RequestModel):
    role: Role
    expires_at: Instant | None = None
    """Then the membership counts no longer: for guests and agencies."""
    permissions: list[Permission] = Field(default_factory=list, max_length=50)
    """Beyond the role."""
    restrictions: list[Permission] = Field(default_factory=list, max_length=50)
    """Denied whatever the role: they win over grants."""


class BrandMembership(ResponseModel):
    user_id: UUID
    brand_id: UUID
    role: Role
    expires_at: AwareDatetime | None
    permissions: list[str] = Field(examples=[["content.publish"]])
    restrictions: list[str] = Field(examples=[[]])
    created_at: AwareDatetime


class Member(ResponseModel):
    """Of members who may not read memberships only the names are told."""

    user_id: UUID
    first_name: str = Field(examples=["Emil"])
    last_name: str = Field(examples=["Editor"])
    avatar_path: str | None = Field(default=None, examples=["avatars/emil.png"])
    role: Role | None = None
    expires_at: AwareDatetime | None = None
    permissions: list[str] | None = Field(default=None, examples=[[]])
    restrictions: list[str] | None = Field(default=None, examples=[[]])
    created_at: AwareDatetime | None = None


type DeliveryMode = Literal["public", "private", "off"]


class DeliveryRequest(RequestModel):
    mode: DeliveryMode
    new_key: bool = False
    """Makes a key for ``private``, which needs one; the former one ends."""


class Delivery(ResponseModel):
    mode: DeliveryMode
    key: str | None = Field(examples=["mdk_0123456789abcdefghijklmnopqrstuv"])
    """Shown this once; null where no new one was made."""
