"""The data that events of the log carry. Live updates carry the same without ``changes``: docs/realtime.md.

SQL writes the events (`private.append_event` and the triggers that call it). The tests hold every event that they cause
against these models.
"""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from lib.core import docstrings
from lib.core.http.times import Day


class Payload(BaseModel):
    """The data of an event: camelCase, and nothing beyond what its model names."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        use_attribute_docstrings=docstrings.ARE_DESCRIPTIONS,
        defer_build=True,  # a function reads few of them
    )


class NoData(Payload):
    """An event that says all by its type."""


class Changed(Payload):
    """A change of columns."""

    changed: list[str]
    """The names of the columns that changed, sorted. Their values may need more permissions than the event."""


class OfPerson(Payload):
    """An event about a person."""

    user_id: UUID
    """The person."""


class OfPersonChanged(OfPerson, Changed):
    """A change of what belongs to a person."""


class OfContent(Payload):
    """An event about something that belongs to a content."""

    content_id: UUID
    """The content."""


class OfContentChanged(OfContent, Changed):
    """A change of something that belongs to a content."""


class OfFile(Payload):
    """An event about a file."""

    content_id: UUID | None = None
    """The content that the file belongs to; absent where it belongs to none."""


class OfFileChanged(OfFile, Changed):
    """A change of a file."""


class AIGenerationRequested(Payload):
    """A generation began."""

    request_id: UUID
    """The generation."""
    type: str
    """The kind of output, such as `content`."""
    content_id: UUID | None = None
    """The content for which it is generated; absent where it is for none."""


class AIGenerationCompleted(Payload):
    """A generation ended, by success or failure."""

    request_id: UUID
    """The generation."""
    content_id: UUID | None = None
    """The content for which it was generated; absent or null where it was for none."""
    success: bool
    """Whether there is a result."""
    tokens_used: int
    """How many tokens the prompt and the answer have together."""
    duration: int | None = None
    """How long the providers took, in milliseconds; absent where it is not known."""
    applied_version: int | None = None
    """The version of the content into which the result was written; absent where it was not."""
    is_held: bool | None = None
    """Whether the guardrails of the brand held the result back; absent where the generation was interrupted."""
    is_cache_hit: bool | None = None
    """Whether the result is that of an earlier request; absent where the generation was interrupted."""


class GuardrailOverridden(Payload):
    """A user applied a result that the guardrails had held back."""

    request_id: UUID
    """The generation."""
    content_id: UUID
    """The content."""
    reason: str
    """The reason that was given."""


class BudgetThresholdReached(Payload):
    """A share of the brand's budget for AI is spent."""

    percent: Literal[80, 100]
    """The share, in percent."""
    month: Day
    """The first day of the month."""


class QuotaThresholdReached(BudgetThresholdReached):
    """A share of a quota of the brand's plan is used."""

    metric: str
    """The quota, such as `generations`."""


class WebhookDisabled(Payload):
    """The platform switched a webhook off."""

    reason: str
    """Why: the receiver answered 410, or every attempt of five days failed."""


class DeliveryConfigured(Payload):
    """The brand decided who may read its published contents."""

    mode: Literal["public", "private", "off"]
    """`public`: everyone; `private`: holders of the delivery key; `off`: nobody."""


class ClaimChanged(Payload):
    """A claim was created or changed."""

    status: str
    """Its status, such as `approved`."""
    is_new: bool
    """Whether the claim was created."""


class ClaimSubmitted(Payload):
    """A claim was put into approval."""

    step: str
    """The name of the first step."""


class ClaimDecided(Payload):
    """A reviewer decided on a claim."""

    decision: Literal["approve", "reject"]
    """The decision."""
    step: str
    """The name of the step."""
    reviewer_role: str
    """The role that the step asked for."""


class ClaimReviewerChanged(Payload):
    """A member got or lost a reviewer role."""

    user_id: UUID
    """The member."""
    reviewer_role: str
    """The role."""
    is_reviewer: bool
    """Whether the member holds it now."""


class CatalogueChanged(Payload):
    """Something that claims are about was changed."""

    kind: Literal["claim_brand", "product", "ingredient", "approval_steps"]
    """Its kind."""
    id: UUID
    """Its id."""
    operation: Literal["insert", "update"]
    """The change."""


class EvidenceChanged(Payload):
    """Evidence for a claim was added, changed, withdrawn or reviewed."""

    evidence_id: UUID
    """The evidence."""
    change: Literal["added", "changed", "withdrawn", "accepted", "refused"]
    """The change."""


class EvidenceExpiring(Payload):
    """Evidence for a claim ends soon, or has ended."""

    evidence_id: UUID
    """The evidence."""
    expires_on: Day
    """The first day on which it no longer counts."""
    days: Literal[0, 7, 30, 90]
    """How many days before its end this was announced."""


class ClaimTaskOpened(Payload):
    """A task about a claim was opened."""

    task_id: UUID
    """The task."""
    content_id: UUID
    """The content to change."""
    market: str
    """The market."""


class ClaimTaskClosed(Payload):
    """A task about a claim was closed."""

    task_id: UUID
    """The task."""
    state: Literal["done", "dismissed"]
    """How it ended."""


class MarketOverrideChanged(Payload):
    """A rule of a market for a claim was added, changed or removed."""

    product_id: UUID
    """The product."""
    market: str
    """The market: ISO 3166-1 alpha-2, or `__ALL_COUNTRIES__`."""
    operation: Literal["insert", "update", "delete"]
    """The change of the rule."""
    countries: list[str] | None = None
    """The active countries, for a rule of all countries; absent for others."""
