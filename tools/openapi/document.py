"""Joins the descriptions of the functions in one document, and says once what many operations share."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from lib.core.http.cors import EXPOSED_HEADERS
from tools.openapi.examples import add_examples
from tools.openapi.names import in_camel_case, name_inline_objects, rename_schemas
from tools.openapi.patterns import schemas_with_patterns, to_ecma, with_local_times
from tools.openapi.shared import share_answers, share_examples, share_parameters
from tools.openapi.tags import used_tags
from tools.package import ENVIRONMENT, function_names

ROOT: Final = Path(__file__).resolve().parents[2]

DESCRIPTION: Final = """\
MixerAI writes on-brand content with AI, moves it through review and publishes it.

Sign in with `POST /api/v1/auth/login` and send the access token as `Authorization: Bearer …`, or send an API key as
`X-API-Key`. Answers carry `X-Request-Id`, except those of the delivery that a cache may keep; errors carry it in the
body too. Resources of brands of which you are no member are answered with 404.

Every path that takes `GET` takes `HEAD`, with the same headers and no body. Responses to `OPTIONS`, and to methods that
the path does not take (405), list the methods of the path in `Allow`. Query parameters that an operation does not have
are refused with 400. Times are in UTC, ISO 8601. Lists have at most 100 items a page. Live updates are described in
`/api/v1/asyncapi.json`.
"""
SECURITY: Final = {
    "accessToken": (
        "The access token of `POST /api/v1/auth/login`, valid for 15 minutes. `POST /api/v1/auth/refresh` renews it."
    ),
    "apiKey": "An API key of `POST /api/v1/users/api-keys`. Works where its scopes reach.",
    "sessionCookie": (
        "The cookie of a browser's session. Requests that change something need the header `X-CSRF-Token` beside it."
    ),
    "cronSecret": "The secret of the scheduler: the deployment's `CRON_SECRET`.",
}
# Operations without a security of their own accept one of these.
DEFAULT_SECURITY: Final[list[dict[str, list[str]]]] = [{"accessToken": []}, {"apiKey": []}, {"sessionCookie": []}]
# The order of an operation's parts; a part that is not here raises ValueError.
_ORDER: Final = (
    "operationId",
    "tags",
    "summary",
    "description",
    "deprecated",
    "security",
    "parameters",
    "requestBody",
    "responses",
)


def _join(paths: dict[str, Any], components: dict[str, dict[str, Any]], document: dict[str, Any]) -> None:
    """Adds one function's description; raises ValueError where two functions contradict each other."""
    twice = paths.keys() & document["paths"].keys()
    if twice:
        raise ValueError(f"two functions serve {', '.join(sorted(twice))}")
    paths |= document["paths"]
    for kind, entries in document.get("components", {}).items():
        known = components.setdefault(kind, {})
        for name, entry in entries.items():
            if known.setdefault(name, entry) != entry:
                raise ValueError(f"two functions describe {kind}/{name} differently: rename one of them")


def _without_framework_errors(operation: dict[str, Any]) -> None:
    """Removes the 422 that FastAPI announces wherever there is input; ours is a 400 (lib/core/http/app.py)."""
    answer = operation["responses"].get("422", {})
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    if schema.get("$ref", "").endswith("/HTTPValidationError"):
        del operation["responses"]["422"]


def _operations(paths: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(method, operation) for operations in paths.values() for method, operation in operations.items()]


def _check_ids(paths: dict[str, Any]) -> None:
    seen: set[str] = set()
    for _, operation in _operations(paths):
        name = operation["operationId"]
        if name in seen:
            raise ValueError(f"two operations are called {name}: name one of the routes differently")
        seen.add(name)


def _assemble() -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Joins the paths and components of all functions, in the terms of JSON Schema."""
    paths: dict[str, Any] = {}
    components: dict[str, dict[str, Any]] = {}
    for name in function_names():
        _join(paths, components, import_module(f"api.{name}").app.openapi())
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    for schema in schemas_with_patterns([paths, components]):
        schema["pattern"] = to_ecma(schema["pattern"])
    with_local_times([paths, components])
    for name, scheme in components["securitySchemes"].items():
        scheme["description"] = SECURITY[name]
    return in_camel_case(paths), components


def _tidy(document: dict[str, Any]) -> None:
    """Leaves out the default security, and puts operations and components in order."""
    for operations in document["paths"].values():
        for method, operation in operations.items():
            if operation["security"] == DEFAULT_SECURITY:
                del operation["security"]
            operations[method] = {key: operation[key] for key in sorted(operation, key=_ORDER.index)}
    components = document["components"]
    document["components"] = {kind: dict(sorted(entries.items())) for kind, entries in sorted(components.items())}


def build_document() -> dict[str, Any]:
    """Returns the description of all functions of api/."""
    os.environ.update(ENVIRONMENT)
    paths, components = _assemble()
    for _, operation in _operations(paths):
        _without_framework_errors(operation)
        operation.setdefault("security", [])
    _check_ids(paths)
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "MixerAI API", "version": "1.0", "description": DESCRIPTION},
        "servers": [{"url": "/", "description": "The deployment that serves this document."}],
        "security": DEFAULT_SECURITY,
        "tags": used_tags(paths),
        "paths": dict(sorted(paths.items())),
        "components": components,
    }
    rename_schemas(document)
    name_inline_objects(document["components"]["schemas"])
    add_examples(document)
    share_parameters(document)
    share_examples(document)
    share_answers(document)
    _tidy(document)
    undeclared = set(EXPOSED_HEADERS) - document["components"]["headers"].keys()
    if undeclared:
        raise ValueError(f"describe these headers in tools/openapi/headers.py: {', '.join(sorted(undeclared))}")
    return document
