"""Every type of event of the log: what it is about, what it carries and what it means."""

from dataclasses import dataclass
from typing import Final, Literal

from lib.events.content_payloads import (
    ClaimsReviewed,
    ClaimsReviewOverridden,
    ContentCreated,
    ContentEdited,
    ContentPublished,
    ContentsExported,
    ContentStatusChanged,
    ContentUnscheduled,
    OfDelegation,
    PublicationProgress,
    TaskAssigned,
    TaskDue,
    TaskReassigned,
    VettingFeedbackProduced,
    WorkflowChangesRequested,
    WorkflowEnded,
    WorkflowNotification,
    WorkflowStarted,
    WorkflowStepAdvanced,
    WorkflowStepSkipped,
)
from lib.events.payloads import (
    AIGenerationCompleted,
    AIGenerationRequested,
    BudgetThresholdReached,
    CatalogueChanged,
    Changed,
    ClaimChanged,
    ClaimDecided,
    ClaimReviewerChanged,
    ClaimSubmitted,
    ClaimTaskClosed,
    ClaimTaskOpened,
    DeliveryConfigured,
    EvidenceChanged,
    EvidenceExpiring,
    GuardrailOverridden,
    MarketOverrideChanged,
    NoData,
    OfContent,
    OfContentChanged,
    OfFile,
    OfFileChanged,
    OfPerson,
    OfPersonChanged,
    Payload,
    QuotaThresholdReached,
    WebhookDisabled,
)

