"""Reads and sets budgets."""

from uuid import UUID

from lib.ai.budgets import repository
from lib.ai.budgets.models import Budget, BudgetChange
from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row


async def read_budget(principal: Principal, *, brand_id: UUID) -> Budget:
    """Reads the budget of a brand. Raises NotFound for other brands, and Forbidden without ``ai.manage``."""
    return read_row(Budget, await repository.read_budget(principal.db, brand_id=brand_id))


async def set_budget(principal: Principal, *, change: BudgetChange) -> Budget:
    """Sets the budget of a brand from this month on. Raises what ``read_budget`` raises."""
    row = await repository.set_budget(principal.db, brand_id=change.brand_id, amount=change.amount)
    return read_row(Budget, row)
