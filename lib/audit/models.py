"""Entries of the audit log and the filters of their list."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from lib.core.http.models import PersonReference, QueryModel, ResponseModel
from lib.core.http.times import Instant

type Action = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_]+)+$", max_length=100)]


class AuditQuery(QueryModel):
    """The filters of a list of entries, all of which must hold, and the place in it."""

    action: list[Action] = Field(default_factory=list, max_length=20, examples=[["membership.update"]])
    """Lists entries with one of these actions; may be repeated, at most 20 times."""
    actor: UUID | None = None
    """Lists what this person did, by their id."""
    from_: Instant | None = Field(default=None, alias="from")
    """Lists entries from this instant on."""
    to: Instant | None = None
    """Lists entries before this instant."""
    page_size: int = Field(default=20, ge=1, le=100)
    """Entries in a page, at most 100."""
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)
    """Continues behind the page that gave this cursor. Send the same filters with it."""

    def filters(self) -> dict[str, Any]:
        """Returns the filters as the database takes them."""
        named = {"actions": self.action, "actor": self.actor, "from": self.from_, "to": self.to}
        return {name: value for name, value in named.items() if value}


class AuditResource(ResponseModel):
    """The object of an action."""

    type: str = Field(examples=["membership"])
    """The type of the object, such as `content`, `membership` or `route`."""
    id: UUID | None
    """The id of the object; null for an object without one."""


class AuditEntry(ResponseModel):
    """One action that is recorded for good."""

    id: UUID
    """The id of the entry."""
    position: int = Field(ge=1, examples=[1042])
    """The place of the entry in the chain of hashes of its brand, counted from 1 without gaps."""
    action: str = Field(examples=["membership.update"])
    """The name of the action: the type of the object and a verb."""
    outcome: Literal["success", "denied", "error"]
    """Whether the action succeeded, was denied, or failed."""
    actor: PersonReference | None
    """The member of the brand who acted; null for the system and for people outside of the brand."""
    actor_account: str | None = Field(default=None, examples=["MixerAI"])
    """The account for which a user outside of the brand acted, `MixerAI` for the platform; null for its members."""
    actor_type: Literal["user", "system", "api"]
    """Whether a person acted in a session, the system, or an API key of the person."""
    resource: AuditResource
    """The object of the action."""
    details: dict[str, Any] = Field(examples=[{"previous": {"role": "viewer"}, "current": {"role": "editor"}}])
    """The details of the change; the keys depend on the action. E-mail addresses are masked."""
    request_id: str | None = Field(examples=["4f0c2a1e9b7d4c3f8a6e5d2b1c0f9e8d"])
    """The `X-Request-Id` of the request that did it; null where there was none."""
    occurred_at: Instant
    """When it happened."""
