"""The use cases of market overrides."""

from uuid import UUID

from lib.claims.overrides import repository
from lib.claims.overrides.models import MarketOverride, NewOverride, OverrideChanges, OverrideCreated, OverrideQuery
from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row, read_rows
from lib.core.http.errors import NotFound


async def list_overrides(principal: Principal, *, query: OverrideQuery) -> tuple[list[MarketOverride], int]:
    """Lists the rules for products that the caller may read, and how many match. Raises NotFound."""
    rows, total = await repository.fetch_overrides(principal.db, arguments=query.arguments())
    return read_rows(MarketOverride, rows), total


async def get_override(principal: Principal, *, override_id: UUID) -> MarketOverride:
    """Returns a rule. Raises NotFound."""
    row = await repository.fetch_override(principal.db, override_id=override_id)
    if row is None:
        raise NotFound("override not found")
    return read_row(MarketOverride, row)


async def list_conflicts(principal: Principal, *, override_id: UUID) -> list[MarketOverride]:
    """Lists the rules that a rule stands beside. Raises NotFound."""
    rows = await repository.fetch_conflicts(principal.db, arguments={"override_id": str(override_id)})
    return read_rows(MarketOverride, rows)


async def find_conflicts(
    principal: Principal, *, master_claim_id: UUID, product_id: UUID, market: str
) -> list[MarketOverride]:
    """Lists the rules that a new rule would stand beside. Raises NotFound for a foreign product."""
    arguments = {"master_claim_id": str(master_claim_id), "product_id": str(product_id), "market": market}
    return read_rows(MarketOverride, await repository.fetch_conflicts(principal.db, arguments=arguments))


async def create_override(principal: Principal, *, override: NewOverride) -> OverrideCreated:
    """Creates a rule.

    Raises NotFound for a product or claim that the caller may not read, Forbidden without `claim.write`,
    ValidationFailed for an inactive market, a claim that is not global, and a replacement of another market; Conflict
    with the rules that it would stand beside, unless it is forced, and where there is such a rule.
    """
    return read_row(OverrideCreated, (await repository.create(principal.db, override=override))[0])


async def update_override(
    principal: Principal, *, override_id: UUID, expected_version: int, changes: OverrideChanges
) -> MarketOverride:
    """Changes a rule. Raises PreconditionFailed for a stale version, and what `create_override` raises."""
    rows = await repository.update(
        principal.db, override_id=override_id, expected_version=expected_version, changes=changes
    )
    return read_row(MarketOverride, rows[0])


async def remove_override(principal: Principal, *, override_id: UUID) -> None:
    """Deletes a rule. Raises NotFound, and Forbidden without `claim.write`."""
    await repository.remove(principal.db, override_id=override_id)
