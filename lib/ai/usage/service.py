"""Reads AI usage."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from lib.ai.usage import repository
from lib.ai.usage.models import AiUsage, Dimension
from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row

DEFAULT_DAYS: Final = 30


async def read_usage(
    principal: Principal,
    *,
    brand_id: UUID | None = None,
    first: date | None = None,
    last: date | None = None,
    dimensions: Sequence[Dimension] | None = None,
) -> AiUsage:
    """Reads the usage of a brand, or of all the caller's brands, in a period of at most 367 days (UTC).

    By default by day, up to today, from 30 days before the last day. Usage by user covers only brands whose members the
    caller may list. Raises NotFound for other brands, Forbidden and ValidationFailed.
    """
    last = last or datetime.now(UTC).date()
    first = first or last - min(timedelta(days=DEFAULT_DAYS), last - date.min)
    groups = list(dict.fromkeys(dimensions or ["day"]))
    usage = await repository.read_usage(principal.db, brand_id=brand_id, first=first, last=last, dimensions=groups)
    return read_row(AiUsage, {"from": first, "to": last, **usage})
