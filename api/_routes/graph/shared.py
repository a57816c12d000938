"""Bodies of POST /api/v1/graphql, as the description of the API has them."""

from typing import Any, Final

from pydantic import Field

from lib.core.http.app import documented
from lib.core.http.envelope import Failure
from lib.core.http.headers import JSON
from lib.core.http.models import ResponseModel

CODE: Final = "GRAPHQL_VALIDATION_FAILED"


class GraphProblem(ResponseModel):
    """An error of an operation or of one of its fields."""

    message: str = Field(examples=["Cannot query field 'titel' on type 'Content'."])
    """The problem in words."""
    path: list[str | int] | None = Field(default=None, examples=[["content", "title"]])
    """The field that failed, from the root; missing where nothing was executed."""
    locations: list[dict[str, int]] | None = Field(default=None, examples=[[{"line": 1, "column": 12}]])
    """Places in the document."""
    extensions: dict[str, Any] = Field(examples=[{"code": CODE}])
    """`code` for programs, and where there are any `status`, `details`, `retryAfter` and `requestId` of REST."""


class GraphAnswer(ResponseModel):
    """The answer to an operation of GraphQL."""

    data: dict[str, Any] | None = Field(default=None, examples=[{"me": {"firstName": "Emil"}}])
    """The fields that were asked for; missing where nothing was executed."""
    errors: list[GraphProblem] | None = None
    """The errors; missing without any."""
    extensions: dict[str, Any] | None = Field(default=None, examples=[{"cost": {"cost": 2, "points": 1}}])
    """`cost`: the cost of the operation, and the points that were charged."""


# Refusals of the shell, such as those of a body that is too large, have the form of REST.
ANSWERS: Final[dict[int | str, Any]] = {
    200: {"model": GraphAnswer},
    **documented(401, 403),
    **{status: {"model": GraphAnswer | Failure} for status in (400, 401, 403, 429, 503)},
}
# One event of a stream, as tools read it: OpenAPI has no schema for sequences.
_EVENT: Final[dict[str, Any]] = {
    "description": "A stream of server-sent events, as graphql-sse has them: `next` for each answer, then `complete`.",
    "content": {
        "text/event-stream": {
            "schema": {
                "type": "object",
                "required": ["event", "data"],
                "properties": {
                    "event": {"type": "string", "enum": ["next", "complete"]},
                    "data": {
                        "type": "string",
                        "contentMediaType": JSON,
                        "description": "The answer; over a single connection, with the id of its operation.",
                    },
                },
            },
            "example": {"event": "next", "data": '{"data": {"contentStatusChanged": {"to": "APPROVED"}}}'},
        }
    },
}
STREAM: Final[dict[int | str, Any]] = {200: _EVENT}
TAKEN: Final[dict[int | str, Any]] = {202: {"description": "The operation is answered over the single connection."}}
# The route reads the credentials itself, so that its refusals have the form of GraphQL.
REQUEST: Final[dict[str, Any]] = {
    "security": [{"accessToken": []}, {"apiKey": []}, {"sessionCookie": []}],
    "requestBody": {
        "description": "An operation: its document, or the id of one, with the values of its variables.",
        "required": True,
        "content": {
            JSON: {
                "schema": {
                    "type": "object",
                    "properties": {
                        "query": {"type": ["string", "null"], "description": "The document."},
                        "id": {
                            "type": ["string", "null"],
                            "description": "The SHA-256 of a document that is known here, in place of `query`.",
                        },
                        "operationName": {
                            "type": ["string", "null"],
                            "description": "The operation of the document. Not needed: a document has one.",
                        },
                        "variables": {
                            "type": ["object", "null"],
                            "additionalProperties": True,
                            "description": "Values by the names of variables.",
                        },
                        "extensions": {
                            "type": ["object", "null"],
                            "additionalProperties": True,
                            "description": "`persistedQuery.sha256Hash`: the SHA-256 of the document.",
                        },
                    },
                },
                "example": {"query": "{ me { firstName } }"},
            }
        },
    },
}
