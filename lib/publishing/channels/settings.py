"""The settings and the credentials of each kind of channel: users see the settings, and never the credentials."""

import base64
import binascii
import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from lib.core.http.models import RequestModel
from lib.core.http.urls import NORMAL_URL
from lib.core.http.validation import field_problem, missing_field

type ExternalKind = Literal["webhook", "wordpress", "contentful", "shopify", "s3"]
type ChannelKind = Literal["delivery", "webhook", "wordpress", "contentful", "shopify", "s3"]


def _origin_and_path(url: str) -> str:
    if "?" in url or "#" in url or "@" in url.split("/")[2]:
        raise ValueError("must have no user name, query or fragment")
    return url.rstrip("/")


type Address = Annotated[str, NORMAL_URL, StringConstraints(max_length=2000, pattern=r"^https?://[^\s<>\"]+$")]
type BaseAddress = Annotated[Address, AfterValidator(_origin_and_path)]
type Secret = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[\x20-\x7e]+$")]
type Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]


def _is_signing_secret(secret: str) -> str:
    try:
        size = len(base64.b64decode(secret.removeprefix("whsec_"), validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if not 24 <= size <= 64:
        raise ValueError("must be whsec_ and 24 to 64 bytes in base64")
    return secret


def _is_prefix(prefix: str) -> str:
    trimmed = prefix.strip("/")
    segments = trimmed.split("/") if trimmed else []
    if any(segment in {".", ".."} or not re.fullmatch(r"[A-Za-z0-9._-]{1,100}", segment) for segment in segments):
        raise ValueError("must be names of letters, digits, dots, hyphens and underscores, separated by /")
    return trimmed


class WebhookSettings(RequestModel):
    """A receiver of signed messages."""

    url: Address = Field(examples=["https://site.aurora.test/hooks/mixerai"])
    """The address that messages are sent to."""


class WebhookCredentials(RequestModel):
    """The secret that signs messages (Standard Webhooks)."""

    secret: Annotated[
        str, StringConstraints(max_length=200, pattern=r"^whsec_[A-Za-z0-9+/=]+$"), AfterValidator(_is_signing_secret)
    ]
    """`whsec_` and 24 to 64 random bytes in base64."""


class WordPressSettings(RequestModel):
    """A WordPress site."""

    site_url: BaseAddress = Field(examples=["https://blog.aurora.test"])
    """The address of the site, above `/wp-json`."""
    user_name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^:\x00-\x1f\x7f]+$")]
    """The user who publishes."""
    post_type: Literal["posts", "pages"] = "posts"
    """Whether contents become posts or pages."""


class WordPressCredentials(RequestModel):
    """An application password of the user."""

    application_password: Secret
    """The application password."""


class ContentfulSettings(RequestModel):
    """An environment of a Contentful space."""

    api_url: BaseAddress = "https://api.contentful.com"
    """The Content Management API; `https://api.eu.contentful.com` for spaces with EU data residency."""
    space_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,64}$")] = Field(examples=["cfexampleapi"])
    """The space."""
    environment_id: Word = "master"
    """The environment."""
    content_type_id: Word = Field(examples=["article"])
    """The content type of the entries."""
    locale: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{2,35}$")] = "en-US"
    """The locale that values are written in."""


class ContentfulCredentials(RequestModel):
    """A token for the Content Management API."""

    token: Secret
    """The token."""


class ShopifySettings(RequestModel):
    """A Shopify shop."""

    shop_url: BaseAddress = Field(examples=["https://aurora.myshopify.com"])
    """The address of the shop at Shopify."""
    resource: Literal["article", "product_description"]
    """`article`: contents become articles of a blog. `product_description`: a content is the description of the product
    with the same handle, which exists already."""
    blog_id: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")] | None = None
    """The number of the blog; required for articles."""
    author: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    """The author of articles. Null: the name of the brand."""

    @model_validator(mode="after")
    def _names_a_blog(self) -> Self:
        if self.resource == "article" and self.blog_id is None:
            raise missing_field("blogId", "is required for articles")
        if self.resource != "article" and (self.blog_id is not None or self.author is not None):
            raise field_problem("blogId", "is for articles only, like author")
        return self


class ShopifyCredentials(RequestModel):
    """The access token of an app of the shop."""

    access_token: Secret
    """The token for the Admin API."""


class S3Settings(RequestModel):
    """A bucket for static files."""

    bucket: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    """The bucket."""
    region: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")] = Field(examples=["eu-west-1"])
    """Its region."""
    prefix: Annotated[str, StringConstraints(max_length=200), AfterValidator(_is_prefix)] = ""
    """The folder of the objects, without slashes at its ends; empty for none."""
    formats: Annotated[list[Literal["json", "html"]], Field(min_length=1, max_length=2)] = Field(
        default_factory=lambda: ["json", "html"]
    )
    """The files that each content becomes."""
    cache_control: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[a-z0-9=, -]+$")] = (
        "public, max-age=300"
    )
    """The Cache-Control of the objects."""
    endpoint_url: BaseAddress | None = None
    """The address of another service with the API of S3. Null: AWS."""
    public_url: BaseAddress | None = None
    """The address that the bucket is served from, for links. Null: no links."""

    @model_validator(mode="after")
    def _names_each_format_once(self) -> Self:
        if len(set(self.formats)) < len(self.formats):
            raise field_problem("formats", "must name each format once")
        return self


class S3Credentials(RequestModel):
    """An access key that may put, read and delete objects under the prefix, and list the bucket."""

    access_key_id: Secret
    """The id of the key."""
    secret_access_key: Secret
    """The key."""


type ChannelSettings = WebhookSettings | WordPressSettings | ContentfulSettings | ShopifySettings | S3Settings
type ChannelCredentials = (
    WebhookCredentials | WordPressCredentials | ContentfulCredentials | ShopifyCredentials | S3Credentials
)

SETTINGS: Final[dict[ExternalKind, type[ChannelSettings]]] = {
    "webhook": WebhookSettings,
    "wordpress": WordPressSettings,
    "contentful": ContentfulSettings,
    "shopify": ShopifySettings,
    "s3": S3Settings,
}
CREDENTIALS: Final[dict[ExternalKind, type[ChannelCredentials]]] = {
    "webhook": WebhookCredentials,
    "wordpress": WordPressCredentials,
    "contentful": ContentfulCredentials,
    "shopify": ShopifyCredentials,
    "s3": S3Credentials,
}
