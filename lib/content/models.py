"""Contents as the API answers them. Payloads are in commands.py, versions in versions.py, queries in queries.py."""

from functools import partial
from operator import is_
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, computed_field

from lib.content.fields import ContentStatus
from lib.content.people import PersonDetails
from lib.content.reviews import ReviewSummary
from lib.core.data.reading import Part
from lib.core.http.models import BrandReference, PersonReference, ResponseModel
from lib.core.http.times import Instant

# The parts that every reader of a content may read as well.
_READ: Final = ("versions", "events", "comments", "score")
# Actions whose request is not `POST /contents/{id}/{action}`.
_ELSEWHERE: Final = {"edit": "", "delete": "", "comment": "/comments", "requestChanges": "/request-changes"}
# Actions whose address needs more than the id of the content.
_WITHOUT_LINK: Final = frozenset({"restoreVersion", "generate"})

# A test without a frame of Python, since each row of a list is asked three times.
_IS_MISSING: Final = partial(is_, None)


class TemplateSummary(ResponseModel):
    """The template of a content, with `expand=template`."""

    id: UUID
    """The id of the template."""
    name: str = Field(examples=["Article"])
    """The name of the template."""
    version: int = Field(ge=1)
    """The present version of the template; the content may have been made from an earlier one (`templateVersion`)."""
    content_type: str = Field(examples=["article"])
    """The type of the contents that the template makes."""
    is_active: bool
    """Whether new contents may use the template."""


