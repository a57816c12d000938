"""The use cases of impact, tasks, bills of materials and settings: `(principal, *, …)`, with typed payloads."""

from uuid import UUID

from lib.claims.impact import repository
from lib.claims.impact.bills import ContentClaims, MadeClaim
from lib.claims.impact.models import (
    ClaimSettings,
    ClaimSettingsRequest,
    ClaimTask,
    ClaimTaskQuery,
    Impact,
    ImpactItem,
    ImpactPageRequest,
    OpenedTask,
    OpenedTasks,
    TaskClosing,
    TasksRequest,
)
from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row, read_rows
from lib.core.http.envelope import PageRequest


async def get_impact(principal: Principal, *, claim_id: UUID, request: ImpactPageRequest) -> Impact:
    """Returns a page of what a planned change touches, in contents that the caller may read. Raises NotFound."""
    answer = await repository.fetch_impact(principal.db, claim_id=claim_id, request=request)
    place = {"page": request.page, "page_size": request.page_size}
    return read_row(Impact, answer | place | {"items": read_rows(ImpactItem, answer["items"])})


async def open_tasks(principal: Principal, *, claim_id: UUID, request: TasksRequest) -> OpenedTasks:
    """Opens a task for each sentence that a change touches and that has no open one, at most 500.

    Raises NotFound, and Forbidden for callers who may not write the claim.
    """
    row = await repository.open_tasks(principal.db, claim_id=claim_id, request=request)
    return read_row(OpenedTasks, row | {"items": read_rows(OpenedTask, row["items"])})


async def list_tasks(principal: Principal, *, query: ClaimTaskQuery) -> tuple[list[ClaimTask], int]:
    """Lists tasks of the caller's brands, those due first, and how many there are."""
    rows, total = await repository.fetch_tasks(principal.db, query=query)
    return read_rows(ClaimTask, rows), total


async def close_task(principal: Principal, *, task_id: UUID, request: TaskClosing) -> ClaimTask:
    """Closes a task.

    Raises NotFound, Forbidden unless the task is the caller's or they may write claims of the brand, and Conflict, with
    the person and the time, for one that is closed.
    """
    row = await repository.close_task(principal.db, task_id=task_id, state=request.state, comment=request.comment)
    return read_row(ClaimTask, row)


async def get_content_claims(
    principal: Principal, *, content_id: UUID, version: int | None, page: PageRequest
) -> ContentClaims:
    """Returns a page of the claim bill of materials of a content.

    Raises NotFound, also for a version that was not published.
    """
    row = await repository.fetch_content_claims(
        principal.db, content_id=content_id, version=version, offset=page.offset, size=page.page_size
    )
    place = {"page": page.page, "page_size": page.page_size, "total_items": row["total"]}
    return read_row(ContentClaims, row | place | {"items": read_rows(MadeClaim, row["items"])})


async def get_settings(principal: Principal, *, brand_id: UUID) -> ClaimSettings:
    """Returns how a brand works with claims. Raises NotFound."""
    return read_row(ClaimSettings, await repository.fetch_settings(principal.db, brand_id=brand_id))


async def set_settings(
    principal: Principal, *, brand_id: UUID, expected_version: int, request: ClaimSettingsRequest
) -> ClaimSettings:
    """Sets how a brand works with claims.

    Raises NotFound, Forbidden without `brand.update` and `claim.write`, PreconditionFailed for a stale version, and
    ValidationFailed for unknown markets and for markets without the country of the brand.
    """
    row = await repository.set_settings(
        principal.db, brand_id=brand_id, expected_version=expected_version, request=request
    )
    return read_row(ClaimSettings, row)
