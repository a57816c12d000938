"""Resolves the reach of changes, tasks and settings of claims: lib/graph/schema/claim_impact and claim_tasks"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lib.claims import evidence
from lib.claims import impact as service
from lib.claims.evidence import Evidence
from lib.claims.impact import (
    ClaimSettings,
    ClaimSettingsRequest,
    ClaimTask,
    ClaimTaskQuery,
    ImpactItem,
    ImpactPageRequest,
    OpenedTasks,
    TaskClosing,
    TasksRequest,
)
from lib.graph.engine.binding import Info, loaded
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.claims.bound import PAGES, bindings, paged

bindings.represents("ClaimTask", ClaimTask)
bindings.represents("ImpactItem", ImpactItem)
bindings.represents("ClaimSettings", ClaimSettings)
bindings.represents("ClaimImpactInput", ImpactPageRequest, omits=PAGES)
bindings.represents("OpenedTasks", OpenedTasks)
bindings.sized("OpenedTasks", items=50)
bindings.represents("ClaimTaskFilter", ClaimTaskQuery, omits=PAGES)
bindings.enum("ClaimTaskSort", DUE_ON="dueOn", CREATED_AT="createdAt", CLOSED_AT="closedAt")
for _name in ("ImpactItem", "ClaimTask"):
    bindings.link(_name, "brand", links.read_brand, links.brand_id_of)
    bindings.link(_name, "content", links.read_content, links.content_id_of)
    bindings.link(_name, "claim", links.read_claim, links.claim_id_of)
bindings.link("OpenedTask", "content", links.read_content, links.content_id_of)
bindings.link("ClaimSettings", "brand", links.read_brand, links.brand_id_of)


@dataclass(frozen=True, slots=True)
class ClaimImpact(Connection[Any]):
    """A page of the sentences that a change touches."""

    published: int
    pending: int
    markets: list[str]


@bindings.query(operation="claimImpact.getImpact")
async def claim_impact(
    info: Info, *, claim_id: UUID, paging: Paging, input: ImpactPageRequest | None = None
) -> ClaimImpact:
    """Tells what a planned change touches."""
    request = (input or ImpactPageRequest()).model_copy(update={"page": paging.page, "page_size": paging.page_size})
    found = await service.get_impact(info.context.principal, claim_id=claim_id, request=request)
    page = connection_of(found.items, paging, total=found.total)
    return ClaimImpact(
        page.nodes, page.page_info, found.total, page.cursor_of, found.published, found.pending, found.markets
    )


@bindings.query(operation="claimImpact.listTasks")
async def claim_tasks(info: Info, *, paging: Paging, filter: ClaimTaskQuery | None = None) -> Connection[ClaimTask]:
    """Lists tasks about claims."""
    items, total = await service.list_tasks(info.context.principal, query=paged(filter or ClaimTaskQuery(), paging))
    return connection_of(items, paging, total=total)


@bindings.query(operation="claimImpact.getSettings")
async def claim_settings(info: Info, *, brand_id: UUID) -> ClaimSettings:
    """Reads the claim settings of a brand."""
    return await service.get_settings(info.context.principal, brand_id=brand_id)


@bindings.field("Brand", "claimSettings")
async def settings_of_brand(parent: Any, info: Info) -> ClaimSettings | None:
    """Reads the claim settings of a brand."""
    return await loaded(service.get_settings(info.context.principal, brand_id=parent.id))


@bindings.field("ClaimTask", "evidence")
async def evidence_of_task(parent: ClaimTask, info: Info) -> Evidence | None:
    """Reads the evidence of a task."""
    if parent.evidence_id is None:
        return None
    return await loaded(
        evidence.get_evidence(info.context.principal, claim_id=parent.claim_id, evidence_id=parent.evidence_id)
    )


@bindings.mutation(operation="claimImpact.openTasks", cost=20)
async def open_claim_tasks(info: Info, *, claim_id: UUID, input: TasksRequest | None = None) -> dict[str, Any]:
    """Opens tasks for the sentences that a change touches."""
    opened = await service.open_tasks(info.context.principal, claim_id=claim_id, request=input or TasksRequest())
    return {"outcome": opened}


@bindings.mutation(operation="claimImpact.closeTask")
async def close_claim_task(info: Info, *, id: UUID, input: TaskClosing) -> dict[str, Any]:
    """Closes a task."""
    return {"task": await service.close_task(info.context.principal, task_id=id, request=input)}


@bindings.mutation(operation="claimImpact.setSettings")
async def set_claim_settings(
    info: Info, *, brand_id: UUID, input: ClaimSettingsRequest, expected_version: int
) -> dict[str, Any]:
    """Sets the claim settings of a brand."""
    changed = await service.set_settings(
        info.context.principal, brand_id=brand_id, expected_version=expected_version, request=input
    )
    return {"settings": changed}
