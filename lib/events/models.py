from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from lib.core.http.models import ResponseModel


class Event(ResponseModel):
    id: UUID
    brand_id: UUID
    type: str
    aggregate_type: str
    aggregate_id: UUID
    aggregate_version: int | None
    actor_id: UUID | None
    payload: dict[str, Any]
    correlation_id: str | None
    occurred_at: AwareDatetime
