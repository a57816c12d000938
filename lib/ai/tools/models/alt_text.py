"""Request and result of generateAltText (domain §7)."""

from typing import Annotated

from pydantic import Field, StringConstraints

from lib.ai.tools.models.base import LanguageTag, ToolRequest
from lib.core.http.models import ResponseModel
from lib.core.http.urls import NORMAL_URL

type ImageSource = Annotated[
    str,
    NORMAL_URL,
    StringConstraints(max_length=20_100_000, pattern=r"^(https?://[^\s<>\"]+|data:image/[a-z.+-]+;base64,.+)$"),
    Field(
        examples=["https://aurora.test/frost.jpg"],
        description="Address of an image, or the image as a data URI in base64.",
    ),
]


class AltTextRequest(ToolRequest):
    """A request for the alternative texts of images."""

    images: list[ImageSource] = Field(min_length=1, max_length=5)
    """1 to 5 images, each an http(s) URL or a data URI in base64: PNG, JPEG, WebP or GIF of at most 15 MB. The whole
    request body may have at most 4.5 MB."""
    language: LanguageTag | None = None
    """The language to write in, such as `en-GB`. Null: the language of the brand, or English if it has none."""


class AltText(ResponseModel):
    """Descriptions of an image for people who cannot see it."""

    alt_text: str = Field(examples=["Frost on the window of a kitchen in the morning"])
    """The alternative text, at most 125 characters."""
    short: str = Field(examples=["Frost on a window"])
    """A shorter one, at most 49 characters."""
    long: str = Field(examples=["Frost on the window of a kitchen, with a cup of coffee on the sill behind it"])
    """A longer one, at most 200 characters."""
    detected_language: str | None = Field(examples=["en"])
    """The language of text in the image (ISO 639-1). Null: there is none, or it was not recognised."""
    warnings: list[str] = Field(examples=[[]])
    """Colours that the texts name: they help nobody who cannot see them."""
