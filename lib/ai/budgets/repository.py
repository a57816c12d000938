"""The data calls of budgets."""

from uuid import UUID

from lib.ai.unique_fields import UNIQUE_FIELDS
from lib.core.data.db import Db, Row, call, command, run
from lib.core.data.unique_fields import register_unique_fields

register_unique_fields(UNIQUE_FIELDS)


async def read_budget(db: Db, *, brand_id: UUID) -> Row:
    """Reads the budget of a brand with the quota of its plan."""
    return (await run(call(db, "read_budget", {"brand_id": str(brand_id)}))).data


async def set_budget(db: Db, *, brand_id: UUID, amount: float) -> Row:
    """Sets the budget of a brand; returns what ``read_budget`` returns."""
    return (await command(db, "set_budget", {"brand_id": str(brand_id), "amount": amount}))[0]
