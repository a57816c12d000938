from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from lib.core.http.models import ResponseModel


class DeliveredHead(ResponseModel):
    """A published content as a website lists it: no people, no brief, no text."""

    id: UUID
    type: str = Field(examples=["article"])
    slug: str = Field(examples=["what-cold-wind-does-to-skin"])
    title: str = Field(examples=["What cold wind does to skin"])
    excerpt: str = Field(examples=["Why skin feels tight in winter."])
    metadata: dict[str, Any] = Field(examples=[{"metaTitle": "Cold wind and skin"}])
    tags: list[str] = Field(examples=[["winter"]])
    categories: list[str] = Field(examples=[["skin care"]])
    version: int = Field(ge=1)
    published_at: AwareDatetime
    expires_at: AwareDatetime | None
    updated_at: AwareDatetime


class Delivered(DeliveredHead):
    body: str = Field(examples=["<p>Cold air holds <strong>little water</strong>.</p>"])
    fields: dict[str, Any] = Field(examples=[{"headline": "What cold wind does to skin"}])
    """Of a template only what it puts out."""


class DeliveringBrand(ResponseModel):
    id: UUID
    name: str = Field(examples=["Aurora Skincare"])
    language: str | None = Field(examples=["en"])
