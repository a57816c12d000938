"""A deployment that could not work, or that everyone could enter, refuses to start and says why in one list."""

import base64
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lib.core.settings.refusals import Stage, find_problems, is_published_secret, stage_of
from local.stack import settings as stack_settings
from local.stack.settings import ROOT, StackSettings
from tools.doctor.models import MODELS
from tools.package import ENVIRONMENT

PREVIEW = ENVIRONMENT | {"VERCEL_ENV": "preview"}
LOCAL = StackSettings(ports=stack_settings.DEFAULT_PORTS, overrides={}).platform_environment()


def problems(environment: dict[str, str]) -> list[str]:
    return find_problems(MODELS, environment)


def names(environment: dict[str, str]) -> list[str]:
    return [problem.split(":")[0] for problem in problems(environment)]


def test_a_complete_production_starts() -> None:
    assert problems(ENVIRONMENT) == []
    assert problems(ENVIRONMENT | {"VERCEL_ENV": "production"}) == []


@pytest.mark.parametrize(
    ("environment", "stage"),
    [
        ({}, Stage.PRODUCTION),
        ({"ENVIRONMENT": "production"}, Stage.PRODUCTION),
        ({"ENVIRONMENT": "local"}, Stage.LOCAL),
        ({"ENVIRONMENT": "local-of-a-test"}, Stage.LOCAL),
        ({"ENVIRONMENT": "localhost"}, Stage.PREVIEW),
        ({"ENVIRONMENT": "Local"}, Stage.PREVIEW),
        ({"ENVIRONMENT": "staging"}, Stage.PREVIEW),
        ({"VERCEL_ENV": "preview", "ENVIRONMENT": "local"}, Stage.PREVIEW),
        ({"VERCEL_ENV": "production", "ENVIRONMENT": "local"}, Stage.PRODUCTION),
        ({"VERCEL_ENV": "production", "ENVIRONMENT": "staging"}, Stage.PRODUCTION),
        ({"VERCEL_ENV": "preview"}, Stage.PREVIEW),
        ({"VERCEL_ENV": "development"}, Stage.PREVIEW),
        ({"VERCEL_ENV": "development", "ENVIRONMENT": "local"}, Stage.LOCAL),
    ],
)
def test_the_stage_of_a_deployment(environment: dict[str, str], stage: Stage) -> None:
    assert stage_of(environment) is stage


def test_the_local_stack_may_use_its_own_secrets() -> None:
    assert problems(LOCAL) == []


# Environments of deployments, by the variables that name them.
DEPLOYMENTS: list[dict[str, str]] = [
    {"ENVIRONMENT": ""},
    {"ENVIRONMENT": "", "VERCEL_ENV": "preview"},
    {"ENVIRONMENT": "", "VERCEL_ENV": "development"},
    *({"ENVIRONMENT": name} for name in ("production", "development", "staging", "test", "preview", "Local", "qa")),
]


@pytest.mark.parametrize("marks", DEPLOYMENTS)
def test_a_deployment_with_the_settings_of_the_local_stack(marks: dict[str, str]) -> None:
    refused = set(names(LOCAL | {"MAIL_FROM": "hello@example.com"} | marks))
    not_checked = {"ENVIRONMENT", "WEBAUTHN_RP_ID", "AZURE_OPENAI_DEPLOYMENT", "SES_REGION", "SES_TOPIC_ARNS"}
    not_read = {"AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION"}
    assert refused == set(LOCAL) - not_checked - not_read


def test_every_secret_of_the_local_stack_is_known() -> None:
    secrets = {
        name: value
        for name, value in vars(stack_settings).items()
        if name.isupper() and isinstance(value, str) and name.rsplit("_", 1)[-1] in ("SECRET", "KEY", "KEYS", "TOKEN")
    }
    assert len(secrets) >= 7
    assert [name for name, value in secrets.items() if not is_published_secret(value)] == []


