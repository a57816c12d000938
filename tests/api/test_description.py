"""Checks the description of the API: complete, with valid examples."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from local.stack.settings import ROOT
from tools.openapi_examples import MESSAGES

DOCUMENT: dict[str, Any] = json.loads((ROOT / "public" / "api" / "v1" / "openapi.json").read_text())
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
# Public routes: the middleware alone adds statuses to their own.
OPEN = ("GET /api/v1/health", "GET /api/v1/config")
# Routes before sign-in.
EARLY = (
    "GET /api/v1/languages",
    "POST /api/v1/auth/email/resend",
    "POST /api/v1/auth/email/verify",
    "POST /api/v1/auth/invitations/lookup",
    "GET /api/v1/auth/oidc/{provider}/login",
    "POST /api/v1/auth/password/forgot",
    "POST /api/v1/auth/password/reset",
    "GET /api/v1/auth/saml/metadata",
    "GET /api/v1/auth/saml/{connection_id}/login",
    "POST /api/v1/auth/sso/discover",
)
# Repeating these has the same effect as calling them once, or their response cannot be repeated (a key is shown once).
UNKEYED = (
    *("/auth/", "/ai/", "/stream", "/users/me/", "/users/api-keys", "/users/{user_id}/", "/invitations/accept"),
    "/sso-connections/",
)


def validate(schema: dict[str, Any], example: Any) -> None:
    Draft202012Validator(schema | {"components": DOCUMENT["components"]}).validate(example)


def media_types(content: dict[str, Any]) -> list[tuple[dict[str, Any], Any]]:
    return [(media["schema"], media["example"]) for media in content.values() if media["schema"] != {"type": "string"}]


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_every_route_has_examples_and_errors(name: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    for content in (operation.get("requestBody", {}).get("content", {}),):
        for schema, example in media_types(content):
            validate(schema, example)
    statuses = {int(status) for status in operation["responses"]}
    assert any(status < 400 for status in statuses)
    for status, answer in operation["responses"].items():
        for schema, example in media_types(answer.get("content", {})):
            validate(schema, example)
            if int(status) >= 400:
                assert example["error"]["message"] == MESSAGES[int(status)]
    if name in OPEN:
        return
    assert {400, 429, 500, 503, 504} <= statuses
    assert 401 in statuses or "/delivery/" in name or name in EARLY
    if "{" in name and "/cron/" not in name and "/oidc/" not in name:
        assert 404 in statuses
    if name.startswith("PATCH") and not any(
        part in name for part in ("/agencies", "/comments", "/users/me", "/sso-connections")
    ):
        assert {409, 412, 428} <= statuses
    if name.startswith("POST") and not any(part in name for part in UNKEYED):
        assert 422 in statuses, "another request under the same Idempotency-Key"
