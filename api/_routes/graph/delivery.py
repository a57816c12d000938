"""GET /api/v1/graphql: published contents for websites by GraphQL, without login"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api._routes.publishing.delivered import IfNoneMatch, Key, headers_of
from lib.core.http.app import documented
from lib.core.http.canonical import require_canonical
from lib.core.http.conditional import is_unchanged
from lib.core.http.headers import JSON
from lib.core.http.routes import Route
from lib.core.limits.numbers import DELIVERY
from lib.core.limits.requests import read_limited_by
from lib.graph.delivery import Asked, answer, read_request

PATH: Final = "/api/v1/graphql"
router = APIRouter(route_class=Route, prefix=PATH, tags=["graphql"])

type DocumentId = Annotated[
    str,
    Query(
        alias="id",
        max_length=64,
        examples=["a" * 64],
        description="The id of a document: the SHA-256 of its text. docs/graphql.md lists them.",
    ),
]
type Variables = Annotated[
    str | None,
    Query(
        max_length=4000,
        examples=['{"brand":"aurora-skincare"}'],
        description="The variables of the document, as a JSON object.",
    ),
]

_ANSWER: Final[dict[str, Any]] = {
    "content": {
        JSON: {
            "schema": {
                "type": "object",
                "required": ["data"],
                "properties": {
                    "data": {
                        "type": "object",
                        "additionalProperties": True,
                        "description": "The fields of the document.",
                    }
                },
            },
            "example": {"data": {"deliveredContent": {"title": "What cold wind does to skin"}}},
        }
    }
}


async def asked_by(request: Request, document_id: DocumentId, variables: Variables = None) -> Asked:
    """Returns the request whose address is canonical. Raises MovedPermanently for another address."""
    asked = read_request(document_id, variables)
    require_canonical(request, PATH, asked.parameters)
    return asked


async def _limited(request: Request) -> None:
    await read_limited_by(request, DELIVERY)


# Read before the rate limit is charged.
type CanonicalRequest = Annotated[Asked, Depends(asked_by)]
type Limited = Annotated[None, Depends(_limited)]


@router.get("", name="deliver", response_class=Response, responses={200: _ANSWER, 304: {}, 308: {}, **documented(404)})
async def deliver(
    request: Request, asked: CanonicalRequest, _: Limited, key: Key = None, if_none_match: IfNoneMatch = None
) -> Response:
    """Returns published contents by a document of GraphQL. Requires no sign-in; brands with private delivery require
    their key.

    Only documents of delivery are answered, by their ids. Use `POST` for others. Failures have the form of REST.
    """
    given = await answer(request, asked, key)
    headers = headers_of(given)
    if is_unchanged(if_none_match, given.etag):
        return Response(status_code=304, headers=headers)
    return Response(given.data, headers=headers, media_type=JSON)