def published_secrets() -> dict[str, str]:
    """Returns the secrets that a local environment sets, by variable, and those that others publish."""
    last = ("SECRET", "KEY", "KEYS", "TOKEN")
    ours = {name: value for name, value in LOCAL.items() if name.rsplit("_", 1)[-1] in last and "AWS" not in name}
    vendors = "1x0000000000000000000000000000000AA", "0x0000000000000000000000000000000000000000"
    return ours | {f"CAPTCHA_SECRET {number}": secret for number, secret in enumerate(("local-captcha", *vendors))}


@pytest.mark.parametrize("name", published_secrets())
@pytest.mark.parametrize("marks", DEPLOYMENTS)
def test_one_published_secret_is_enough_to_refuse(name: str, marks: dict[str, str]) -> None:
    variable = name.split(" ", maxsplit=1)[0]
    complete = ENVIRONMENT | {"MAIL_FROM": "hello@example.com", "AZURE_OPENAI_ENDPOINT": "https://a.openai.azure.com"}
    complete |= {"AZURE_OPENAI_DEPLOYMENT": "writer"}
    assert names(complete | marks) == []
    assert names(complete | marks | {variable: published_secrets()[name]}) == [variable]


def test_every_secret_in_the_text_of_the_repository_is_known() -> None:
    """Also one that the local stack would write in another file than its settings."""
    files = [ROOT / ".env.example", *(ROOT / "local").glob("[!n]*/**/*.py"), *(ROOT / "local").glob("supabase/*.ts")]
    assignment = re.compile(
        r"""(?:SECRET|TOKEN|KEY|KEYS)["']?\s*(?::\s*Final\s*)?[=:]\s*["']?([\w:=+/.-]{6,})["']?\s*[,\n]"""
    )
    found = {secret for file in files for secret in assignment.findall(file.read_text())}
    literals = {secret for secret in found if not re.fullmatch(r"[A-Z_]+|self\..*|.*[…<].*", secret)}
    assert len(literals) >= 7
    assert [secret for secret in literals if not is_published_secret(secret)] == []


def jwt_like(claims: dict[str, Any]) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in ({}, claims)]
    return ".".join([*parts, "signature"])


def test_the_secrets_of_supabase_start_are_known() -> None:
    assert is_published_secret("super-secret-jwt-token-with-at-least-32-characters-long")
    assert is_published_secret(jwt_like({"iss": "supabase-demo", "role": "anon"}))
    assert not is_published_secret(jwt_like({"iss": "supabase", "role": "anon"}))
    assert not is_published_secret("a8F-localy_s3cret-that-somebody-made")


def test_production_says_all_that_is_missing_at_once() -> None:
    required = ("SUPABASE_SECRET_KEY", "CRON_SECRET", "SIGNING_SECRET", "ENCRYPTION_KEYS", "APP_URL")
    least = {name: value for name, value in ENVIRONMENT.items() if name not in required}
    assert set(names(least)) == set(required)
    assert "without it nobody can sign in" in "\n".join(problems(least))
    # A preview needs the key with which it asks whose its database is, and the one that proves its changes.
    # `make doctor` says what else it lacks.
    preview = least | {"VERCEL_ENV": "preview", "VERCEL_URL": "a.vercel.app"}
    assert names(preview) == ["SUPABASE_SECRET_KEY", "SIGNING_SECRET"]


