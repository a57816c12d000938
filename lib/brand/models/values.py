"""Values of brands, each with its form and limits (domain §1)."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from lib.core.filled import check_filled
from lib.core.http.models import RequestModel, ResponseModel
from lib.core.http.urls import NORMAL_URL
from lib.core.security.elements import ALL_ELEMENTS, RichElements

type BrandName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=255, strip_whitespace=True),
    AfterValidator(check_filled),
    Field(examples=["Aurora Skincare"]),
]
type BrandSlug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,100}$"), Field(examples=["aurora-skincare"])]
type BrandCountry = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(examples=["GB"])]
type BrandLanguage = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$"), Field(examples=["en"])]
type Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(examples=["GBP"])]
type Color = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$"), Field(examples=["#1A7F64"])]
type ContentType = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$"), Field(examples=["article"])]
type BrandLine = Annotated[
    str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True), AfterValidator(check_filled)
]
type Url = Annotated[
    str,
    NORMAL_URL,
    StringConstraints(max_length=2000, pattern=r"^https?://[^\s<>\"]+$"),
    Field(examples=["https://aurora.test"]),
]
type RichText = Annotated[
    list[RichElements], Field(max_length=len(ALL_ELEMENTS)), AfterValidator(lambda names: list(dict.fromkeys(names)))
]
type Role = Literal["admin", "editor", "viewer"]


class Identity(RequestModel):
    """The identity of a brand. Properties that are not given stay as they are; null removes one."""

    mission: str | None = Field(default=None, max_length=5000, examples=["Calm, healthy skin in every climate"])
    """The purpose of the brand, at most 5,000 characters."""
    vision: str | None = Field(default=None, max_length=5000, examples=["Nobody's skin hurts in winter"])
    """The future that the brand works for, at most 5,000 characters."""
    values: list[BrandLine] | None = Field(default=None, max_length=20, examples=[["honesty", "care"]])
    """The values of the brand, at most 20."""
    usp: str | None = Field(default=None, max_length=2000, examples=["Five ingredients at most"])
    """The unique selling proposition, at most 2,000 characters."""


class Colors(RequestModel):
    """The colours of a brand as `#RRGGBB`."""

    primary: Color
    """The main colour."""
    secondary: Color | None = None
    """The second colour; null for none."""
    accent: Color | None = None
    """The colour for emphasis; null for none."""


class Logo(RequestModel):
    """The logo of a brand."""

    url: Annotated[
        str,
        NORMAL_URL,
        StringConstraints(max_length=2000, pattern=r"^(https://|/)[^\s<>\"]*$"),
        Field(examples=["https://cdn.aurora.test/logo.svg"]),
    ]
    """The address of the image: https, or a path of this site."""
    alt_text: str = Field(max_length=200, examples=["Aurora"])
    """The text for people who do not see the image, at most 200 characters."""
    type: Literal["light", "dark", "full"] = "full"
    """The background that the image is made for: `light`, `dark`, or `full` for any."""


class BrandSettings(RequestModel):
    """Settings that a brand makes for itself. Settings that are not given stay as they are; null removes one."""

    requires_due_date: bool | None = None
    """Whether each content needs a due date."""
    default_due_days: int | None = Field(default=None, ge=1, le=365, examples=[21])
    """Days from the creation of a content to its due date, 1 to 365. Without it: 21."""
    notify_on_publish: bool | None = None
    """Whether members are notified when a content is published."""
    ai_enabled: bool | None = None
    """Whether AI tools may be used for the brand. False switches all of them off."""
    locale: str | None = Field(default=None, pattern=r"^[a-z]{2}-[A-Z]{2}$", examples=["en-GB"])
    """The locale for dates and numbers, such as `en-GB`."""
    rich_text: RichText | None = Field(default=None, examples=[["lists", "headings"]])
    """Elements that the rich text of the brand's contents takes beside paragraphs, breaks, emphasis and links: `lists`,
    `headings` of the levels 2 to 4, `tables`, and `images` with https sources. Without it: no others. Stored texts stay
    as they are when this is narrowed, until they are written again."""


class Reference(ResponseModel):
    """Something by its id and name."""

    id: UUID
    """The id."""
    name: str = Field(examples=["Aurora"])
    """The name."""


def as_plain(value: RequestModel | None) -> dict[str, Any] | None:
    """Returns the parts of a JSON value that were sent, under their names in the API, as the database stores them."""
    return None if value is None else value.model_dump(mode="json", by_alias=True, exclude_unset=True)
