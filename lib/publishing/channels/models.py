"""Channels as they are written and read."""

from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints, computed_field, model_validator

from lib.core.http.models import Changes, RequestModel, ResponseModel
from lib.core.http.validation import field_problem
from lib.publishing.channels.fields import is_source
from lib.publishing.channels.settings import ChannelKind, ExternalKind

MAX_FIELDS: Final = 50

type ChannelName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, strip_whitespace=True, pattern=r"^[^<>\x00-\x1f\x7f-\x9f]*$"),
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
    """The brand whose contents it takes."""
    kind: ExternalKind
    """The kind of target."""
    name: ChannelName
    """The name, 1 to 100 characters; unique in the brand."""
    settings: dict[str, Any] = Field(max_length=20, examples=[{"url": "https://site.aurora.test/hooks/mixerai"}])
    """The target, by its kind: see `docs/channels.md`."""
    credentials: dict[str, Any] = Field(max_length=5, examples=[{"secret": "whsec_…"}])
    """The credentials for the target, by its kind. Stored encrypted, and never answered."""
    field_mapping: FieldMapping = Field(default_factory=dict)
    """Our field by the target's, at most 50. Empty: the usual fields of the kind."""
    content_types: list[ContentType] = Field(default_factory=list, max_length=100)
    """The types of content that it takes, at most 100. Empty: all."""
    is_required: bool = True
    """Whether a publication fails as a whole where this channel fails."""
    is_active: bool = True
    """Whether contents are published to it."""

    @model_validator(mode="after")
    def _maps_our_fields(self) -> Self:
        _check_sources(self.field_mapping)
        return self


class ChannelChanges(Changes):
    """Changes of a channel. Properties that are not given stay as they are; objects are replaced as a whole."""

    name: ChannelName | None = None
    """The name, 1 to 100 characters; unique in the brand."""
    settings: dict[str, Any] | None = Field(
        default=None, max_length=20, examples=[{"url": "https://site.aurora.test/hooks/mixerai"}]
    )
    """All settings, by the kind of the channel. Another target is refused while contents are at the present one."""
    credentials: dict[str, Any] | None = Field(default=None, max_length=5, examples=[{"secret": "whsec_…"}])
    """New credentials. Required with another address, also of a webhook or of a service with the API of S3."""
    field_mapping: FieldMapping | None = None
    """Our field by the target's, at most 50. Empty: the usual fields of the kind."""
    content_types: list[ContentType] | None = Field(default=None, max_length=100)
    """All types of content that it takes, at most 100. Empty: all."""
    is_required: bool | None = None
    """Whether a publication fails as a whole where this channel fails."""
    is_active: bool | None = None
    """Whether contents are published to it."""

    @model_validator(mode="after")
    def _maps_our_fields(self) -> Self:
        _check_sources(self.field_mapping)
        return self


class ChannelCheck(ResponseModel):
    """How the connection was when it was checked last."""

    at: AwareDatetime
    """When it was checked."""
    is_usable: bool
    """Whether the target took the credentials."""
    message: str = Field(examples=["the user may publish posts"])
    """The result, as a text for people."""


class Channel(ResponseModel):
    """A destination that a brand publishes to. Its credentials are never answered."""

    id: UUID
    """The id of the channel; of the built-in one, the id of the brand."""
    brand_id: UUID
    """The brand."""
    kind: ChannelKind
    """The kind of target. `delivery`: our own API and edge, which each brand has."""
    name: str = Field(examples=["Company blog"])
    """The name."""
    is_built_in: bool
    """Whether it is the brand's own delivery, which is set up at `PUT /brands/{id}/delivery`."""
    settings: dict[str, Any] = Field(examples=[{"siteUrl": "https://blog.aurora.test", "userName": "mixerai"}])
    """The target, by its kind."""
    credentials_set_at: AwareDatetime | None = None
    """When the credentials were set last; null for the built-in channel."""
    field_mapping: dict[str, str] = Field(examples=[{"title": "title"}])
    """Our field by the target's. Empty: the usual fields of the kind."""
    content_types: list[str] = Field(examples=[["article"]])
    """The types of content that it takes. Empty: all."""
    is_required: bool
    """Whether a publication fails as a whole where this channel fails."""
    is_active: bool
    """Whether contents are published to it."""
    version: int = Field(ge=1)
    """Counts the changes; for `If-Match`."""
    last_check: ChannelCheck | None = None
    """How the connection was when it was checked last; null if it never was."""
    published: int = Field(ge=0, examples=[12])
    """How many contents are published there."""
    created_at: AwareDatetime
    """When the channel was created."""
    updated_at: AwareDatetime
    """When the channel was changed last."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to the channel: `check` and `dryRun` are POST."""
        path = f"/api/v1/channels/{self.id}"
        if self.is_built_in:
            return {"self": path}
        return {"self": path, "check": f"{path}/check", "dryRun": f"{path}/dry-run"}


class DryRunRequest(RequestModel):
    """The content of a dry run."""

    content_id: UUID
    """The content, as it is now."""


class ChannelIssue(ResponseModel):
    """A reason why the channel refuses the content."""

    field: str = Field(examples=["title"])
    """The field of the target."""
    message: str = Field(examples=["must have at most 255 characters"])
    """The problem, to be read after the name of the field."""


class PlannedRequest(ResponseModel):
    """A request that would be sent."""

    method: str = Field(examples=["POST"])
    """The method."""
    url: str = Field(examples=["https://blog.aurora.test/wp-json/wp/v2/posts"])
    """The address."""
    headers: dict[str, str] = Field(examples=[{"Authorization": "[redacted]", "Content-Type": "application/json"}])
    """The headers, without credentials."""
    body: Any = Field(examples=[{"title": "What cold wind does to skin", "status": "publish"}])
    """The body: JSON as it is, anything else as a text, null for none."""
    was_sent: bool
    """Whether the dry run sent it, since it only reads."""


class DryRun(ResponseModel):
    """The effect of publishing a content to a channel."""

    action: Literal["publish", "update"]
    """`update`: the target has the content already."""
    is_publishable: bool
    """Whether there are no problems."""
    problems: list[ChannelIssue]
    """The reasons why the channel refuses the content, found without or with the target."""
    requests: list[PlannedRequest]
    """The requests that would be sent, in their order, as far as they can be known."""
