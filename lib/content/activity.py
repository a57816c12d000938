"""The activity feed: events as sentences of actor, verb and object."""

import re
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from lib.content.people import Names, name_people
from lib.core.data.db import Row
from lib.core.http.models import PersonReference, QueryModel, ResponseModel
from lib.core.http.times import Instant

type EventType = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{1,99}$")]


class ActivityQuery(QueryModel):
    """Which events of a brand to list."""

    brand_id: UUID
    """The brand whose events to list."""
    type: list[EventType] = Field(default_factory=list, max_length=20, examples=[["ContentPublished"]])
    """Events of one of these types; may be repeated, at most 20 times."""
    actor: UUID | None = None
    """Events that this person caused."""
    from_: Instant | None = Field(default=None, alias="from")
    """Events at this time or later."""
    to: Instant | None = None
    """Events before this time."""
    page_size: int = Field(default=20, ge=1, le=100)
    """How many events a page has, 1 to 100."""
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)
    """The `nextCursor` of the page before."""

    def filters(self) -> dict[str, Any]:
        """Returns the filters that were given, as the database takes them."""
        asked = self.model_dump(mode="json", exclude_none=True, include={"type", "actor", "from_", "to"})
        if "from_" in asked:
            asked["from"] = asked.pop("from_")
        return {name: value for name, value in asked.items() if value != []}


class ActivityObject(ResponseModel):
    """The object that an event concerns."""

    type: str = Field(examples=["content"])
    """The kind of object."""
    id: UUID
    """The id of the object."""
    title: str | None = Field(examples=["What cold wind does to skin"])
    """The title of the content; null for objects without one."""


class ActivityEntry(ResponseModel):
    """An event of a brand."""

    id: UUID
    """The id of the event; ids sort by time."""
    actor: PersonReference | None
    """The member of the brand who caused the event; null for the system and for people outside of the brand."""
    actor_account: str | None = Field(default=None, examples=["MixerAI"])
    """The account for which a user outside of the brand acted, `MixerAI` for the platform; null for its members."""
    verb: str = Field(examples=["published"])
    """The action, as an English verb phrase."""
    type: str = Field(examples=["ContentPublished"])
    """The type of the event."""
    object: ActivityObject
    """The object of the action."""
    data: dict[str, Any] = Field(examples=[{"from": "approved", "to": "published"}])
    """The details of the event."""
    at: Instant
    """When it happened."""


def verb_of(event_type: str) -> str:
    """Returns the words of an event type after its first, the noun: ``step advanced`` for ``WorkflowStepAdvanced``."""
    words = re.findall(r"[A-Z][a-z]*|[A-Z]+(?=[A-Z]|$)", event_type)
    return " ".join(words[1:]).lower() or event_type.lower()


def describe(row: Row, names: Names) -> Row:
    """Returns an event as the values of an entry of the feed, with the name of its actor."""
    return {
        "id": row["id"],
        "actor": name_people({"actor": row["actor_id"]}, names, "actor")["actor"],
        "actor_account": row.get("actor_account"),
        "verb": verb_of(row["type"]),
        "type": row["type"],
        "object": {"type": row["aggregate_type"], "id": row["aggregate_id"], "title": row["title"]},
        "data": row["payload"],
        "at": row["occurred_at"],
    }
