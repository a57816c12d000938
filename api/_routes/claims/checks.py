"""/api/v1/claims/check and /api/v1/contents/{contentId}/claims: compares texts with the claims of markets."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query

from api._routes.claims.shared import ContentId, Paging
from lib.claims import checks, impact
from lib.claims.checks import (
    CheckOptions,
    CheckOverride,
    ContentCheck,
    ContentCheckResult,
    TextCheck,
    TextCheckRequest,
)
from lib.claims.impact import ContentClaims
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, Success, page_of
from lib.core.http.routes import Route

type CheckId = Annotated[UUID, Path(description="The id of the check.")]

router = APIRouter(route_class=Route, prefix="/api/v1", tags=["claimChecks"])


@router.post("/claims/check", name="check_text", responses=documented(401, 403, 404, 409))
async def check_text(user: CurrentUser, body: TextCheckRequest) -> Success[TextCheck]:
    """Checks a text of up to 100,000 characters against the claims of a brand and the rules of up to 10 markets.

    Requires the permission `claim.read` in the brand. Nothing is stored. Claims are found by their wording, in any
    case, with any spaces and figures, and by similar wordings. Raises 409 for archived products, and without products
    for a brand with more than 20,000 claims of products in a market.
    """
    return Success(data=await checks.check_text(user, request=body))


@router.post("/contents/{content_id}/claims/check", name="check_content", responses=documented(401, 403, 404, 409, 422))
async def check_content(
    user: CurrentUser, content_id: ContentId, body: Annotated[CheckOptions | None, Body()] = None
) -> Success[list[ContentCheckResult]]:
    """Checks the present text of a content and stores a check for each market.

    Requires the permissions `claim.read` and `content.submit`. A content of a brand with claims is published only with
    a check of its present text against the present claims of each market of the brand, and without a violation that
    nobody accepted. The products are those that the content names in its fields, or else all products of the brand.
    Contents that are scheduled are checked again when a claim changes. `POST /ai/claims/review` has a model review it
    as well.
    """
    return Success(data=await checks.check_content(user, content_id=content_id, options=body or CheckOptions()))


@router.get("/contents/{content_id}/claims/checks", name="list_checks", responses=documented(401, 403, 404, 422))
async def list_checks(user: CurrentUser, page: Paging, content_id: ContentId) -> Page[ContentCheck]:
    """Lists the checks of a content without their findings, newest first, also those by a model.

    The database keeps the last 20 former checks of each market, and every check whose violations were accepted.
    """
    items, total = await checks.list_checks(user, content_id=content_id, page=page)
    return page_of(items, total, page, f"/api/v1/contents/{content_id}/claims/checks", {})


@router.get(
    "/contents/{content_id}/claims/checks/{check_id}", name="get_check", responses=documented(401, 403, 404, 422)
)
async def get_check(user: CurrentUser, content_id: ContentId, check_id: CheckId) -> Success[ContentCheckResult]:
    """Returns a check of a content with up to 500 of its findings, the worst of them."""
    return Success(data=await checks.get_check(user, content_id=content_id, check_id=check_id))


@router.post(
    "/contents/{content_id}/claims/checks/{check_id}/override",
    name="override_check",
    responses=documented(401, 403, 404, 409, 422),
)
async def override_check(
    user: CurrentUser,
    content_id: ContentId,
    check_id: CheckId,
    body: CheckOverride,
) -> Success[ContentCheckResult]:
    """Accepts the violations of a check, with a reason, which the audit log keeps.

    Requires the permission `claim.write`. It holds for the same violations in the same text, also after another check.
    Raises 409 for a check that found no violation, was replaced by a later one, or whose violations are accepted.
    """
    item = await checks.override_check(user, content_id=content_id, check_id=check_id, request=body)
    return Success(data=item)


@router.get("/contents/{content_id}/claims", name="get_content_claims", responses=documented(401, 403, 404, 422))
async def get_content_claims(
    user: CurrentUser,
    page: Paging,
    content_id: ContentId,
    version: Annotated[
        int | None,
        Query(ge=1, le=2_147_483_647, description="A published version. Without it: the present one."),
    ] = None,
) -> Success[ContentClaims]:
    """Returns the claim bill of materials of a content, in pages: each sentence that makes a claim, with the claim and
    evidence.

    It was stored with each publication. For a content that is not published it is what the last checks found in the
    present text.
    """
    return Success(data=await impact.get_content_claims(user, content_id=content_id, version=version, page=page))
