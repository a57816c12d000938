"""The records of generations as callers see them."""

from uuid import UUID

from lib.ai.generations import repository
from lib.ai.generations.models import AppliedOutput, Generation, GenerationFilters, GenerationListed
from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row, read_rows
from lib.core.http.envelope import PageRequest


async def list_generations(
    principal: Principal, *, filters: GenerationFilters, page: PageRequest
) -> tuple[list[GenerationListed], int]:
    """Lists the generations of the caller's brands, newest first, and counts all of them."""
    rows, total = await repository.list_generations(principal.db, filters=filters, page=page)
    return read_rows(GenerationListed, rows), total


async def get_generation(principal: Principal, *, generation_id: UUID) -> Generation:
    """Reads a generation with its output. Raises NotFound."""
    return read_row(Generation, await repository.get(principal.db, generation_id=generation_id))


async def override_guardrails(principal: Principal, *, generation_id: UUID, reason: str) -> AppliedOutput:
    """Writes an output that the guardrails held back into its content.

    Raises Forbidden for callers who may not approve, and Conflict if nothing is held or the content has changed.
    """
    row = await repository.override(principal.db, generation_id=generation_id, reason=reason)
    return AppliedOutput(request_id=row["id"], applied_version=row["applied_version"])
