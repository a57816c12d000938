"""Evidence for claims: requests and answers."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, computed_field, model_validator

from lib.claims.fields import ListQuery
from lib.core.filled import check_filled
from lib.core.http.models import Changes, PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Day, Instant, StorableDay
from lib.core.http.urls import NORMAL_URL
from lib.core.http.validation import field_problem

type EvidenceKind = Annotated[
    Literal["study", "test_report", "certificate", "registration", "legal_opinion", "authorisation", "other"],
    Field(description="Kind of a document."),
]
type EvidenceStatus = Annotated[
    Literal["pending", "accepted", "refused", "withdrawn"],
    Field(description="Status of a document: only `accepted` ones count, until they expire."),
]
type EvidenceState = Annotated[
    Literal["none", "valid", "expiring", "expired"],
    Field(description="State of the evidence of a claim: `expiring` within 90 days; `none` without an accepted one."),
]
type EvidenceTitle = Annotated[
    str,
    StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$"),
    AfterValidator(check_filled),
    Field(examples=["Hydration study 12/2025"]),
]
type EvidenceLine = Annotated[str, StringConstraints(max_length=255), Field(examples=["Institute of Dermatology"])]
type EvidenceNotes = Annotated[
    str, StringConstraints(max_length=5000), Field(examples=["Covers the cream and the lotion."])
]
type SecureUrl = Annotated[
    str,
    NORMAL_URL,
    StringConstraints(max_length=2000, pattern=r"^https://[^\s<>\"@/]+(/[^\s<>\"]*)?$"),
    Field(examples=["https://files.example.com/study-12.pdf"]),
]
type FileReference = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500),
    AfterValidator(check_filled),
    Field(examples=["Archive 7, folder 12"]),
]
type EvidenceDay = Annotated[StorableDay, Field(examples=["2026-01-31"])]


class NewEvidence(RequestModel):
    """A document that substantiates a claim."""

    title: EvidenceTitle = Field(examples=["Hydration study 12/2025"])
    """The title: 1 to 255 characters."""
    kind: EvidenceKind
    url: SecureUrl | None = Field(default=None, examples=["https://files.example.com/study-12.pdf"])
    """The address of the document, which begins with `https://`. Required unless `fileReference` is given."""
    file_reference: FileReference | None = Field(default=None, examples=["Archive 7, folder 12"])
    """Where the document is kept: up to 500 characters. Required unless `url` is given."""
    issuer: EvidenceLine = Field(default="", examples=["Institute of Dermatology"])
    """The institute or person that issued the document."""
    reference_number: EvidenceLine = Field(default="", examples=["ID-2025-0012"])
    """The number of the document."""
    notes: EvidenceNotes = Field(default="", examples=["Covers the cream and the lotion."])
    """Notes: up to 5,000 characters."""
    issued_on: EvidenceDay
    """The day on which the document was issued. Evidence without a date is refused."""
    expires_on: EvidenceDay | None = None
    """The first day on which it no longer counts. Null: never."""

    @model_validator(mode="after")
    def _is_kept_somewhere(self) -> Self:
        if self.url is None and self.file_reference is None:
            raise field_problem("url", "is required without fileReference")
        if self.expires_on is not None and self.expires_on <= self.issued_on:
            raise field_problem("expiresOn", "must be later than issuedOn")
        return self


class EvidenceChanges(Changes):
    """Changes of a document. It needs a review again."""

    title: EvidenceTitle | None = Field(default=None, examples=["Hydration study 12/2025"])
    """The title: 1 to 255 characters."""
    kind: EvidenceKind | None = None
    """The kind of the document."""
    url: SecureUrl | None = Field(default=None, examples=["https://files.example.com/study-12.pdf"])
    """The address of the document."""
    file_reference: FileReference | None = Field(default=None, examples=["Archive 7, folder 12"])
    """Where the document is kept."""
    issuer: EvidenceLine | None = Field(default=None, examples=["Institute of Dermatology"])
    """The institute or person that issued the document."""
    reference_number: EvidenceLine | None = Field(default=None, examples=["ID-2025-0012"])
    """The number of the document."""
    notes: EvidenceNotes | None = Field(default=None, examples=["Covers the cream and the lotion."])
    """Notes."""
    issued_on: EvidenceDay | None = None
    """The day on which the document was issued."""
    expires_on: EvidenceDay | None = None
    """The first day on which it no longer counts. Null: never."""

    @classmethod
    def never_null(cls) -> frozenset[str]:
        """Returns the fields that every document has."""
        return frozenset(cls.model_fields) - {"url", "file_reference", "expires_on"}


class EvidenceQuery(ListQuery):
    """A list of documents of all claims; all filters that are given must hold."""

    brand_id: UUID | None = None
    """Documents of claims about what this brand is linked to."""
    status: list[EvidenceStatus] = Field(default_factory=list, max_length=4)
    """Documents with one of these statuses."""
    expires_before: EvidenceDay | None = None
    """Documents that expire before this day."""
    decidable_by_me: bool = False
    """Only documents that wait for a decision which you may take."""

    def arguments(self, **renamed: str) -> dict[str, Any]:
        """Returns the arguments of the SQL function."""
        return super().arguments(status="statuses", decidable_by_me="is_decidable", **renamed)


class EvidenceReview(RequestModel):
    """A decision on a document."""

    decision: Literal["accept", "refuse"]
    """Whether the document counts."""
    comment: EvidenceNotes = Field(default="", examples=["Complete and signed."])
    """Why: up to 5,000 characters. Required to refuse."""


class EvidenceWithdrawal(RequestModel):
    """The withdrawal of a document."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=5000), AfterValidator(check_filled)] = Field(
        examples=["Superseded by study 14."]
    )
    """Why: 1 to 5,000 characters."""


