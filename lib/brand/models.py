from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import computed_field

from lib.core.models import ResponseModel


class Brand(ResponseModel):
    id: UUID
    name: str
    slug: str
    description: str
    identity: dict[str, Any]
    tone_of_voice: str
    guardrails: list[str]
    key_messages: list[str]
    target_audience: str
    country: str | None
    language: str | None
    allowed_content_types: list[str]
    version: int
    created_at: datetime
    updated_at: datetime

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        return {
            "self": f"/api/v1/brands/{self.id}",
            "contents": f"/api/v1/contents?brandId={self.id}",
            "templates": f"/api/v1/templates?brandId={self.id}",
        }
