"""Claims as they are written, read and compared (domain §6)."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    computed_field,
    model_validator,
)

from lib.claims.fields import (
    ALL_COUNTRIES,
    GLOBAL,
    ClaimStatus,
    Direction,
    Ids,
    Language,
    Level,
    ListQuery,
    Market,
    ReviewerRole,
    sorting,
)
from lib.core.filled import check_filled
from lib.core.http.models import Changes, PersonReference, RequestModel, ResponseModel, SearchText
from lib.core.http.times import Instant, StorableInstant
from lib.core.http.urls import NORMAL_URL
from lib.core.http.validation import field_problem
from lib.core.word_diff import Run

type ClaimSort = Literal[
    "updatedAt", "createdAt", "text", "status", "level", "category", "effectiveFrom", "effectiveTo"
]
type ApprovalState = Literal["none", "pending", "approved", "rejected"]
type OneText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, strip_whitespace=True),
    AfterValidator(check_filled),
    Field(examples=["Kind to skin"]),
]
type TextKey = Annotated[str, StringConstraints(pattern=r"^(original|[a-z]{2})$")]
type Category = Annotated[str, StringConstraints(min_length=1, max_length=50), Field(examples=["nutrition"])]
type Country = Annotated[
    str, StringConstraints(pattern=rf"^([A-Z]{{2}}|{GLOBAL}|{ALL_COUNTRIES})$"), Field(examples=["GB"])
]
type RegulatoryReference = Annotated[
    str, StringConstraints(min_length=1, max_length=1000), Field(examples=["Regulation (EU) 655/2013"])
]
type Address = Annotated[
    str,
    NORMAL_URL,
    StringConstraints(max_length=2000, pattern=r'^https?://[^\s<>"]+$'),
    Field(examples=["https://evidence.example/trial.pdf"]),
]
type Notes = Annotated[str, StringConstraints(max_length=5000), Field(examples=["Trial of 2025"])]
_COLUMNS: Final = {
    "updatedAt": "updated_at",
    "createdAt": "created_at",
    "text": "text",
    "status": "status",
    "level": "level",
    "category": "category",
    "effectiveFrom": "effective_from",
    "effectiveTo": "effective_to",
}
_MOST_TEXTS: Final = 200


def _of_few_languages(texts: object) -> object:
    # Before the texts are read: each of thousands would have an error.
    if isinstance(texts, dict) and len(texts) > _MOST_TEXTS:
        raise ValueError(f"must have at most {_MOST_TEXTS} texts")
    return texts


def _with_original(texts: dict[str, str]) -> dict[str, str]:
    if "original" not in texts:
        raise ValueError("must have the key original")
    return texts


def _check_period(start: datetime | None, end: datetime | None) -> None:
    if start and end and end <= start:
        raise field_problem("effectiveTo", "must be after effectiveFrom")


type Texts = Annotated[
    dict[TextKey, OneText],
    BeforeValidator(_of_few_languages),
    AfterValidator(_with_original),
    Field(max_length=_MOST_TEXTS, examples=[{"original": "Kind to skin", "de": "Sanft zur Haut"}]),
]
type Countries = Annotated[list[Country], Field(max_length=300)]


class ClaimQuery(ListQuery):
    """A list of claims; all filters that are given must hold."""

    q: SearchText | None = None
    """A part of the text, in any language."""
    brand_id: UUID | None = None
    """Claims about the claim brands that this brand is linked to, their products and the ingredients of these."""
    claim_brand_id: UUID | None = None
    """Claims about this claim brand, its products and the ingredients of these."""
    product_id: UUID | None = None
    """Claims that name this product."""
    ingredient_id: UUID | None = None
    """Claims that name this ingredient."""
    level: list[Level] = Field(default_factory=list, max_length=3)
    """Claims of one of these levels."""
    status: list[ClaimStatus] = Field(default_factory=list, max_length=3)
    """Claims with one of these statuses."""
    approval: list[ApprovalState] = Field(default_factory=list, max_length=4)
    """Claims in one of these states of approval; `none`: never put into approval."""
    country: Market | None = None
    """Claims of this country, and global ones."""
    effective_at: Instant | None = None
    """Claims that are effective at this time."""
    category: SearchText | None = None
    """Claims of this category, in the same spelling."""
    language: Language | None = None
    """Claims with a text in this language."""
    archived: bool = False
    """Whether to list archived claims instead."""
    decidable_by_me: bool = False
    """Only claims on whose open step you may decide now."""
    sort: ClaimSort = "updatedAt"
    """The sort key."""
    direction: Direction | None = None
    """The direction. Without it: `updatedAt` and `createdAt` descending, all others ascending."""

    def arguments(self, **renamed: str) -> dict[str, Any]:
        """Returns the arguments of the SQL function."""
        order = sorting(_COLUMNS, self.sort, self.direction, falling=frozenset({"updatedAt", "createdAt"}))
        plural = {"level": "levels", "status": "statuses", "approval": "approvals"}
        shown = {"q": "query", "archived": "is_archived", "decidable_by_me": "is_decidable"}
        return super().arguments(**shown, **plural, **renamed) | order


class NewClaim(RequestModel):
    """A claim to create."""

    text: Texts
    """The text as `original`, and its translations by language; at most 500 characters each."""
    level: Level
    """Its subjects: one claim brand, products or ingredients. They never change."""
    subject_ids: Annotated[Ids, Field(min_length=1, max_length=500)]
    """The id of the claim brand, or the ids of 1 to 500 products or ingredients. They never change."""
    status: ClaimStatus
    """Whether the statement may, must not or must be made."""
    countries: Countries = Field(default_factory=list, examples=[["GB", "IE"]])
    """The markets. Empty, or `__GLOBAL__`: all of them."""
    effective_from: StorableInstant | None = None
    """When it begins to count. Null: now."""
    effective_to: StorableInstant | None = None
    """When it ceases to count. Null: never."""
    type: Literal["master", "product", "ingredient"] = "master"
    """The scope of its authorship."""
    category: Category | None = None
    """A category, such as `allergen`."""
    regulatory_references: Annotated[list[RegulatoryReference], Field(max_length=50)] = Field(default_factory=list)
    """Rules that it follows, at most 50."""
    documentation_urls: Annotated[list[Address], Field(max_length=50)] = Field(default_factory=list)
    """Addresses of documents, http or https, at most 50."""
    notes: Notes = ""
    """Notes, at most 5,000 characters."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        _check_period(self.effective_from, self.effective_to)
        return self


