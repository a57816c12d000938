"""/api/v1/claims: statements that are allowed, disallowed or mandatory, and their versions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from api._routes.claims.shared import ClaimId, IfNoneMatch, SeenVersion, Version, answered, tagged
from lib.claims import statements
from lib.claims.statements import (
    Claim,
    ClaimChanges,
    ClaimComparison,
    ClaimImport,
    ClaimImportReport,
    ClaimQuery,
    ClaimVersion,
    NewClaim,
)
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import version_tag
from lib.core.http.envelope import Page, PageRequest, Success, page_of, page_request
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/claims", tags=["claims"])

type VersionNumber = Annotated[int, Query(ge=1, le=2_147_483_647)]


@router.get("", name="list", responses=documented(401, 404))
async def list_claims(user: CurrentUser, query: Annotated[ClaimQuery, Query()]) -> Page[Claim]:
    """Lists the claims that you may read, the one changed last first, each with the acts that you may take."""
    items, total = await statements.list_claims(user, query=query)
    return page_of(items, total, query.place, "/api/v1/claims", query)


@router.post("", status_code=201, name="create", responses=documented(401, 403, 404, 409, 422))
async def create_claim(user: CurrentUser, response: Response, body: NewClaim) -> Success[Claim]:
    """Creates a claim about a claim brand, products or ingredients.

    Requires `claim.write` in brands that are linked to all of them; for ingredients, a platform admin. There may be one
    claim of a text, level, subject, country and status.
    """
    item = await statements.create_claim(user, claim=body)
    response.headers.update({"Location": f"/api/v1/claims/{item.id}", "ETag": version_tag(item.version)})
    return Success(data=item)


@router.post("/import", name="import", responses=documented(401, 409, 422))
async def import_claims(user: CurrentUser, body: ClaimImport) -> Success[ClaimImportReport]:
    """Imports claims from CSV, at most 1,000 rows; by default reports what the import would do, and writes nothing.

    The report names the line, column and reason of each problem, and the lines whose claim exists already. Each claim
    needs the same right as the request that creates it alone.
    """
    return Success(data=await statements.import_claims(user, request=body))


@router.get("/{claim_id}", name="get", response_model=Success[Claim], responses={304: {}, **documented(401, 404, 422)})
async def get_claim(
    user: CurrentUser, response: Response, claim_id: ClaimId, if_none_match: IfNoneMatch = None
) -> Success[Claim] | Response:
    """Returns a claim, also one that is archived."""
    item = await statements.get_claim(user, claim_id=claim_id)
    return answered(response, item, item.version, if_none_match)


@router.patch("/{claim_id}", name="update", responses=documented(401, 403, 404, 409, 412, 428))
async def update_claim(
    user: CurrentUser, response: Response, claim_id: ClaimId, version: Version, body: ClaimChanges
) -> Success[Claim]:
    """Changes a claim. A change of what was approved, or is in approval, begins the approval again.

    Requires `If-Match` with the version you read, and `claim.write`; the author may change the claim too. Its level and
    what it is about never change.
    """
    item = await statements.update_claim(user, claim_id=claim_id, expected_version=version, changes=body)
    return tagged(response, item, item.version)


@router.delete("/{claim_id}", status_code=204, name="delete", responses=documented(401, 403, 404, 409))
async def delete_claim(user: CurrentUser, claim_id: ClaimId) -> Response:
    """Deletes a claim with its versions and overrides.

    Answers 409 while its approval is pending, and where it takes the place of another. Archive a claim to keep it.
    """
    await statements.delete_claim(user, claim_id=claim_id)
    return Response(status_code=204)


@router.post("/{claim_id}/archive", name="archive", responses=documented(401, 403, 404, 409, 412))
async def archive_claim(
    user: CurrentUser, response: Response, claim_id: ClaimId, version: SeenVersion
) -> Success[Claim]:
    """Archives a claim: neither it nor rules that override it have an effect. 409 while its approval is pending.

    With `If-Match`, only the version that you read.
    """
    item = await statements.archive_claim(user, claim_id=claim_id, is_archived=True, expected_version=version)
    return tagged(response, item, item.version)


@router.post("/{claim_id}/restore", name="restore", responses=documented(401, 403, 404, 409, 412))
async def restore_claim(
    user: CurrentUser, response: Response, claim_id: ClaimId, version: SeenVersion
) -> Success[Claim]:
    """Takes a claim out of the archive. 409 where there is another claim like it by now.

    With `If-Match`, only the version that you read.
    """
    item = await statements.archive_claim(user, claim_id=claim_id, is_archived=False, expected_version=version)
    return tagged(response, item, item.version)


@router.get("/{claim_id}/versions", name="list_versions", responses=documented(401, 404, 422))
async def list_versions(
    user: CurrentUser, claim_id: ClaimId, page: Annotated[PageRequest, Depends(page_request)]
) -> Page[ClaimVersion]:
    """Lists the claim as it was after each change and decision, newest first."""
    items, total = await statements.list_versions(user, claim_id=claim_id, page=page)
    return page_of(items, total, page, f"/api/v1/claims/{claim_id}/versions", {})


@router.get("/{claim_id}/versions/compare", name="compare_versions", responses=documented(401, 404, 422))
async def compare_versions(
    user: CurrentUser,
    claim_id: ClaimId,
    from_version: Annotated[VersionNumber, Query(alias="from", description="The older version.")],
    to_version: Annotated[VersionNumber, Query(alias="to", description="The newer version.")],
) -> Success[ClaimComparison]:
    """Compares two versions of a claim field by field, and texts word by word."""
    return Success(
        data=await statements.compare_versions(
            user, claim_id=claim_id, from_version=from_version, to_version=to_version
        )
    )


@router.get("/{claim_id}/versions/{version}", name="get_version", responses=documented(401, 404, 422))
async def get_version(
    user: CurrentUser,
    claim_id: ClaimId,
    version: Annotated[int, Path(ge=1, le=2_147_483_647, description="The number of the version, counted from 1.")],
) -> Success[ClaimVersion]:
    """Returns the claim as it was in one version."""
    return Success(data=await statements.get_version(user, claim_id=claim_id, version=version))
