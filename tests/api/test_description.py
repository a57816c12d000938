"""Checks the description of the API: complete, with valid examples."""

import json
import re
import subprocess
from base64 import b64encode
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lib.core.http.conditional import access_tag, version_tag
from lib.core.security.crypto import read_ring
from local.stack.settings import ROOT
from tools.openapi.names import schema_name
from tools.openapi.patterns import to_ecma
from tools.openapi.shared import takes_key
from tools.openapi.text import WIDTH, to_text

FILE = ROOT / "public" / "api" / "v1" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text())
COMPONENTS: dict[str, dict[str, Any]] = DOCUMENT["components"]
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
EACH_OPERATION = pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
# The whole API. Parts that operations share are said once, so that the file grows with the operations only.
MAX_BYTES = 5_200 * len(OPERATIONS)
# Public routes: the middleware alone adds statuses to their own.
OPEN = ("GET /api/v1/health", "GET /api/v1/config")
# Its failures have the form of GraphQL as well.
GRAPHQL = "POST /api/v1/graphql"
# Routes before sign-in.
EARLY = (
    "GET /api/v1/graphql",
    "GET /api/v1/languages",
    "POST /api/v1/auth/email/resend",
    "POST /api/v1/auth/email/verify",
    "POST /api/v1/auth/invitations/lookup",
    "GET /api/v1/auth/oidc/{provider}/login",
    "POST /api/v1/auth/password/forgot",
    "POST /api/v1/auth/password/reset",
    "GET /api/v1/auth/saml/metadata",
    "GET /api/v1/auth/saml/{connectionId}/login",
    "POST /api/v1/auth/sso/discover",
    "GET /api/v1/languages",
    # Called by links in mails and by providers of mail, whose tokens and signatures say who calls.
    "GET /api/v1/mail/unsubscribe",
    "POST /api/v1/hooks/sendgrid",
    "POST /api/v1/hooks/ses",
    "POST /api/v1/mail/unsubscribe",
)
# Repeating these has the same effect as calling them once, or their response cannot be repeated (a key is shown once).
UNKEYED = (
    *("/auth/", "/ai/", "/stream", "/users/me/", "/users/api-keys", "/users/{userId}/", "/invitations/accept"),
    "/sso-connections/",
)


def resolved(entry: dict[str, Any]) -> dict[str, Any]:
    """The component that an entry refers to, or the entry itself."""
    if "$ref" not in entry:
        return entry
    _, kind, name = entry["$ref"].removeprefix("#/").split("/")
    return COMPONENTS[kind][name] | {key: value for key, value in entry.items() if key != "$ref"}


def validate(schema: dict[str, Any], example: Any) -> None:
    Draft202012Validator(schema | {"components": COMPONENTS}).validate(example)


def media_types(content: dict[str, Any]) -> list[tuple[dict[str, Any], Any]]:
    found: list[tuple[dict[str, Any], Any]] = []
    for media in content.values():
        if media["schema"] != {"type": "string"}:
            examples = [resolved(each)["value"] for each in media.get("examples", {}).values()]
            found += [(media["schema"], example) for example in examples or [media["example"]]]
    return found


