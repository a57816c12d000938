"""Which limit counts a request: a table over all operations of all functions, as the reference has it."""

import json
import subprocess
import sys
from functools import cache

import pytest

from lib.core.limits.numbers import API, MINOR_COST, LimitSettings
from lib.core.limits.rules import LimitRules
from local.stack.settings import ROOT
from tools.package import ENVIRONMENT, function_names

FUNCTIONS = function_names()
PROGRAM = """
import importlib, json, sys
table = []
for name in sys.argv[1:]:
    app = importlib.import_module(f"api.{name}").app
    rules = app.state.limits
    for path, operations in app.openapi()["paths"].items():
        for method in map(str.upper, operations):
            narrow = rules.operation_limit_of(method, path)
            limits = [rules.limit_of(path).name, rules.user_limit_of(path).name, narrow.name if narrow else None]
            table.append([method, path, limits, rules.cost_of(method, path, {"autosave": "true"})])
print(json.dumps(table))
"""
# Reference §5.3 and domain §11: by address or API key, and by user.
BY_PREFIX = {
    "/api/v1/auth/refresh": ("refresh", "refresh"),
    "/api/v1/auth/": ("auth", "account"),
    "/api/v1/ai/": ("ai", "ai"),
    "/api/v1/delivery/": ("delivery", "delivery"),
    "/api/v1/hooks/": ("hooks", "hooks"),
    "/api/v1/graphql": ("graphql_points", "graphql_points"),
    "/api/v1/mail/unsubscribe": ("hooks", "hooks"),
    "/api/": ("api", "api"),
}
BESIDES = {
    "POST /api/v1/notifications": "notify",
    "POST /api/v1/ai/generate": "generate",
    "POST /api/v1/ai/regenerate": "generate",
    "POST /api/v1/ai/brand-analysis": "brand_profile",
}
MINOR = {"PATCH /api/v1/contents/{content_id}"}


@cache
def table() -> list[tuple[str, str, list[str | None], float]]:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, *FUNCTIONS],
        env=ENVIRONMENT,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(result.stdout.splitlines()[-1])


def test_every_operation_has_the_limits_of_its_path() -> None:
    for method, path, limits, _ in table():
        by_prefix = next(names for prefix, names in BY_PREFIX.items() if path.startswith(prefix))
        assert limits == [*by_prefix, BESIDES.get(f"{method} {path}")], f"{method} {path}"
    assert {f"{method} {path}" for method, path, *_ in table()} >= BESIDES.keys() | MINOR


def test_autosaves_alone_count_a_tenth() -> None:
    assert {f"{method} {path}" for method, path, _, cost in table() if cost == MINOR_COST} == MINOR


@pytest.mark.parametrize("query", [{}, {"autosave": "false"}, {"autosave": "1"}, {"auto": "true"}])
def test_what_is_no_autosave_counts_in_full(query: dict[str, str]) -> None:
    from lib.content.limits import LIMITS

    assert LIMITS.cost_of("PATCH", "/api/v1/contents/1", query) == 1
    assert LIMITS.cost_of("PATCH", "/api/v1/contents/1/x", {"autosave": "true"}) == 1


def test_without_rules_a_request_counts_for_the_api() -> None:
    rules = LimitRules()
    assert rules.limit_of("/api/v1/auth/login") is rules.user_limit_of("/x") is API


def test_the_numbers_of_the_reference() -> None:
    assert LimitSettings().model_dump() == {
        "rate_limit_auth": 10,
        "rate_limit_account": 50,
        "rate_limit_refresh": 600,
        "rate_limit_ai": 50,
        "rate_limit_api": 100,
        "rate_limit_api_professional": 1000,
        "rate_limit_api_enterprise": 10_000,
        "rate_limit_delivery": 1000,
        "rate_limit_key_guesses": 100,
        "rate_limit_notify": 30,
        "rate_limit_hooks": 20_000,
        "rate_limit_generate": 20,
        "rate_limit_brand_profile": 5,
        "rate_limit_accept_invitation": 5,
        "rate_limit_forgot_password": 3,
        "rate_limit_verify_email": 3,
        "rate_limit_documents": 100,
        "rate_limit_graphql_points": 200,
    }
