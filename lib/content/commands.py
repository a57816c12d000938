"""The commands on contents: the payloads of creating one, changing it, and of every action on it."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from lib.content.fields import ContentType, Fields, Html, Metadata, Plain, ReviewPriority, Slug, Tags, Title
from lib.content.markup import NONE, Elements, Written, write_texts
from lib.core.filled import check_filled
from lib.core.http.models import Changes, RequestModel
from lib.core.http.times import StorableInstant
from lib.core.http.urls import NORMAL_URL

type Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=5000, strip_whitespace=True),
    AfterValidator(check_filled),
    Field(examples=["Too long"]),
]
type Note = Annotated[str, StringConstraints(max_length=2000), Field(examples=["Before the review"])]


def _unique_people(people: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(people))


type People = Annotated[list[UUID], Field(max_length=50), AfterValidator(_unique_people)]


class NewContent(RequestModel):
    """A draft to create. Without a title, the beginning of the body is taken; without a slug, the title."""

    brand_id: UUID
    """The brand that the content is for."""
    title: Title | None = None
    """The title, 1 to 200 characters without `<` and `>`. Null: the first 80 characters of the body."""
    type: ContentType | None = None
    """The type of content. Null: that of the template, or `article`."""
    template_id: UUID | None = None
    """The template whose fields the content has. Null: no template."""
    fields: Fields = Field(default_factory=dict)
    """Values by the id of the template's field: at most 50 fields and 200,000 characters in all. Fields of the types
    `rich_text`, `html` and `faq` have HTML; all others are kept as they are typed. Without a template, a text with a
    tag of HTML counts as HTML."""
    body: Html = ""
    """The text as HTML, at most 200,000 characters; what the brand does not take is removed (`meta.sanitised`)."""
    excerpt: Plain = Field(default="", max_length=2000)
    """A summary as text, at most 2,000 characters, which is kept as it is typed."""
    slug: Slug | None = None
    """The end of the address on websites, unique in the brand. Null: made from the title."""
    metadata: Metadata = Field(default_factory=Metadata)
    """The values that search engines and cards show."""
    tags: Tags = Field(default_factory=list)
    """At most 50 tags."""
    categories: Tags = Field(default_factory=list)
    """At most 50 categories."""
    assignees: People = Field(default_factory=list)
    """The ids of the people who work on the content, at most 50, all of them members of the brand."""
    due_at: StorableInstant | None = None
    """When the content should be done. Null: in 21 days."""
    expires_at: StorableInstant | None = None
    """When the content, once published, is archived. Null: never."""

    def written(self, elements: Elements = NONE) -> Written:
        """Returns the texts, sanitised for a brand that takes these elements."""
        return write_texts(self.body, self.fields, elements)


class ContentChanges(Changes):
    """Changes of a content. Values that you do not send stay; `fields` and `metadata` are merged by key, and null
    removes a key."""

    title: Title | None = None
    """The title, 1 to 200 characters without `<` and `>`."""
    type: ContentType | None = None
    """The type of content."""
    fields: Fields | None = None
    """Values to set by the id of the template's field; null removes one."""
    body: Html | None = None
    """The text as HTML, at most 200,000 characters; what the brand does not take is removed (`meta.sanitised`)."""
    excerpt: Annotated[Plain, Field(max_length=2000)] | None = None
    """A summary as text, at most 2,000 characters, which is kept as it is typed."""
    slug: Slug | None = None
    """The end of the address on websites, unique in the brand."""
    metadata: Metadata | None = None
    """The values that search engines and cards show; null removes a value."""
    tags: Tags | None = None
    """At most 50 tags, in place of the former ones."""
    categories: Tags | None = None
    """At most 50 categories, in place of the former ones."""
    assignees: People | None = None
    """The ids of the people who work on the content, at most 50, in place of the former ones."""
    due_at: StorableInstant | None = None
    """When the content should be done; null removes the date."""
    expires_at: StorableInstant | None = None
    """When the content, once published, is archived; null removes the date."""

    @classmethod
    def never_null(cls) -> frozenset[str]:
        """Returns the fields that cannot be null."""
        return super().never_null() - {"due_at", "expires_at"}

    def written(self, elements: Elements = NONE) -> Written:
        """Returns the texts that were named, sanitised for a brand that takes these elements."""
        return write_texts(self.body, self.fields, elements)

    def as_row(self, written: Written) -> dict[str, Any]:
        """Returns the fields that were named, as the database takes them, with the body that is sanitised."""
        changed = self.model_dump(mode="json", exclude_unset=True, exclude={"metadata"})
        if written.body is not None:
            changed["body"] = written.body
        if self.metadata is not None:
            changed["metadata"] = self.metadata.model_dump(by_alias=True, exclude_unset=True)
        return changed


