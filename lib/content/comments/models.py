"""Comments in and out."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StringConstraints,
    computed_field,
    model_validator,
)

from lib.core.data.reading import Parts
from lib.core.filled import html_shows_something
from lib.core.http.models import PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant
from lib.core.http.validation import field_problem, missing_field
from lib.core.security.html import removals_of, sanitize_html
from lib.core.telemetry.sanitised import tell_removals


def _clean_body(body: str) -> str:
    tell_removals("body", removals_of(body))
    cleaned = sanitize_html(body).strip()
    if not html_shows_something(cleaned):
        raise ValueError("must have text, not only markup")
    return cleaned


type CommentBody = Annotated[
    str,
    StringConstraints(min_length=1, max_length=10_000),
    AfterValidator(_clean_body),
    Field(examples=["<p>Shorter, <strong>please</strong>.</p>"]),
]
type Mentions = Annotated[list[UUID], Field(max_length=50)]


class Attachment(RequestModel):
    """A file that a comment refers to."""

    file_id: UUID
    """The id of the file."""
    name: str = Field(min_length=1, max_length=255, examples=["draft.pdf"])
    """The name to show, 1 to 255 characters."""


class NewComment(RequestModel):
    """A comment on a content, on one of its fields, or on a range of characters in the plain text of a field."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"body": "Shorter, please", "fieldKey": "headline", "rangeStart": 5, "rangeEnd": 9}]
        }
    )

    body: CommentBody
    """The text as HTML, 1 to 10,000 characters; markup beyond the allow-list is removed (`meta.sanitised`)."""
    parent_id: UUID | None = None
    """The first comment of the thread to answer. Null: a new thread."""
    field_key: str | None = Field(default=None, min_length=1, max_length=50, examples=["headline"])
    """The field that the comment is about. Null: the whole content."""
    range_start: int | None = Field(default=None, ge=0, le=1_000_000)
    """Where the range begins, in characters of the field's plain text. Null: the whole field."""
    range_end: int | None = Field(default=None, ge=0, le=1_000_000)
    """Where the range ends, in characters of the field's plain text. Needs `rangeStart`."""
    mentions: Mentions = Field(default_factory=list)
    """The ids of the people to notify, at most 50, all of them members of the brand."""
    attachments: list[Attachment] = Field(default_factory=list, max_length=10)
    """At most 10 files."""

    @model_validator(mode="after")
    def _has_a_whole_anchor(self) -> Self:
        if self.range_start is None and self.range_end is not None:
            raise missing_field("rangeStart", "is required with rangeEnd")
        if self.range_start is not None:
            if self.range_end is None:
                raise missing_field("rangeEnd", "is required with rangeStart")
            if self.range_end < self.range_start:
                raise field_problem("rangeEnd", "must not be less than rangeStart")
            if self.field_key is None:
                raise missing_field("fieldKey", "is required with a range")
        return self


class CommentEdit(RequestModel):
    """Another text for a comment."""

    body: CommentBody
    """The text as HTML, 1 to 10,000 characters; markup beyond the allow-list is removed (`meta.sanitised`)."""
    mentions: Mentions | None = None
    """The ids of the people to notify, at most 50. Null: as before."""


class Comment(ResponseModel):
    """A comment."""

    id: UUID
    """The id of the comment."""
    brand_id: UUID
    """The brand of the content."""
    content_id: UUID
    """The content that the comment is on."""
    parent_id: UUID | None
    """The first comment of the thread; null for that one itself."""
    body: str = Field(examples=["<p>Shorter, <strong>please</strong>.</p>"])
    """The text as HTML; `…` for deleted comments."""
    field_key: str | None = Field(examples=["headline"])
    """The field that the comment is about; null for the whole content."""
    range_start: int | None
    """Where the range begins, in characters of the field's plain text; null for the whole field."""
    range_end: int | None
    """Where the range ends, in characters of the field's plain text."""
    mentions: list[PersonReference]
    """The people whom the comment mentions."""
    attachments: Annotated[list[Attachment], Parts]
    """The files of the comment."""
    edited_at: Instant | None
    """When the text was changed last; null if it never was."""
    resolved_at: Instant | None
    """When the thread was resolved; null while it is open."""
    resolved_by: PersonReference | None
    """The user who resolved the thread; null while it is open."""
    is_deleted: bool
    """Whether the text was deleted; the comment is listed as long as it has answers."""
    created_by: PersonReference | None
    """The user who wrote the comment; null for the system and for platform admins."""
    created_at: Instant
    """When the comment was written."""
    updated_at: Instant
    """When the comment was changed last."""
    allowed_actions: list[str] = Field(default_factory=list, examples=[["edit", "delete", "resolve"]])
    """The actions that you may take on the comment now: edit, delete, resolve, reopen."""

    @model_validator(mode="before")
    @classmethod
    def _tell_deleted(cls, row: Any) -> Any:
        if isinstance(row, dict) and "deleted_at" in row:
            return row | {"is_deleted": row["deleted_at"] is not None}
        return row

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """The content, and the addresses of the allowed actions by their names. `edit` is a PATCH, `delete` a DELETE,
        and all others are a POST."""
        path = f"/api/v1/comments/{self.id}"
        return {"content": f"/api/v1/contents/{self.content_id}"} | {
            action: path if action in ("edit", "delete") else f"{path}/{action}" for action in self.allowed_actions
        }


class Thread(Comment):
    """The first comment of a thread, with the answers to it."""

    replies: list[Comment]
    """The answers, oldest first."""