@EACH_OPERATION
def test_every_route_has_examples_and_errors(name: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    for schema, example in media_types(operation.get("requestBody", {}).get("content", {})):
        validate(schema, example)
    statuses = {int(status) for status in operation["responses"]}
    assert any(status < 400 for status in statuses)
    assert {400, 500, 504} <= statuses
    assert 405 not in statuses
    assert ({413, 415} <= statuses) == ("requestBody" in operation)
    for status, answer in operation["responses"].items():
        if int(status) >= 400 and name != GRAPHQL:
            assert answer["$ref"].startswith("#/components/responses/")
        for schema, example in media_types(resolved(answer).get("content", {})):
            validate(schema, example)
    if name in OPEN:
        return
    assert {429, 503} <= statuses
    assert 401 in statuses or "/delivery/" in name or name in EARLY
    if "{" in name and "/cron/" not in name and "/oidc/" not in name:
        assert 404 in statuses
    if name.startswith("PATCH") and not any(
        part in name for part in ("/agencies", "/comments", "/notifications", "/users/me", "/sso-connections")
    ):
        assert {409, 412, 428} <= statuses
    if name.startswith("POST") and not any(part in name for part in UNKEYED):
        assert 422 in statuses, "another request under the same Idempotency-Key"


@EACH_OPERATION
def test_every_route_declares_its_headers(name: str, operation: dict[str, Any]) -> None:
    asked = {(each["in"], each["name"]): each for each in map(resolved, operation["parameters"])}
    method = name.split(maxsplit=1)[0].lower()
    assert ("header", "X-Request-Id") in asked
    assert (("header", "Idempotency-Key") in asked) == takes_key(method, operation)
    if {"sessionCookie": []} in operation.get("security", DOCUMENT["security"]):
        assert (("header", "X-CSRF-Token") in asked) == (method != "get")
    if "428" in operation["responses"]:
        assert asked["header", "If-Match"]["required"]
    elif ("header", "If-Match") in asked:
        assert not asked["header", "If-Match"]["required"]
    for status, answer in operation["responses"].items():
        headers = resolved(answer)["headers"]
        assert "X-Request-Id" in headers
        assert ("Server-Timing" in headers) == (
            int(status) < 400 and bool(operation.get("security", DOCUMENT["security"]))
        )
        if status == "304":
            assert "ETag" in headers
        if status == "429":
            assert {"Retry-After", "X-RateLimit-Reset"} <= headers.keys()


def test_documented_headers_take_what_the_api_issues() -> None:
    for name in ("IfMatch", "IfMatchOptional"):
        pattern = COMPONENTS["parameters"][name]["schema"]["pattern"]
        for tag in (version_tag(3), access_tag(2, ["edit", "submit"])):
            assert re.search(pattern, tag), tag
    token = COMPONENTS["parameters"]["CsrfToken"]
    ring = read_ring(f"v1:{b64encode(bytes(32)).decode()}")
    for issued in (token["example"], *ring.digests("a session", "csrf")):
        assert re.search(token["schema"]["pattern"], issued), issued


def test_names_separated_by_commas_are_not_exploded() -> None:
    found = {
        parameter["name"]: parameter.get("explode", True)
        for _, operation in OPERATIONS
        for parameter in map(resolved, operation["parameters"])
        if "separated by commas" in parameter["description"]
    }
    assert found == {"fields": False, "expand": False}


def test_an_incomplete_run_of_the_schedule_has_its_report() -> None:
    for path in ("minute", "hour", "day"):
        answer = resolved(DOCUMENT["paths"][f"/api/v1/cron/{path}"]["get"]["responses"]["503"])
        media = answer["content"]["application/json"]
        assert media["schema"]["anyOf"][0] == {"$ref": "#/components/schemas/CronReportResponse"}
        assert media["example"]["data"]["isComplete"] is False
        assert "Retry-After" in answer["headers"]


def test_the_file_is_small_and_differences_are_easy_to_read() -> None:
    text = FILE.read_text()
    assert len(text.encode()) < MAX_BYTES
    assert to_text(DOCUMENT) == text
    brief = [line for line in text.splitlines() if len(line) <= WIDTH]
    assert len(brief) > 0.9 * text.count("\n")


def test_public_operations_say_so() -> None:
    public = {name for name, operation in OPERATIONS if operation.get("security") == []}
    assert set(OPEN) | set(EARLY) <= public
    assert all(
        "/auth/" in name or "/delivery/" in name or "/hooks/" in name or name in (*OPEN, *EARLY) for name in public
    )


def test_tags_are_declared_in_the_order_of_use() -> None:
    declared = [tag["name"] for tag in DOCUMENT["tags"]]
    assert declared[0] == "auth"
    assert {tag for _, operation in OPERATIONS for tag in operation["tags"]} == set(declared)


def test_every_component_is_used() -> None:
    text = json.dumps(DOCUMENT)
    for kind, entries in COMPONENTS.items():
        for name in entries if kind != "securitySchemes" else ():
            assert f'"#/components/{kind}/{name}"' in text, f"{kind}/{name}"


@pytest.mark.parametrize(
    ("python", "ecma"),
    [
        (r"^(https://|/)[^\s<>\"]*$", r'^(https://|/)[^\s<>"]*$'),
        (r"^[a-z\-\.]+\.[\x21-\x7e]$", r"^[a-z\-\.]+\.[\x21-\x7e]$"),
        (r"^a\-b\@c\Z", r"^a-b@c$"),
        (r"\A[\]\-x\'\\]", r"^[\]\-x'\\]"),
    ],
)
def test_patterns_for_javascript(python: str, ecma: str) -> None:
    assert to_ecma(python) == ecma
    for text in ("https://x", "a-b@c", 'x"', "a.b.c"):
        assert bool(re.search(python, text)) == bool(re.search(ecma, text))
    compiled = subprocess.run(
        ["node", "-e", "new RegExp(process.argv[1], 'u')", ecma], check=False, capture_output=True
    )
    assert compiled.returncode == 0, compiled.stderr


def test_names_of_schemas() -> None:
    assert schema_name("Success_list_Suggestion__") == "SuggestionListResponse"
    assert schema_name("Success_Batch_AltText__") == "BatchAltTextResponse"
    assert schema_name("CursorPage_ContentHead_") == "ContentHeadCursorPage"
    assert schema_name("lib__template__fields__Bound__2") == "Bound2"
    assert schema_name("Content") == "Content"