class ClaimChanges(Changes):
    """Changes of a claim. Its level and what it is about never change."""

    text: Texts | None = None
    """All texts."""
    status: ClaimStatus | None = None
    """Whether the statement may, must not or must be made."""
    countries: Countries | None = None
    """All markets. Empty, or `__GLOBAL__`: all of them."""
    effective_from: StorableInstant | None = None
    """When it begins to count."""
    effective_to: StorableInstant | None = None
    """When it ceases to count. Null: never."""
    category: Category | None = None
    """A category; null for none."""
    regulatory_references: Annotated[list[RegulatoryReference], Field(max_length=50)] | None = None
    """All rules that it follows."""
    documentation_urls: Annotated[list[Address], Field(max_length=50)] | None = None
    """All addresses of documents."""
    notes: Notes | None = None
    """Notes."""

    @classmethod
    def never_null(cls) -> frozenset[str]:
        """Returns the fields that cannot be null."""
        return frozenset(cls.model_fields) - {"effective_to", "category"}

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        _check_period(self.effective_from, self.effective_to)
        return self


class ClaimSubject(ResponseModel):
    """Something that a claim is about."""

    kind: Literal["claim_brand", "product", "ingredient"]
    """Its kind."""
    id: UUID
    """Its id."""
    name: str = Field(examples=["Calm Cream"])
    """Its name."""
    is_archived: bool
    """Whether it is archived, so that the claim does not resolve for it."""