class ContentHead(ResponseModel):
    """A content without its texts, as lists show it."""

    id: UUID
    """The id of the content."""
    brand_id: UUID
    """The brand that the content is for."""
    template_id: UUID | None
    """The template that the content was made from; null without one."""
    template_version: int | None
    """The version of the template that the content was made from."""
    type: str = Field(examples=["article"])
    """The type of content."""
    status: ContentStatus
    """The state of the content."""
    title: str = Field(examples=["What cold wind does to skin"])
    """The title."""
    slug: str = Field(examples=["what-cold-wind-does-to-skin"])
    """The end of the address on websites, unique in the brand."""
    excerpt: str = Field(examples=["Why skin feels tight in winter."])
    """A summary; empty without one."""
    tags: list[str] = Field(examples=[["winter"]])
    """The tags."""
    categories: list[str] = Field(examples=[["skin care"]])
    """The categories."""
    assignees: list[PersonReference]
    """The people who work on the content."""
    score: float | None = Field(ge=0, le=100, examples=[77.5])
    """The score, 0 to 100, of `GET /contents/{id}/score`."""
    version: int = Field(ge=1)
    """Counts every change. Send it in `If-Match` to change this version only."""
    major_version: int = Field(ge=1)
    """Counts saves."""
    minor_version: int = Field(ge=0)
    """Counts autosaves and changes of the status since the last save."""
    parent_id: UUID | None
    """The content that this one was duplicated from; null for originals."""
    due_at: Instant | None
    """When the content should be done."""
    scheduled_for: Instant | None
    """When the content is published; null unless it is scheduled."""
    expires_at: Instant | None
    """When the content, once published, is archived; null for never."""
    published_at: Instant | None
    """When the content was published last."""
    published_by: PersonReference | None
    """The user who published the content; null if it was never published, or if the schedule did it."""
    created_by: PersonReference | None
    """The user who created the content; null for the system and for platform admins."""
    created_at: Instant
    """When the content was created."""
    updated_by: PersonReference | None
    """The user who changed the content last; null for the system and for platform admins."""
    updated_at: Instant
    """When the content was changed last."""
    deleted_at: Instant | None = None
    """When the content was moved to the bin; null for contents that are not deleted."""
    allowed_actions: list[str] = Field(default_factory=list, examples=[["edit", "comment", "duplicate", "submit"]])
    """The actions that you may take on the content now: edit, restoreVersion, generate, comment, duplicate, submit,
    approve, reject, requestChanges, withdraw, restart, publish, schedule, unschedule, reopen, archive, delete,
    restore. The same rules decide when you do it; a refusal names its rule."""
    brand: BrandReference | None = Field(default=None, exclude_if=_IS_MISSING)
    """The brand; only with `expand=brand`."""
    template: TemplateSummary | None = Field(default=None, exclude_if=_IS_MISSING)
    """The template; only with `expand=template`, for contents that have one which you may read."""
    people: list[PersonDetails] | None = Field(default=None, exclude_if=_IS_MISSING)
    """The people whom the content names, as far as you may see their profiles; only with `expand=people`."""
    readable: list[str] = Field(default_factory=list, exclude=True)

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Where to read on, and the addresses of the allowed actions by their names. `edit` is a PATCH, `delete` a
        DELETE, and all others are a POST."""
        path = f"/api/v1/contents/{self.id}"
        links = {"self": path} if self.deleted_at is None else {}
        if self.deleted_at is None:
            for name in _READ:
                links[name] = f"{path}/{name}"
        if getattr(self, "review", None) is not None:
            links["review"] = f"{path}/review"
        if getattr(self, "publication", None) is not None:
            links["publication"] = f"{path}/publication"
        if "brand" in self.readable:
            links["brand"] = f"/api/v1/brands/{self.brand_id}"
        if "template" in self.readable and self.template_id:
            links["template"] = f"/api/v1/templates/{self.template_id}"
        for action in self.allowed_actions:
            if action not in _WITHOUT_LINK:
                end = _ELSEWHERE.get(action)
                links[action] = f"{path}/{action}" if end is None else path + end
        return links


class PublicationBrief(ResponseModel):
    """The publication that a command began."""

    id: UUID
    """The id of the publication."""
    status: Literal["running", "compensating", "completed", "failed", "cancelled"]
    """Its status."""
    step: str = Field(examples=["publish_to_channels"])
    """The step that it is at."""


class Provenance(ResponseModel):
    """Which model wrote a value, and whether a person has changed it since."""

    generation_id: UUID | None = None
    """The generation that proposed the value; null in a copy for another brand."""
    provider: str = Field(examples=["azure_openai"])
    """The provider of the model."""
    model: str = Field(examples=["gpt-4o-mini"])
    """The model that wrote the value."""
    prompt_version: str = Field(examples=["generate_content.v2"])
    """The version of the prompt."""
    at: Instant
    """When the value was written."""
    is_edited: bool = False
    """Whether a person has changed the value since."""
    edited_by: UUID | None = None
    """The id of the person who changed the value."""


class Content(ContentHead):
    """A content with its texts."""

    fields: dict[str, Any] = Field(examples=[{"topic": "Cold wind"}])
    """Values by the id of the template's field."""
    body: str = Field(examples=["<p>Cold air holds <strong>little water</strong>.</p>"])
    """The text as HTML, reduced to the allow-list."""
    metadata: dict[str, Any] = Field(examples=[{"metaTitle": "Cold wind and skin"}])
    """The values that search engines and cards show: metaTitle, metaDescription, keywords, ogImage, canonicalUrl,
    targetAudience."""
    plain_texts: list[str] = Field(default_factory=list, examples=[["fields.headline"]])
    """The paths of texts with `<` or `&` that are text as it was typed: `excerpt` and `fields.<id>`. Escape them in
    HTML; other values are HTML of the allow-list, or read alike in both."""
    provenance: dict[str, Provenance] = Field(default_factory=dict[str, Provenance])
    """The origins of the values that a model wrote, by path: `fields.<id>` and `metadata.<name>`."""
    review: Annotated[ReviewSummary | None, Part] = None
    """The review that the content is in, also while changes are requested; null for a content in none, and
    in exports."""
    publication: Annotated[PublicationBrief | None, Part] = Field(default=None, exclude_if=_IS_MISSING)
    """The publication that `publish` began, where channels outside of the platform take the content: it becomes
    `published` once they have it. Missing in all other answers."""


class Score(ResponseModel):
    """The score of a content: 0.3 completeness + 0.3 quality + 0.2 compliance + 0.2 alignment (domain §3).

    Until a model has assessed the alignment, the other three count as the whole.
    """

    completeness: float = Field(ge=0, le=100, examples=[100])
    """The share of required fields that have a value, 0 to 100."""
    quality: float = Field(ge=0, le=100, examples=[55])
    """Length of the text, meta title, meta description and picture, 0 to 100."""
    compliance: float = Field(ge=0, le=100, examples=[100])
    """100, or 0 while a claim of the text is violated."""
    alignment: float | None = Field(ge=0, le=100)
    """How well the text fits the voice of the brand, 0 to 100; null until a model has assessed it."""
    score: float = Field(ge=0, le=100, examples=[83.1])
    """The weighted sum, 0 to 100."""
