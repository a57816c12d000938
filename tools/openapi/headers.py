"""The headers that operations share, of requests and of answers, as components of the description."""

from typing import Any, Final

type Schema = dict[str, Any]

ANSWER_HEADERS: Final[dict[str, Schema]] = {
    "X-Request-Id": {
        "description": "The id of the request, in the logs too: the one that you sent, or a new one.",
        "required": True,
        "schema": {"type": "string", "minLength": 8, "maxLength": 128},
        "example": "0b9c4a1f3e5d4c7a8b6f2e1d0c9b8a7f",
    },
    "Server-Timing": {
        "description": (
            "How long the request took in all, and waited for the database and for KV, in milliseconds. In successful"
            " answers to a caller who is known, except where the times would tell something about other people."
        ),
        "schema": {"type": "string"},
        "example": "kv;dur=1.2, db;dur=8.4, total;dur=14.9",
    },
    "X-RateLimit-Limit": {
        "description": "How many requests the window allows. Of several limits, the one that is nearest to its end.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 100,
    },
    "X-RateLimit-Remaining": {
        "description": "How many requests are left in the window.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 99,
    },
    "X-RateLimit-Reset": {
        "description": "When the window has room again, in seconds of Unix time.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 1795510800,
    },
    "Retry-After": {
        "description": "How long to wait before the next try, in seconds.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 5,
    },
    "ETag": {
        "description": "The version of the resource, for `If-Match` and `If-None-Match`.",
        "required": True,
        "schema": {"type": "string"},
        "example": '"3"',
    },
    "Location": {
        "description": "The path of the new resource, or where to go on.",
        "required": True,
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "/api/v1/contents/01a20dcb-7194-7b81-a325-e45b26eae744",
    },
    "Idempotency-Replayed": {
        "description": (
            "Sent when the request had an `Idempotency-Key`. `true`: the command was run before under this key, nothing"
            " was done again, and the answer is that of the first time."
        ),
        "schema": {"type": "string", "enum": ["true", "false"]},
        "example": "false",
    },
    "Preference-Applied": {
        "description": "The preference that was followed: `return=minimal` or `return=representation`.",
        "schema": {"type": "string", "enum": ["return=minimal", "return=representation"]},
        "example": "return=minimal",
    },
    "WWW-Authenticate": {
        "description": "How to authenticate: by a bearer token.",
        "required": True,
        "schema": {"type": "string"},
        "example": "Bearer",
    },
}

# The edge gives answers that it keeps to other clients too, so they say nothing of one request.
OF_ONE_REQUEST: Final = ("X-Request-Id",)
ANSWER_HEADERS.update(
    {
        f"Own-{name}": {
            **ANSWER_HEADERS[name],
            "description": f"{ANSWER_HEADERS[name]['description']} Answers that the edge may keep do not have it.",
            "required": False,
        }
        for name in OF_ONE_REQUEST
    }
)

RATE_LIMIT: Final = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")

_VERSION: Final = '(W/)?"[0-9]{1,9}(-[0-9a-f]{8})?"'
VERSIONS: Final = rf"^(\*|{_VERSION}(, ?{_VERSION}){{0,20}})$"

REQUEST_HEADERS: Final[dict[str, Schema]] = {
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": (
            "The version of the resource that you read, in quotes, as its `ETag` gives it; several of them in"
            " a list; or `*` for any. A missing version is answered with 428, and one that is no longer the current"
            ' one with 412. Weak tags (`W/"3"`) count like strong ones, since proxies make them of ours.'
        ),
        "schema": {"type": "string", "pattern": VERSIONS},
        "example": '"3"',
    },
    "IfMatchOptional": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": (
            "The version of the resource that you read, in quotes; several of them in a list; or `*` for any. If it"
            " is sent, a version that is no longer the current one is answered with 412; without it the command applies"
            ' to the current version. Weak tags (`W/"3"`) count like strong ones.'
        ),
        "schema": {"type": "string", "pattern": VERSIONS},
        "example": '"3"',
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The `ETag` that you have: answered with 304 and no body if it is still the current one.",
        "schema": {"type": "string"},
        "example": '"3"',
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": (
            "A name of your own for this request, best a random UUID. Sent again with the same request within 24 hours"
            ", it gives the first answer and does nothing twice; with another request, 422. It belongs to you, in every"
            " session, or to your API key. If what you may do has changed since, the answer is not given again (422)."
        ),
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
        "example": "6f1c2a0e-5a3b-4d7e-9c58-2f0e8d1b7a94",
    },
    "Prefer": {
        "name": "Prefer",
        "in": "header",
        "required": False,
        "description": (
            "`return=minimal` for an answer without a body: 204, or 201 with `Location`, each with the new `ETag`."
            " Without it, and with `return=representation`, the answer has the resource."
        ),
        "schema": {"type": "string", "maxLength": 200},
        "example": "return=minimal",
    },
    "CsrfToken": {
        "name": "X-CSRF-Token",
        "in": "header",
        "required": False,
        "description": (
            "Required if you authenticate by the session cookie: the token of `GET /api/v1/auth/csrf`. Ignored with an"
            " access token or an API key."
        ),
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "example": "3f9c" + "0b7d21e8a64f" * 5,
    },
    "RequestId": {
        "name": "X-Request-Id",
        "in": "header",
        "required": False,
        "description": (
            "An id of your own for this request, by which you find it in the logs. Any other form than 8 to 128"
            " letters, digits, dots, hyphens and underscores is replaced by a new id."
        ),
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{8,128}$"},
        "example": "0b9c4a1f3e5d4c7a8b6f2e1d0c9b8a7f",
    },
}


def header_references(*names: str) -> dict[str, Schema]:
    """Returns the ``headers`` of an answer."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def kept_header_references(*names: str) -> dict[str, Schema]:
    """Returns the ``headers`` of an answer that the edge may keep."""
    own = {name: {"$ref": f"#/components/headers/Own-{name}"} for name in OF_ONE_REQUEST if name in names}
    return header_references(*names) | own


def parameter_reference(name: str) -> Schema:
    """Returns an entry of an operation's ``parameters``."""
    return {"$ref": f"#/components/parameters/{name}"}