@dataclass(frozen=True, slots=True)
class Update:
    """An edit of a content by a user who read one of its versions."""

    changes: ContentChanges
    expected_version: int
    """The version that was read; no other one is changed."""
    is_autosave: bool = False
    """Whether to make a minor version, in which fields may be incomplete."""
    note: str = ""
    """A note for the list of versions, at most 2,000 characters."""


class Command(RequestModel):
    """An action on one content, with its arguments."""


class Submission(Command):
    """Sends a draft into review."""

    workflow_id: UUID | None = None
    """The workflow that reviews the content. Null: the one that the brand assigned to the type."""
    priority: ReviewPriority | None = None
    """How soon the steps are due: in their time, in half of it (`high`) or in a quarter (`urgent`). Null: `normal`, and
    after requested changes as before."""


class Approval(Command):
    """Approves a step of the review."""

    comment: str = Field(default="", max_length=5000, examples=["Reads well"])
    """A comment for the history, at most 5,000 characters."""
    step_run_id: UUID | None = None
    """The step to approve. Null: the open step that you are asked for, or else the first open one."""
    published_url: Annotated[str, NORMAL_URL] | None = Field(
        default=None, max_length=2000, examples=["https://aurora.test/skin"]
    )
    """The http(s) address at which the content was published, for steps that require it."""


class Decision(Command):
    """A decision against a content, with its reason."""

    reason: Reason
    """Why, 1 to 5,000 characters; the creator reads it."""
    step_run_id: UUID | None = None
    """The step to decide. Null: the open step that you are asked for, or else the first open one."""


class Rejection(Decision):
    """Ends a review against the content."""


class ChangeRequest(Decision):
    """Sends a content back to draft, with the changes that the reviewer requests."""


class Withdrawal(Command):
    """Takes a content out of review."""

    reason: Reason
    """Why, 1 to 5,000 characters."""


class Restart(Command):
    """Sends a rejected content into review again."""

    workflow_id: UUID | None = None
    """The workflow that reviews the content. Null: the one that the brand assigned to the type."""
    priority: ReviewPriority | None = None
    """How soon the steps are due: in their time, in half of it (`high`) or in a quarter (`urgent`). Null: `normal`."""


class Publication(Command):
    """Publishes an approved or scheduled content."""


class Schedule(Command):
    """Sets a time at which an approved content is published."""

    scheduled_for: StorableInstant
    """When to publish; in the future."""


class Unscheduling(Command):
    """Takes a scheduled content back to approved."""


class Archival(Command):
    """Archives a content."""

    reason: str = Field(default="", max_length=5000, examples=["Out of season"])
    """Why, at most 5,000 characters."""


class Reopening(Command):
    """Makes an approved or archived content a draft again."""


class Deletion(Command):
    """Moves a content to the bin."""


class Restoration(Command):
    """Brings a content back from the bin."""


class Duplication(Command):
    """Makes a draft with the same text."""

    brand_id: UUID | None = None
    """The brand of the copy, in which you may create contents. Null: the same brand."""
    title: Title | None = None
    """The title of the copy. Null: "Copy of" and the title of the original."""


class NewVersion(Command):
    """Keeps the present text as a version."""

    note: Note = ""
    """A note for the list of versions, at most 2,000 characters."""


class VersionRestoration(Command):
    """Restores the text of an earlier version as a new one."""

    version: int = Field(ge=1)
    """The number of the version to restore."""
