"""Requests and answers about channels."""

from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, computed_field, model_validator

from lib.core.filled import check_filled
from lib.core.http.models import Changes, RequestModel, ResponseModel
from lib.core.http.times import Instant
from lib.core.http.validation import field_problem
from lib.publishing.channels.fields import is_source
from lib.publishing.channels.settings import ChannelKind, ExternalKind

MAX_FIELDS: Final = 50

type ChannelName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, strip_whitespace=True, pattern=r"^[^<>\x00-\x1f\x7f-\x9f]*$"),
    AfterValidator(check_filled),
    Field(examples=["Company blog"]),
]
type ContentType = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$"), Field(examples=["article"])]


def _has_few(mapping: Any) -> Any:
    """Refuses a large mapping as a whole: an error for each of its fields would take long."""
    if isinstance(mapping, dict) and len(mapping) > MAX_FIELDS:
        raise ValueError(f"must have at most {MAX_FIELDS} fields")
    return mapping


type FieldMapping = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=100)],
        Annotated[str, StringConstraints(min_length=1, max_length=100)],
    ],
    BeforeValidator(_has_few),
    Field(examples=[{"title": "title", "content": "body", "meta.seo_description": "excerpt"}]),
]


def _check_sources(mapping: dict[str, str] | None) -> None:
    for target, source in (mapping or {}).items():
        if not is_source(source):
            raise field_problem(f"fieldMapping.{target}", "must name a field of contents, such as metadata.metaTitle")


class NewChannel(RequestModel):
    """A channel to create."""

    brand_id: UUID
    """The brand whose contents are published to it."""
    kind: ExternalKind
    """The kind of target."""
    name: ChannelName
    """The name, 1 to 100 characters; unique in the brand."""
    settings: dict[str, Any] = Field(max_length=20, examples=[{"url": "https://site.aurora.test/hooks/mixerai"}])
    """Settings of the target, at most 20. The names depend on the kind: see `docs/channels.md`."""
    credentials: dict[str, Any] = Field(max_length=5, examples=[{"secret": "whsec_…"}])
    """Credentials for the target, at most 5. The names depend on the kind. Stored encrypted, and never returned."""
    field_mapping: FieldMapping = Field(default_factory=dict)
    """Maps fields of the target to fields of contents, at most 50. Empty: the default mapping of the kind."""
    content_types: list[ContentType] = Field(default_factory=list, max_length=100)
    """Types of content to publish to it, at most 100. Empty: all types."""
    is_required: bool = True
    """Whether a failure of this channel fails the whole publication."""
    is_active: bool = True
    """Whether contents are published to it."""

    @model_validator(mode="after")
    def _maps_our_fields(self) -> Self:
        _check_sources(self.field_mapping)
        return self


class ChannelChanges(Changes):
    """Changes of a channel. Absent properties stay unchanged; objects are replaced as a whole."""

    name: ChannelName | None = None
    """The name, 1 to 100 characters; unique in the brand."""
    settings: dict[str, Any] | None = Field(
        default=None, max_length=20, examples=[{"url": "https://site.aurora.test/hooks/mixerai"}]
    )
    """Settings of the target, at most 20. Replaces all settings. Another target is refused while contents are at the
    present one."""
    credentials: dict[str, Any] | None = Field(default=None, max_length=5, examples=[{"secret": "whsec_…"}])
    """New credentials, at most 5. Required if the URL changes, also that of a webhook or an S3-compatible service."""
    field_mapping: FieldMapping | None = None
    """Maps fields of the target to fields of contents, at most 50. Empty: the default mapping of the kind."""
    content_types: list[ContentType] | None = Field(default=None, max_length=100)
    """Types of content to publish to it, at most 100. Replaces the list. Empty: all types."""
    is_required: bool | None = None
    """Whether a failure of this channel fails the whole publication."""
    is_active: bool | None = None
    """Whether contents are published to it."""

    @model_validator(mode="after")
    def _maps_our_fields(self) -> Self:
        _check_sources(self.field_mapping)
        return self


class ChannelCheck(ResponseModel):
    """The result of the last check of the connection."""

    at: Instant
    """When it was checked."""
    is_usable: bool
    """Whether the target accepted the credentials."""
    message: str = Field(examples=["the user may publish posts"])
    """The result as readable text."""


class Channel(ResponseModel):
    """A destination that a brand publishes to. Credentials are never returned."""

    id: UUID
    """The id of the channel. The built-in channel has the id of the brand."""
    brand_id: UUID
    """The brand."""
    kind: ChannelKind
    """The kind of target. `delivery` is the built-in channel of each brand: the delivery API of MixerAI."""
    name: str = Field(examples=["Company blog"])
    """The name."""
    is_built_in: bool
    """Whether it is the built-in delivery of the brand. Change it with `PUT /brands/{id}/delivery`."""
    settings: dict[str, Any] = Field(examples=[{"siteUrl": "https://blog.aurora.test", "userName": "mixerai"}])
    """Settings of the target. The names depend on the kind."""
    credentials_set_at: Instant | None = None
    """When the credentials were last set; null for the built-in channel."""
    field_mapping: dict[str, str] = Field(examples=[{"title": "title"}])
    """Maps fields of the target to fields of contents. Empty: the default mapping of the kind."""
    content_types: list[str] = Field(examples=[["article"]])
    """Types of content that are published to it. Empty: all types."""
    is_required: bool
    """Whether a failure of this channel fails the whole publication."""
    is_active: bool
    """Whether contents are published to it."""
    version: int = Field(ge=1)
    """Version of the channel. Send it as `If-Match` with a change."""
    last_check: ChannelCheck | None = None
    """The result of the last check of the connection; null if it was never checked."""
    published: int = Field(ge=0, examples=[12])
    """The number of contents that are published to it."""
    created_at: Instant
    """When the channel was created."""
    updated_at: Instant
    """When the channel was last changed."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of the channel and its commands. Call `check` and `dryRun` with POST."""
        path = f"/api/v1/channels/{self.id}"
        if self.is_built_in:
            return {"self": path}
        return {"self": path, "check": f"{path}/check", "dryRun": f"{path}/dry-run"}


class DryRunRequest(RequestModel):
    """The content of a dry run."""

    content_id: UUID
    """The id of the content. Its current state is used."""


class ChannelIssue(ResponseModel):
    """A reason why the channel refuses the content."""

    field: str = Field(examples=["title"])
    """The field of the target."""
    message: str = Field(examples=["must have at most 255 characters"])
    """The problem, worded to follow the name of the field."""


class PlannedRequest(ResponseModel):
    """A request that would be sent."""

    method: str = Field(examples=["POST"])
    """The HTTP method."""
    url: str = Field(examples=["https://blog.aurora.test/wp-json/wp/v2/posts"])
    """The URL."""
    headers: dict[str, str] = Field(examples=[{"Authorization": "[redacted]", "Content-Type": "application/json"}])
    """The headers, without credentials."""
    body: Any = Field(examples=[{"title": "What cold wind does to skin", "status": "publish"}])
    """The body: JSON as a value, any other body as a text; null if there is none."""
    was_sent: bool
    """Whether the dry run sent it. It sends only requests that read."""


class DryRun(ResponseModel):
    """The effect of publishing a content to a channel."""

    action: Literal["publish", "update"]
    """`publish` if the content is new to the target; `update` if the target has it already."""
    is_publishable: bool
    """Whether there are no problems."""
    problems: list[ChannelIssue]
    """Reasons why the channel refuses the content, found before or by asking the target."""
    requests: list[PlannedRequest]
    """Requests that would be sent, in order, as far as they can be known in advance."""