type AggregateType = Literal[
    "ai_generation", "api_key", "brand", "brand_member", "channel", "claim", "comment", "content", "delegation", "file",
    "invitation", "vetting_agency", "webhook", "workflow", "workflow_definition",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of event: the aggregate that it is about, and what it carries."""

    aggregate_type: AggregateType
    payload: type[Payload]
    meaning: str
    """When the event is written: a sentence."""


# Readers of a brand's topic get the others. Reading these in the log requires more permissions than membership.
NOT_BROADCAST: Final[frozenset[AggregateType]] = frozenset(
    {"api_key", "brand_member", "channel", "invitation", "webhook"}
)

EVENT_TYPES: Final[dict[str, EventType]] = {
    "BrandCreated": EventType("brand", NoData, "A brand was created."),
    "BrandUpdated": EventType("brand", Changed, "A brand was changed."),
    "BudgetChanged": EventType("brand", NoData, "The brand's budget for AI was set."),
    "BudgetThresholdReached": EventType(
        "brand", BudgetThresholdReached, "80 or 100 % of the month's budget for AI are spent; each is announced once."
    ),
    "QuotaThresholdReached": EventType(
        "brand", QuotaThresholdReached, "80 or 100 % of a quota are used; each is announced once a month."
    ),
    "DeliveryConfigured": EventType("brand", DeliveryConfigured, "Who may read published contents was set."),
    "ContentsExported": EventType("brand", ContentsExported, "Contents were exported."),
    "VettingAgencyAdded": EventType("vetting_agency", NoData, "A vetting agency was added."),
    "VettingAgencyChanged": EventType("vetting_agency", Changed, "A vetting agency was changed."),
    "VettingAgencyRemoved": EventType("vetting_agency", NoData, "A vetting agency was removed."),
    "UserAssigned": EventType("brand_member", OfPerson, "A person became a member of the brand."),
    "UserRoleChanged": EventType("brand_member", OfPersonChanged, "A member's role or permissions were changed."),
    "UserRemoved": EventType(
        "brand_member",
        OfPerson,
        "A person is no longer a member of the brand. They left by themselves if they are the actor.",
    ),
    "MembershipExpired": EventType("brand_member", OfPerson, "A membership reached its end; it can be extended."),
    "UserInvited": EventType("invitation", NoData, "A person was invited."),
    "InvitationChanged": EventType(
        "invitation", Changed, "An invitation was changed, accepted, declined or cancelled."
    ),
    "ApiKeyCreated": EventType("api_key", OfPerson, "An API key was created."),
    "ApiKeyChanged": EventType("api_key", OfPersonChanged, "An API key was changed or revoked."),
    "WebhookCreated": EventType("webhook", NoData, "A webhook was created."),
    "WebhookChanged": EventType("webhook", Changed, "A webhook was changed."),
    "WebhookRemoved": EventType("webhook", NoData, "A webhook was removed."),
    "ChannelCreated": EventType("channel", NoData, "A channel to publish to was created."),
    "ChannelUpdated": EventType("channel", Changed, "A channel was changed."),
    "ChannelDeleted": EventType("channel", NoData, "A channel was deleted."),
    "WebhookDisabled": EventType(
        "webhook",
        WebhookDisabled,
        "The platform switched a webhook off: its receiver is gone, or failed for five days.",
    ),
    "ContentCreated": EventType("content", ContentCreated, "A content was created."),
    "ContentUpdated": EventType("content", ContentEdited, "A content was edited, or restored after deletion."),
    "ContentDeleted": EventType("content", ContentEdited, "A content was deleted; it can be restored."),
    "ContentStatusChanged": EventType("content", ContentStatusChanged, "A content got another status."),
    "ContentPublished": EventType("content", ContentPublished, "A content was published."),
    "ContentUnscheduled": EventType(
        "content", ContentUnscheduled, "A content that was due was not published, and is approved again."
    ),
    "PublicationStarted": EventType(
        "content", PublicationProgress, "The publication of a content to its channels, or its way back, began."
    ),
    "PublicationCompleted": EventType("content", PublicationProgress, "A publication came to its end."),
    "PublicationFailed": EventType(
        "content", PublicationProgress, "A publication failed and was undone, except on failed channels."
    ),
    "PublicationCancelled": EventType(
        "content", PublicationProgress, "A publication was cancelled and undone, except on failed channels."
    ),
    "ClaimsReviewed": EventType("content", ClaimsReviewed, "A content was checked against the claims of a market."),
    "VettingFeedbackProduced": EventType(
        "content", VettingFeedbackProduced, "What vetting agencies would say of a content was stored."
    ),
    "ClaimsReviewOverridden": EventType(
        "content", ClaimsReviewOverridden, "Publishing was allowed in spite of the violations of a review."
    ),
    "CommentAdded": EventType("comment", OfContent, "A comment was added."),
    "CommentChanged": EventType("comment", OfContentChanged, "A comment was edited, resolved, reopened or deleted."),
    "FileAdded": EventType("file", OfFile, "A file was added."),
    "FileChanged": EventType("file", OfFileChanged, "A file was scanned, or deleted."),
    "FileRemoved": EventType("file", OfFile, "A file was removed for good."),
    "WorkflowCreated": EventType("workflow_definition", NoData, "A workflow was created."),
    "WorkflowChanged": EventType("workflow_definition", Changed, "A workflow was changed."),
    "WorkflowDeleted": EventType("workflow_definition", NoData, "A workflow was deleted."),
    "WorkflowStarted": EventType("workflow", WorkflowStarted, "A run of a workflow began."),
    "WorkflowStepAdvanced": EventType("workflow", WorkflowStepAdvanced, "A step was completed."),
    "WorkflowStepSkipped": EventType("workflow", WorkflowStepSkipped, "A step was skipped."),
    "WorkflowChangesRequested": EventType("workflow", WorkflowChangesRequested, "A reviewer asked for changes."),
    "WorkflowNotification": EventType("workflow", WorkflowNotification, "A step notifies people."),
    "WorkflowCompleted": EventType("workflow", WorkflowEnded, "A run came to its end."),
    "WorkflowCancelled": EventType("workflow", WorkflowEnded, "A run was cancelled."),
    "WorkflowTimedOut": EventType("workflow", WorkflowEnded, "A run took longer than its workflow allows."),
    "WorkflowFailed": EventType("workflow", WorkflowEnded, "A run cannot go on."),
    "TaskAssigned": EventType("workflow", TaskAssigned, "A person got a task."),
    "TaskReassigned": EventType("workflow", TaskReassigned, "A task went from one person to another."),
    "TaskReminder": EventType("workflow", TaskDue, "A task is nearly due."),
    "TaskEscalated": EventType("workflow", TaskDue, "A task is overdue and was escalated."),
    "DelegationCreated": EventType("delegation", OfDelegation, "Somebody stands in for a person for a time."),
    "DelegationChanged": EventType("delegation", OfDelegation, "The delegate or the times were changed."),
    "DelegationEnded": EventType("delegation", OfDelegation, "A delegation was ended before its time, or deleted."),
    "AIGenerationRequested": EventType("ai_generation", AIGenerationRequested, "A generation began."),
    "AIGenerationCompleted": EventType("ai_generation", AIGenerationCompleted, "A generation ended."),
    "GuardrailOverridden": EventType(
        "ai_generation", GuardrailOverridden, "A result was applied that the guardrails had held back."
    ),
    "ClaimChanged": EventType("claim", ClaimChanged, "A claim was created or changed."),
    "ClaimDeleted": EventType("claim", NoData, "A claim was deleted."),
    "ClaimSubmitted": EventType("claim", ClaimSubmitted, "A claim was put into approval."),
    "ClaimDecided": EventType("claim", ClaimDecided, "A reviewer approved or rejected a claim."),
    "ClaimReviewerChanged": EventType(
        "brand", ClaimReviewerChanged, "A member got or lost a reviewer role for claims."
    ),
    "CatalogueChanged": EventType(
        "brand", CatalogueChanged, "A claim brand, product, ingredient or approval step was added or changed."
    ),
    "EvidenceChanged": EventType("claim", EvidenceChanged, "Evidence was added, changed, withdrawn or reviewed."),
    "EvidenceExpiring": EventType(
        "claim", EvidenceExpiring, "Evidence ends in 90, 30 or 7 days, or has ended; each is announced once."
    ),
    "ClaimTaskOpened": EventType("claim", ClaimTaskOpened, "A change of a claim needs a change of a content."),
    "ClaimTaskClosed": EventType("claim", ClaimTaskClosed, "A task about a claim was done or dismissed."),
    "MarketOverrideChanged": EventType(
        "claim", MarketOverrideChanged, "A rule of a market for a claim was added, changed or removed."
    ),
}
