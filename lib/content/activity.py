"""The activity feed: events as sentences, actor, verb and object."""

import re
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from lib.core.data.db import Row
from lib.core.http.models import Instant, ResponseModel


class ActivityQuery(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, use_attribute_docstrings=True)

    type: list[Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{1,99}$")]] = Field(
        default_factory=list, max_length=20, examples=[["ContentPublished"]]
    )
    actor: UUID | None = None
    from_: Instant | None = Field(default=None, alias="from")
    to: Instant | None = None
    page_size: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)

    def filters(self) -> dict[str, Any]:
        asked = self.model_dump(mode="json", exclude_none=True, include={"type", "actor", "from_", "to"})
        if "from_" in asked:
            asked["from"] = asked.pop("from_")
        return {name: value for name, value in asked.items() if value != []}

    def as_query(self) -> list[tuple[str, str]]:
        asked = self.filters()
        return [
            (name, str(item))
            for name, value in asked.items()
            for item in (value if isinstance(value, list) else [value])
        ]


class Actor(ResponseModel):
    id: UUID | None
    """Null: the system."""
    name: str | None = Field(examples=["Emil Editor"])


class ActivityObject(ResponseModel):
    type: str = Field(examples=["content"])
    id: UUID
    title: str | None = Field(examples=["What cold wind does to skin"])


class ActivityEntry(ResponseModel):
    id: UUID
    actor: Actor
    verb: str = Field(examples=["published"])
    type: str = Field(examples=["ContentPublished"])
    object: ActivityObject
    data: dict[str, Any] = Field(examples=[{"from": "approved", "to": "published"}])
    at: AwareDatetime


def verb_of(event_type: str) -> str:
    """``WorkflowStepAdvanced`` → ``step advanced``: what is left of the name behind its noun."""
    words = re.findall(r"[A-Z][a-z]*|[A-Z]+(?=[A-Z]|$)", event_type)
    return " ".join(words[1:]).lower() or event_type.lower()


def describe(row: Row) -> ActivityEntry:
    return ActivityEntry(
        id=row["id"],
        actor=Actor(id=row["actor_id"], name=row["actor_name"]),
        verb=verb_of(row["type"]),
        type=row["type"],
        object=ActivityObject(type=row["aggregate_type"], id=row["aggregate_id"], title=row["title"]),
        data=row["payload"],
        at=row["occurred_at"],
    )
