"""Reads AI usage."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from lib.ai.usage import repository
from lib.ai.usage.models import AiUsage, Dimension
from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row


async def read_usage(
    principal: Principal, *, brand_id: UUID | None, first: date, last: date, dimensions: Sequence[Dimension]
) -> AiUsage:
    """Reads the usage of a brand, or of all the caller's brands, in a period of at most 367 days (UTC).

    Usage by user covers only brands whose members the caller may list. Raises NotFound for other brands, Forbidden and
    ValidationFailed.
    """
    usage = await repository.read_usage(principal.db, brand_id=brand_id, first=first, last=last, dimensions=dimensions)
    return read_row(AiUsage, {"from": first, "to": last, **usage})
