from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    ConfigDict,
    Field,
    StringConstraints,
    computed_field,
    model_validator,
)

from lib.core.http.models import RequestModel, ResponseModel
from lib.core.security.html import sanitize_html


def _clean_body(body: str) -> str:
    cleaned = sanitize_html(body).strip()
    if not cleaned:
        raise ValueError("nothing is left of it without its markup")
    return cleaned


type CommentBody = Annotated[
    str,
    StringConstraints(min_length=1, max_length=10_000),
    AfterValidator(_clean_body),
    Field(examples=["<p>Shorter, <strong>please</strong>.</p>"]),
]
type Mentions = Annotated[list[UUID], Field(max_length=50)]


class Attachment(RequestModel):
    file_id: UUID
    name: str = Field(min_length=1, max_length=255, examples=["draft.pdf"])


class NewComment(RequestModel):
    """A comment of a content; with ``fieldKey`` of one of its fields, with a range of characters in its plain text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"body": "Shorter, please", "fieldKey": "headline", "rangeStart": 5, "rangeEnd": 9}]
        }
    )

    body: CommentBody
    parent_id: UUID | None = None
    """The first comment of the thread that this one answers."""
    field_key: str | None = Field(default=None, min_length=1, max_length=50, examples=["headline"])
    range_start: int | None = Field(default=None, ge=0, le=1_000_000)
    range_end: int | None = Field(default=None, ge=0, le=1_000_000)
    mentions: Mentions = Field(default_factory=list)
    attachments: list[Attachment] = Field(default_factory=list, max_length=10)

    @model_validator(mode="after")
    def _has_a_whole_anchor(self) -> Self:
        if (self.range_start is None) != (self.range_end is None):
            raise ValueError("rangeStart and rangeEnd belong together")
        if self.range_start is not None and self.range_end is not None:
            if self.range_end < self.range_start:
                raise ValueError("rangeEnd is not before rangeStart")
            if self.field_key is None:
                raise ValueError("a range is one of a field: name it with fieldKey")
        return self


class CommentEdit(RequestModel):
    body: CommentBody
    mentions: Mentions | None = None
    """Null: as before."""


class Comment(ResponseModel):
    id: UUID
    brand_id: UUID
    content_id: UUID
    parent_id: UUID | None
    body: str = Field(examples=["<p>Shorter, <strong>please</strong>.</p>"])
    field_key: str | None = Field(examples=["headline"])
    range_start: int | None
    range_end: int | None
    mentions: list[UUID]
    attachments: list[dict[str, Any]] = Field(examples=[[]])
    edited_at: AwareDatetime | None
    """When the text was changed last; null if it never was."""
    resolved_at: AwareDatetime | None
    resolved_by: UUID | None
    is_deleted: bool
    created_by: UUID | None
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @model_validator(mode="before")
    @classmethod
    def _tell_deleted(cls, row: Any) -> Any:
        if isinstance(row, dict) and "deleted_at" in row:
            return row | {"is_deleted": row["deleted_at"] is not None}
        return row

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        path = f"/api/v1/comments/{self.id}"
        return {"self": path, "content": f"/api/v1/contents/{self.content_id}", "resolve": f"{path}/resolve"}


class Reply(Comment):
    author_name: str | None = Field(examples=["Vera Viewer"])


class Thread(Reply):
    replies: list[Reply]