class Evidence(ResponseModel):
    """A document that substantiates a claim."""

    id: UUID
    """The id of the document."""
    claim_id: UUID
    """The claim."""
    title: str = Field(examples=["Hydration study 12/2025"])
    """The title."""
    kind: EvidenceKind
    url: str | None = Field(examples=["https://files.example.com/study-12.pdf"])
    """The address of the document."""
    file_reference: str | None = Field(examples=["Archive 7, folder 12"])
    """Where the document is kept."""
    issuer: str = Field(examples=["Institute of Dermatology"])
    """The institute or person that issued the document."""
    reference_number: str = Field(examples=["ID-2025-0012"])
    """The number of the document."""
    notes: str = Field(examples=["Covers the cream and the lotion."])
    """Notes."""
    issued_on: Day
    """The day on which the document was issued."""
    expires_on: Day | None
    """The first day on which it no longer counts; null for never."""
    status: EvidenceStatus
    state: Literal["valid", "expiring", "expired"] | None
    """Whether an accepted document still counts; null for others."""
    reviewed_by: PersonReference | None
    """The person who accepted or refused it; null if nobody did, or for people whom the caller may not know."""
    reviewed_at: Instant | None
    """When it was accepted or refused."""
    review_comment: str = Field(examples=["Complete and signed."])
    """The comment of the reviewer, or the reason of the withdrawal."""
    version: int = Field(ge=1)
    """Counts changes: send it as `If-Match`."""
    added_by: PersonReference | None
    """The person who added it; null for people whom the caller may not know."""
    created_at: Instant
    """When it was added."""
    updated_at: Instant
    """When it was changed last."""
    allowed_actions: list[Literal["read", "update", "withdraw", "review"]] = Field(examples=[["read", "review"]])
    """The actions that the caller may take."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to the document, and of the actions that the caller may take. `update` is a PATCH of
        `self`."""
        claim = f"/api/v1/claims/{self.claim_id}"
        path = f"{claim}/evidence/{self.id}"
        acts = {act: f"{path}/{act}" for act in self.allowed_actions if act in ("withdraw", "review")}
        return {"self": path, "claim": claim, "impact": f"{claim}/impact"} | acts


class ClaimEvidence(ResponseModel):
    """The evidence of a claim."""

    state: EvidenceState
    items: list[Evidence]
    """The documents, newest first: at most 100."""
