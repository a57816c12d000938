"""The approval of claims: its steps, the reviewers of each role, and decisions."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from lib.claims.catalogue.models import CatalogueReference
from lib.claims.fields import ItemName, ListQuery, ReviewerRole
from lib.claims.statements.models import ApprovalStep, Texts
from lib.core.http.models import PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant


class NewApprovalStep(RequestModel):
    """A step of the approval of claims."""

    name: ItemName
    """The name, at most 255 characters."""
    reviewer_role: ReviewerRole
    """The role of the people who decide on it."""


class ApprovalSteps(RequestModel):
    """All steps by which claims of a claim brand are approved, in order."""

    steps: Annotated[list[NewApprovalStep], Field(max_length=20)]
    """The steps, at most 20; none: its claims need no approval."""


class ClaimDecision(RequestModel):
    """A decision on the open step of a claim's approval."""

    decision: Literal["approve", "reject"]
    """`approve` opens the next step, or ends the approval; `reject` sends the claim back to its first step."""
    comment: Annotated[str, StringConstraints(max_length=5000, strip_whitespace=True)] = Field(
        default="", examples=["Name the trial"]
    )
    """Why, at most 5,000 characters; required to reject."""
    amended_text: Texts | None = None
    """The texts that replace those of the claim, with an approval only; null: they stay. Where another reviewer
    approved the former text, or no step is left, the approval begins again."""


class ApprovalStepState(ApprovalStep):
    """A step of a claim's approval."""

    state: Literal["approved", "open", "waiting"]
    """Whether it is done, asked for now, or still to come."""


class ClaimDecisionMade(ResponseModel):
    """A decision on a claim."""

    id: UUID
    """The id of the decision."""
    claim_version: int = Field(ge=1)
    """The version of the claim that was decided on."""
    position: int = Field(ge=1)
    """The place of the step."""
    step_name: str = Field(examples=["Legal review"])
    """The name of the step at that time."""
    reviewer_role: str | None = Field(examples=["legal"])
    """The role that the step asked for; null for decisions from before roles were asked for."""
    decision: Literal["approve", "reject"]
    """The decision."""
    comment: str = Field(examples=["Name the trial"])
    """Why."""
    is_current: bool
    """Whether it counts in the present approval: rejections, and changes of the claim, begin a new one."""
    is_amended: bool
    """Whether the reviewer changed the text with it."""
    actor: PersonReference | None
    """The person who decided; null if you may not know them."""
    created_at: Instant
    """When it was made."""


class ClaimApproval(ResponseModel):
    """The approval of a claim."""

    claim_id: UUID
    """The id of the claim."""
    version: int = Field(ge=1)
    """The version of the claim; send it as `If-Match` with a decision."""
    approval: Literal["pending", "approved", "rejected"] | None
    """The state. Null: never put into approval, which counts as approved."""
    steps: list[ApprovalStepState]
    """The steps in order."""
    reviewers: list[PersonReference]
    """The people whom the open step asks, as far as you may know them."""
    decisions: list[ClaimDecisionMade]
    """The newest 100 decisions, newest first."""
    problem: Literal["status", "not_own", "role", "decided"] | None
    """Why you may not decide: no approval is pending, you wrote the claim or changed it since its last approval, you do
    not hold the role of the open step, or you approved an earlier step. Null: you may."""
    allowed_actions: list[str] = Field(examples=[["decide", "read"]])
    """The actions that you may take on the claim."""


class ClaimReviewerQuery(ListQuery):
    """A list of reviewers."""

    brand_id: UUID
    """The brand whose members they are."""
    claim_brand_id: UUID | None = None
    """Lists those for this claim brand, and those for all."""
    reviewer_role: ReviewerRole | None = None
    """Lists those of this role."""


class NewClaimReviewer(RequestModel):
    """A reviewer role to give to a member of a brand."""

    brand_id: UUID
    """The brand."""
    user_id: UUID
    """The member."""
    reviewer_role: ReviewerRole
    """The role."""
    claim_brand_id: UUID | None = None
    """The claim brand for whose claims it counts; null: all that the brand is linked to."""


class ClaimReviewer(ResponseModel):
    """A member of a brand who decides on the steps of a role."""

    id: UUID
    """The id of this assignment."""
    brand_id: UUID
    """The brand."""
    user: PersonReference
    """The member."""
    reviewer_role: ReviewerRole
    """The role."""
    claim_brand: CatalogueReference | None
    """The claim brand for whose claims it counts; null: all that the brand is linked to."""
    allowed_actions: list[Literal["read", "delete"]] = Field(examples=[["delete", "read"]])
    """The actions that you may take."""
    created_at: Instant
    """When it was given."""