def test_a_sender_is_needed_where_mail_is_sent() -> None:
    assert names(ENVIRONMENT | {"SENDGRID_API_KEY": "SG.x"}) == ["MAIL_FROM"]
    assert names(ENVIRONMENT | {"SENDGRID_API_KEY": "SG.x", "MAIL_FROM": "hello@example.com"}) == []


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SUPABASE_URL", "http://abcdefghijklmnopqrst.supabase.co", "must begin with https://"),
        ("UPSTASH_REDIS_REST_URL", "http://127.0.0.1:24331", "points at the machine itself"),
        ("LOCAL_AI_BASE_URL", "http://localhost:11434/v1", "points at the machine itself"),
        ("UPSTASH_REDIS_REST_URL", "https://127.0.0.1:24331", "points at the machine itself"),
        ("CORS_ALLOWED_ORIGINS", "https://a.test,http://b.test", "must begin with https://"),
        ("CORS_ALLOWED_ORIGINS", "https://a.test,https://127.0.0.1:24300", "own machine"),
        ("CORS_ALLOWED_ORIGINS", "https://localhost", "own machine"),
        ("CORS_ALLOWED_ORIGINS", "https://app.localhost:5173", "own machine"),
        ("CORS_ALLOWED_ORIGINS", "*", "must be origins"),
        ("UPSTASH_REDIS_REST_TOKEN", "<token>", "placeholder"),
        ("ENVIRONMENT", "local", "VERCEL_ENV"),
    ],
)
def test_what_is_malformed(name: str, value: str, reason: str) -> None:
    (problem,) = problems(ENVIRONMENT | {"VERCEL_ENV": "production", name: value})
    assert problem.startswith(f"{name}: ")
    assert reason in problem


@pytest.mark.parametrize("name", ["staging", "preview", "local"])
def test_production_is_called_production(name: str) -> None:
    """Under another name its database would not belong to production, and previews could use it."""
    production = ENVIRONMENT | {"VERCEL_ENV": "production"}
    assert names(production | {"ENVIRONMENT": name}) == ["ENVIRONMENT"]
    assert names(production | {"ENVIRONMENT": "production", "VERCEL_TARGET_ENV": "production"}) == []
    assert name == "local" or names(PREVIEW | {"ENVIRONMENT": name}) == []


def test_a_preview_is_not_called_production() -> None:
    assert names(PREVIEW | {"ENVIRONMENT": "production"}) == ["ENVIRONMENT"]
    assert names(PREVIEW | {"ENVIRONMENT": "review"}) == []


def test_a_page_on_a_developers_machine_may_ask_a_preview() -> None:
    origin = {"CORS_ALLOWED_ORIGINS": "http://localhost:5173"}
    assert names(PREVIEW | origin) == []
    assert names(ENVIRONMENT | origin) == ["CORS_ALLOWED_ORIGINS"]


ASK = """
import asyncio, httpx
from api.{name} import app
async def main():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as http:
        for method in ("GET", "POST"):
            response = await http.request(method, "/api/v1/{path}", headers={{"X-Request-Id": "the-first-request"}})
            print("ANSWER", response.status_code, response.text)
asyncio.run(main())
"""


@pytest.mark.parametrize(("name", "path"), [("system", "health"), ("identity", "auth/login")])
def test_a_function_that_refuses_answers_and_logs_the_list(name: str, path: str) -> None:
    wrong = ENVIRONMENT | {"SIGNING_SECRET": "too-short-to-sign", "CRON_SECRET": "local-cron-secret"}
    result = subprocess.run(
        [sys.executable, "-c", ASK.format(name=name, path=path)],
        env=wrong | {"PATH": str(Path(sys.executable).parent)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [line for line in result.stdout.splitlines() if line.startswith("ANSWER")]
    assert len(answers) == 2
    for answer in answers:
        assert answer.startswith("ANSWER 503 {")
        body = json.loads(answer.removeprefix("ANSWER 503 "))
        assert body["error"]["code"] == "SERVICE_UNAVAILABLE"
        assert not any(word in answer for word in ("SIGNING_SECRET", "CRON_SECRET", "too-short"))
    first, refused, *_ = [json.loads(line) for line in result.stdout.splitlines() if line not in answers]
    for line in (first, refused):
        assert line["level"] == "ERROR"
        assert [problem.split(":")[0] for problem in line["problems"]] == ["SIGNING_SECRET", "CRON_SECRET"]
    assert "too-short" not in result.stdout
    assert refused["requestId"] == "the-first-request"
