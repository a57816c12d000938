"""Resolves checks of texts and contents: lib/graph/schema/claim_checks.graphql and content_claims.graphql"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from lib.claims import checks as service
from lib.claims import impact
from lib.claims.checks import (
    CheckOptions,
    CheckOverride,
    ContentCheck,
    ContentCheckResult,
    TextCheck,
    TextCheckRequest,
)
from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.claims.bound import bindings

bindings.represents("ContentCheck", ContentCheck, ContentCheckResult)
bindings.represents("TextCheck", TextCheck)
bindings.represents("MadeClaim", impact.MadeClaim)
bindings.link("TextCheck", "brand", links.read_brand, links.brand_id_of)
bindings.link("ContentCheck", "content", links.read_content, links.content_id_of)
for _name in ("ClaimFinding", "ClaimReplacement", "StrongerClaim", "MadeClaim"):
    bindings.link(_name, "claim", links.read_claim, links.claim_id_of)

type PublishedVersion = Annotated[int, Field(ge=1, le=2_147_483_647)]


@dataclass(frozen=True, slots=True)
class BillOfMaterials(Connection[Any]):
    """A page of the claims that a content makes."""

    content_id: UUID
    version: int
    is_published: bool
    published_at: datetime | None
    published_versions: list[int]
    refusal: str | None


@bindings.query("checkTextForClaims", operation="claimChecks.checkText", cost=20)
async def check_text(info: Info, *, input: TextCheckRequest) -> TextCheck:
    """Checks a text."""
    return await service.check_text(info.context.principal, request=input)


@bindings.query(operation="claimChecks.getCheck")
async def content_check(info: Info, *, content_id: UUID, id: UUID) -> ContentCheckResult:
    """Reads a check of a content."""
    return await service.get_check(info.context.principal, content_id=content_id, check_id=id)


@bindings.field("Content", "claims", operation="claimChecks.getContentClaims")
async def claims_of_content(
    parent: Any, info: Info, *, paging: Paging, version: PublishedVersion | None = None
) -> BillOfMaterials:
    """Reads the claims that a content makes."""
    found = await impact.get_content_claims(
        info.context.principal, content_id=parent.id, version=version, page=paging.request
    )
    page = connection_of(found.items, paging, total=found.total_items)
    return BillOfMaterials(
        page.nodes,
        page.page_info,
        page.total_count,
        page.cursor_of,
        found.content_id,
        found.version,
        found.is_published,
        found.published_at,
        found.published_versions,
        found.refusal,
    )


@bindings.field("Content", "claimChecks", operation="claimChecks.listChecks")
async def checks_of_content(parent: Any, info: Info, *, paging: Paging) -> Connection[ContentCheck]:
    """Lists the checks of a content."""
    items, total = await service.list_checks(info.context.principal, content_id=parent.id, page=paging.request)
    return connection_of(items, paging, total=total)


async def _whole(parent: ContentCheck, info: Info) -> ContentCheckResult:
    """Returns a check with its findings, which the items of lists lack."""
    if isinstance(parent, ContentCheckResult):
        return parent
    return await service.get_check(info.context.principal, content_id=parent.content_id, check_id=parent.id)


@bindings.field("ContentCheck", "findings")
async def findings_of_check(parent: ContentCheck, info: Info) -> list[Any]:
    """Reads the findings of a check."""
    return list((await _whole(parent, info)).findings)


@bindings.field("ContentCheck", "omittedFindings")
async def omitted_of_check(parent: ContentCheck, info: Info) -> int:
    """Counts the findings that an answer leaves out."""
    return (await _whole(parent, info)).omitted_findings


@bindings.mutation(operation="claimChecks.checkContent", cost=20)
async def check_content_claims(info: Info, *, content_id: UUID, input: CheckOptions | None = None) -> dict[str, Any]:
    """Checks a content."""
    checked = await service.check_content(
        info.context.principal, content_id=content_id, options=input or CheckOptions()
    )
    return {"checks": checked}


@bindings.mutation(operation="claimChecks.overrideCheck")
async def override_content_check(info: Info, *, content_id: UUID, id: UUID, input: CheckOverride) -> dict[str, Any]:
    """Accepts the violations of a check."""
    accepted = await service.override_check(info.context.principal, content_id=content_id, check_id=id, request=input)
    return {"check": accepted}
