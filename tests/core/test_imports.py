"""Tests what each function imports before its first request (design §8): nothing that only another one needs."""

import subprocess
import sys
from functools import cache

import pytest

from local.stack.settings import ROOT
from tools.package import ENVIRONMENT, function_names

FUNCTIONS = function_names()

# Heavy packages that are needed after the first token or never: imported where they are called.
NEVER = (
    "aiohttp",
    "anthropic",
    "boto3",
    "botocore",
    "cryptography",
    "h2",
    "httpx2",
    "jinja2",
    "jwt",
    "local",
    "lxml",
    "moto",
    "onelogin",
    "openai",
    "opentelemetry.sdk",
    "PIL",
    "postgrest",
    "pyotp",
    "realtime",
    "segno",
    "sentry_sdk",
    "storage3",
    "strawberry",
    "supabase",
    "supabase_auth",
    "tools",
    "webauthn",
    "websockets",
    "yarl",
    "zxcvbn",
)


@cache
def loaded_by(function: str) -> set[str]:
    code = f"import sys; import api.{function}; print(' '.join(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_heavy(function: str) -> None:
    loaded = loaded_by(function)
    assert "fastapi" in loaded
    assert [name for name in NEVER if name in loaded] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_other_context(function: str) -> None:
    own = {
        "ai": {"ai"},
        "brands": {"audit", "brand", "jobs"},
        "contents": {"content"},
        "cron": {
            "ai",
            "audit",
            "claims",
            "content",
            "events",
            "identity",
            "jobs",
            "notify",
            "publishing",
            "webhooks",
            "workflow",
        },
        "delivery": {"publishing"},
        "governance": {"claims", "content", "workflow"},
        "identity": {"identity", "jobs", "notify"},
        "outbound": {"events", "jobs", "notify", "publishing", "webhooks"},
        "system": set[str](),
        "templates": {"template"},
        # The others come with the schema, at the first request.
        "graph": {"events", "graph", "publishing"},
        "transfers": {"content"},
    }
    contexts = {name.split(".")[1] for name in loaded_by(function) if name.startswith("lib.") and name.count(".") == 1}
    assert contexts - {"core"} == own[function]


def test_sentry_is_imported_only_with_a_dsn() -> None:
    code = "import sys; import api.system; print('sentry_sdk' in sys.modules, 'openai' in sys.modules)"
    environment = ENVIRONMENT | {"ENVIRONMENT": "local", "SENTRY_DSN": "http://key@127.0.0.1:9/1"}
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["True", "False"]


def test_functions_bring_no_driver_of_a_database() -> None:
    """The smallest project has 60 connections for all of Supabase's services: functions use the data API's pool."""
    required = (ROOT / "requirements.txt").read_text().lower()
    assert [name for name in ("psycopg", "asyncpg", "pg8000", "sqlalchemy") if name in required] == []