class ApprovalStep(ResponseModel):
    """A step of an approval."""

    position: int = Field(ge=1, examples=[1])
    """Its place, from 1."""
    name: str = Field(examples=["Legal review"])
    """Its name."""
    reviewer_role: ReviewerRole
    """The role of the people who decide on it."""


class ClaimBody(ResponseModel):
    """The texts of a claim, and where and when it counts."""

    text: dict[str, str] = Field(examples=[{"original": "Kind to skin", "de": "Sanft zur Haut"}])
    """The text as `original`, and its translations by language."""
    status: ClaimStatus
    """Whether the statement may, must not or must be made."""
    countries: list[str] = Field(examples=[["GB", "IE"]])
    """The markets; `__GLOBAL__`: all of them, which makes it a master claim."""
    effective_from: Instant
    """When it begins to count."""
    effective_to: Instant | None
    """When it ceases to count; null for never."""
    category: str | None = Field(examples=["nutrition"])
    """The category; null for none."""
    regulatory_references: list[str] = Field(examples=[["Regulation (EU) 655/2013"]])
    """Rules that it follows."""
    documentation_urls: list[str] = Field(examples=[["https://evidence.example/trial.pdf"]])
    """Addresses of documents."""
    notes: str = Field(examples=["Trial of 2025"])
    """Notes."""
    approval: Literal["pending", "approved", "rejected"] | None
    """The state of its approval. Null: never put into approval, which counts as approved."""
    archived_at: Instant | None
    """When it was archived; null: in use."""
    version: int = Field(ge=1)
    """Counts the changes and decisions; send it as `If-Match` with a change."""


class Claim(ClaimBody):
    """A claim: a statement about a claim brand, products or ingredients."""

    id: UUID
    """The id of the claim."""
    level: Level
    """The kind of its subjects. Claims of products outrank those of ingredients, which outrank those of brands."""
    type: Literal["master", "product", "ingredient"]
    """The scope of its authorship."""
    subjects: list[ClaimSubject]
    """Its subjects, as far as you may read them."""
    step: ApprovalStep | None
    """The open step of its approval; null unless that is pending."""
    allowed_actions: list[str] = Field(examples=[["archive", "delete", "read", "submit", "update"]])
    """The actions that you may take: `read`, `update`, `submit`, `decide`, `archive`, `restore`, `delete`."""
    created_by: PersonReference | None
    """The person who wrote it; null if you may not know them."""
    created_at: Instant
    """When it was created."""
    updated_by: PersonReference | None
    """The person who changed it last; null if you may not know them."""
    updated_at: Instant
    """When it was last changed."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to the claim."""
        path = f"/api/v1/claims/{self.id}"
        return {
            "self": path,
            "approval": f"{path}/approval",
            "evidence": f"{path}/evidence",
            "impact": f"{path}/impact",
            "overrides": f"/api/v1/market-overrides?claimId={self.id}",
            "versions": f"{path}/versions",
        }


class ClaimVersion(ClaimBody):
    """A claim as it was after a change or a decision."""

    claim_id: UUID
    """The id of the claim."""
    created_by: PersonReference | None
    """The person who made this change; null if you may not know them."""
    created_at: Instant
    """When the change was made."""


class ClaimDifference(ResponseModel):
    """A part of a claim that differs."""

    field: str = Field(examples=["text.original"])
    """The path of the part, such as `status` or `text.de`."""
    kind: Literal["added", "removed", "changed"]
    """The kind of the change."""
    before: Any = Field(default=None, examples=["Kind to skin"])
    """The value in the older version; null if it was added."""
    after: Any = Field(default=None, examples=["Kind to dry skin"])
    """The value in the newer version; null if it was removed."""
    runs: list[Run] | None = None
    """The difference between changed texts, word by word; null for other values."""


class ClaimComparison(ResponseModel):
    """The difference between two versions of a claim."""

    from_version: int = Field(ge=1)
    """The number of the older version."""
    to_version: int = Field(ge=1)
    """The number of the newer version."""
    changes: list[ClaimDifference]
    """The parts that differ, by path."""
