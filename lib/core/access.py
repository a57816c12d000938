"""Who may do what, as data: attribute-based access control (reference §5.1) over the permission matrix of domain §2.

Row-level security and the commands in SQL are the wall. This is the handrail beside it: it tells a caller beforehand
what they may do, and why not. A test walks every role, status and action and finds both in agreement; where they
would ever differ, the wall decides.

The order of a decision: an inactive person or an untrusted session is denied; a platform admin is allowed; who has
no role in the brand is told that there is nothing; a restriction denies; then the matrix, an extra permission or a
dynamic grant (creator, current assignee) allows; last come the conditions on the resource.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal
from uuid import UUID

type Operator = Literal["==", "!=", "in", "not in", "contains"]


class Role(StrEnum):
    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class Verdict(StrEnum):
    ALLOWED = "allowed"
    UNTRUSTED = "untrusted"
    """401: the session has ended, or has not passed the second factor."""
    HIDDEN = "hidden"
    """404: the caller is not to learn that there is such a thing."""
    FORBIDDEN = "forbidden"
    """403: a member who may not do this."""
    CONFLICT = "conflict"
    """409: they may, but not to something in this state."""


@dataclass(frozen=True, slots=True)
class Subject:
    user_id: UUID
    role: Role | None = None
    """In the brand of the resource; None for strangers and for members whose time is over."""
    permissions: frozenset[str] = frozenset()
    restrictions: frozenset[str] = frozenset()
    is_platform_admin: bool = False
    is_active: bool = True
    is_trusted: bool = True


@dataclass(frozen=True, slots=True)
class Resource:
    type: str
    brand_id: UUID
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Condition:
    """``attribute`` of the resource compared with ``value``; ``subject.id`` as the value stands for the caller."""

    attribute: str
    operator: Operator
    value: Any

    def holds(self, subject: Subject, resource: Resource) -> bool:
        actual: Any = resource.attributes.get(self.attribute)
        value: Any = subject.user_id if self.value == "subject.id" else self.value
        match self.operator:
            case "==":
                return actual == value
            case "!=":
                return actual != value
            case "in":
                return actual in value
            case "not in":
                return actual not in value
            case "contains":
                return actual is not None and value in actual


@dataclass(frozen=True, slots=True)
class Policy:
    """One action on one type of resource.

    ``permission`` is a name of the matrix; ``needs`` are others that it takes as well. ``dynamic`` grants stand in for
    ``permission``, each a list of conditions that must all hold. ``conditions`` are of the resource's state: where one
    does not hold, the answer is a conflict.
    """

    action: str
    permission: str
    needs: tuple[str, ...] = ()
    dynamic: tuple[tuple[Condition, ...], ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    verdict: Verdict
    reason: str = ""

    @property
    def is_allowed(self) -> bool:
        return self.verdict is Verdict.ALLOWED


# Permission: (least role, what makes the subject visible at all). The same rows as private.permissions.
MATRIX: Final[Mapping[str, tuple[Role, str]]] = {
    "brand.read": (Role.VIEWER, "brand.read"),
    "brand.update": (Role.ADMIN, "brand.read"),
    "member.read": (Role.EDITOR, "brand.read"),
    "member.manage": (Role.ADMIN, "brand.read"),
    "content.read": (Role.VIEWER, "content.read"),
    "content.create": (Role.EDITOR, "brand.read"),
    "content.edit": (Role.EDITOR, "content.read"),
    "content.edit_others": (Role.EDITOR, "content.read"),
    "content.submit": (Role.EDITOR, "content.read"),
    "content.review": (Role.ADMIN, "content.read"),
    "content.publish": (Role.ADMIN, "content.read"),
    "content.delete": (Role.ADMIN, "content.read"),
    "content.restore": (Role.EDITOR, "content.read"),
    "comment.write": (Role.VIEWER, "content.read"),
    "comment.moderate": (Role.ADMIN, "content.read"),
    "template.read": (Role.VIEWER, "template.read"),
    "template.write": (Role.ADMIN, "template.read"),
    "workflow.read": (Role.VIEWER, "workflow.read"),
    "workflow.write": (Role.ADMIN, "workflow.read"),
    "workflow.control": (Role.ADMIN, "workflow.read"),
    "ai.use": (Role.EDITOR, "content.read"),
    "ai.read": (Role.VIEWER, "ai.read"),
    "ai.manage": (Role.ADMIN, "ai.read"),
    "claim.read": (Role.VIEWER, "claim.read"),
    "claim.write": (Role.ADMIN, "claim.read"),
    "file.read": (Role.VIEWER, "file.read"),
    "file.write": (Role.EDITOR, "file.read"),
    "analytics.read": (Role.VIEWER, "brand.read"),
    "audit.read": (Role.ADMIN, "brand.read"),
    "export.run": (Role.ADMIN, "content.read"),
    "integration.manage": (Role.ADMIN, "brand.read"),
}

_IS_CREATOR: Final = Condition("created_by", "==", "subject.id")
_IS_ASSIGNEE: Final = Condition("assignees", "contains", "subject.id")
_IS_DRAFT: Final = Condition("status", "==", "draft")
_IN_REVIEW: Final = Condition("status", "in", ("pending_review", "in_review"))
_EDITABLE: Final = Condition("status", "not in", ("scheduled", "published", "archived"))


def _review(action: str) -> Policy:
    # Who made a content decides on it only where a step names them: an admin's right is for what others made.
    return Policy(action, "content.review_of_others", dynamic=((_IS_ASSIGNEE,),), conditions=(_IN_REVIEW,))


CONTENT_POLICIES: Final = (
    Policy("read", "content.read"),
    Policy("edit", "content.edit", dynamic=((_IS_ASSIGNEE,),), conditions=(_EDITABLE,)),
    Policy("restore_version", "content.restore", needs=("edit",), conditions=(_EDITABLE,)),
    Policy("submit", "content.submit", dynamic=((_IS_CREATOR,),), conditions=(_IS_DRAFT,)),
    _review("approve"),
    _review("reject"),
    _review("request_changes"),
    Policy("withdraw", "workflow.control", dynamic=((_IS_CREATOR,),), conditions=(_IN_REVIEW,)),
    Policy("restart", "content.review", conditions=(Condition("status", "==", "rejected"),)),
    Policy("publish", "content.publish", conditions=(Condition("status", "in", ("approved", "scheduled")),)),
    Policy("schedule", "content.publish", conditions=(Condition("status", "==", "approved"),)),
    Policy("unschedule", "content.publish", conditions=(Condition("status", "==", "scheduled"),)),
    Policy("archive", "content.publish", conditions=(Condition("status", "!=", "archived"),)),
    Policy("reopen", "content.reopen", conditions=(Condition("status", "in", ("approved", "archived")),)),
    Policy(
        "delete",
        "content.delete",
        dynamic=((_IS_CREATOR, _IS_DRAFT),),
        conditions=(Condition("status", "not in", ("published", "scheduled")),),
    ),
    Policy("duplicate", "content.create"),
    Policy("generate", "ai.use", needs=("edit",), conditions=(_EDITABLE,)),
)
REGISTRY: Final[Mapping[tuple[str, str], Policy]] = {
    **{("content", policy.action): policy for policy in CONTENT_POLICIES},
    # Everything else asks for one permission and nothing of the resource: template.write is "write" on a "template".
    **{
        (kind, action): Policy(action, permission)
        for permission in MATRIX
        for kind, action in [permission.split(".")]
        if kind != "content"
    },
}


def holds(subject: Subject, permission: str, resource: Resource | None = None) -> bool:
    """Whether the role, or an extra permission, gives this and no restriction takes it."""
    if not subject.is_active or not subject.is_trusted:
        return False
    if subject.is_platform_admin:
        return True
    if subject.role is None or permission in subject.restrictions:
        return False
    least_role, _ = MATRIX[permission]
    return subject.role.rank >= least_role.rank or permission in subject.permissions


def _holds_for(subject: Subject, permission: str, resource: Resource) -> bool:
    """As `holds`, for the three that depend on whose content it is, or in which state."""
    is_own = _IS_CREATOR.holds(subject, resource)
    match permission:
        case "content.edit":
            return holds(subject, permission) and (is_own or holds(subject, "content.edit_others"))
        case "content.review_of_others":
            return holds(subject, "content.review") and not is_own
        case "content.reopen":
            is_archived = resource.attributes.get("status") == "archived"
            return holds(subject, "content.publish") if is_archived else _holds_for(subject, "content.edit", resource)
        case _:
            return holds(subject, permission)


def decide(subject: Subject, resource: Resource, action: str) -> Decision:
    """Raises KeyError for an action that no policy knows: a typing error must not pass for a denial."""
    policy = REGISTRY[resource.type, action]
    if not subject.is_active or not subject.is_trusted:
        return Decision(Verdict.UNTRUSTED, "this session has ended or has not passed the second factor")
    visible_with = "content.read" if resource.type == "content" else MATRIX[policy.permission][1]
    if not holds(subject, visible_with):
        return Decision(Verdict.HIDDEN, f"{resource.type} not found")
    if not _is_granted(subject, resource, policy):
        return Decision(Verdict.FORBIDDEN, f"this needs the permission {policy.permission} in the brand")
    for condition in policy.conditions:
        if not condition.holds(subject, resource):
            state = resource.attributes.get(condition.attribute)
            return Decision(Verdict.CONFLICT, f"not possible while {condition.attribute} is {state}")
    return Decision(Verdict.ALLOWED)


def _is_granted(subject: Subject, resource: Resource, policy: Policy) -> bool:
    if not all(_is_granted(subject, resource, REGISTRY[resource.type, other]) for other in policy.needs):
        return False
    if _holds_for(subject, policy.permission, resource):
        return True
    is_restricted = policy.permission.replace("_of_others", "") in subject.restrictions
    return not is_restricted and any(
        all(condition.holds(subject, resource) for condition in grant) for grant in policy.dynamic
    )
