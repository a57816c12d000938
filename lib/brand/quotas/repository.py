"""The data call of plans and their limits, as the caller."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, run


async def fetch_quota(db: Db, *, brand_id: UUID) -> Row:
    """Reads the plan of the brand's account and its use."""
    return (await run(call(db, "read_quota", {"brand_id": str(brand_id)}))).data
