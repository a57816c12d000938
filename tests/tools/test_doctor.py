"""The doctor: its findings on machines and on settings of deployments, correct and wrong ones."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from local.stack.client import RunningStack
from local.stack.settings import ROOT
from tests.support.servers import dead_server
from tools.doctor import machine
from tools.doctor.deployment import check_settings
from tools.doctor.findings import Finding, Level
from tools.doctor.services import check_services
from tools.package import ENVIRONMENT


def told(findings: Iterable[Finding], level: Level) -> dict[str, str]:
    return {finding.subject: finding.text for finding in findings if finding.level is level}


# ── a machine


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def put(path: Path, name: str, prints: str) -> None:
    (path / name).write_text(f"#!/bin/sh\necho {prints}\n")
    (path / name).chmod(0o755)


def test_a_machine_that_lacks_everything(path: Path) -> None:
    findings = [machine.check_python(path), machine.check_node(), machine.check_git()]
    assert [finding.level for finding in findings] == [Level.ERROR] * 3
    assert "Python 3.12 is not found" in findings[0].text


def test_versions(path: Path) -> None:
    put(path, "python3", "Python 3.11.9")
    assert machine.check_python(path).level is Level.ERROR
    put(path, "python3.12", "Python 3.12.7")
    assert machine.check_python(path).text.startswith("3.12.7 ")
    put(path, "node", "v18.20.1")
    assert "18.20.1 is too old" in machine.check_node().text
    put(path, "node", "v22.1.0")
    assert "npm is not found" in machine.check_node().text
    put(path, "npm", "10.0.0")
    assert machine.check_node() == Finding(Level.OK, "node", "22.1.0")


def test_packages(tmp_path: Path) -> None:
    pinned = (".python-version", "requirements.txt", "requirements-dev.txt", "local/package-lock.json")
    for name in pinned:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy2(ROOT / name, tmp_path / name)
    assert set(told(machine.check_packages(tmp_path), Level.WARN)) == {"python packages", "npm packages"}
    (tmp_path / ".venv").mkdir()
    text = "".join((ROOT / name).read_text() for name in pinned[:3])
    (tmp_path / ".venv" / "installed.txt").write_text(text + "\n")
    assert set(told(machine.check_packages(tmp_path), Level.WARN)) == {"npm packages"}


def test_ports(stack: RunningStack) -> None:
    taken = int(stack.urls["web"].rsplit(":", 1)[1])
    (problem,) = told(machine.check_ports({"web": taken}), Level.ERROR).values()
    assert problem.startswith(f"{taken} (web) is in use: stop what listens there, or set MIXERAI_WEB_PORT")


def test_a_stack_that_runs(shared_stack: RunningStack) -> None:
    fine = told(machine.check_stack(), Level.OK)
    assert f"at {shared_stack.urls['web']} (process {shared_stack.pid})" in fine["stack"]


def test_before_anything_is_installed() -> None:
    """With a Python that has no packages at all."""
    result = subprocess.run(
        [sys.executable, "-S", "-m", "tools.doctor"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "cannot be looked at without the package" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("warnings")
    assert result.stderr == ""


# ── the settings of a deployment


def test_settings_that_are_complete() -> None:
    findings = list(check_settings(ENVIRONMENT))
    assert told(findings, Level.ERROR) == {}
    assert told(findings, Level.OK)["ENVIRONMENT"] == "production, checked as production"
    missing = told(findings, Level.WARN)
    assert missing["SENDGRID_API_KEY"] == "is not set, and without it links, codes and invitations are not sent"
    assert "AI providers" in missing
    assert "SUPABASE_SIGNING_JWK" in missing


def test_settings_that_are_wrong() -> None:
    wrong = {
        "SIGNING_SECRET": "local-signing-secret-of-at-least-32-characters",
        "UPSTASH_REDIS_REST_URL": "http://kv.example.com",
        "CRON_SECRET": "",
        "AI_PROVIDER_CHAIN": "openia",
        "RATE_LIMIT_AUTH": "many",
        "WEBAUTHN_RP_ID": "example.org",
    }
    errors = told(check_settings(ENVIRONMENT | wrong), Level.ERROR)
    assert set(errors) == set(wrong)
    assert errors["RATE_LIMIT_AUTH"] == "must be an integer"
    assert "is a published secret" in errors["SIGNING_SECRET"]
    assert "the host of APP_URL" in errors["WEBAUTHN_RP_ID"]


def test_what_a_preview_lacks_is_said() -> None:
    preview = {name: value for name, value in ENVIRONMENT.items() if name != "SIGNING_SECRET"} | {
        "VERCEL_ENV": "preview"
    }
    (problem,) = told(check_settings(preview), Level.ERROR).values()
    assert problem.startswith("is missing, and without it nothing can be changed")


def test_a_preview_that_could_not_ask_whose_its_database_is() -> None:
    findings = list(check_settings(ENVIRONMENT | {"VERCEL_ENV": "preview", "SUPABASE_SECRET_KEY": ""}))
    assert "cannot ask whether its database" in told(findings, Level.ERROR)["SUPABASE_SECRET_KEY"]
    assert "SUPABASE_SECRET_KEY" not in told(findings, Level.WARN)


# ── its services


@pytest.fixture
def unmarked(database: psycopg.Connection) -> Any:
    database.execute("delete from private.deployment where true")
    yield database
    database.execute("delete from private.deployment where true")


def test_services_that_answer(stack: RunningStack, unmarked: psycopg.Connection) -> None:
    findings = list(check_services(stack.environment))
    assert told(findings, Level.ERROR) == {}
    assert set(told(findings, Level.OK)) == {"Auth", "JWKS", "data API", "database", "SIGNING_SECRET", "KV"}
    assert told(findings, Level.WARN) == {}
    unmarked.execute("insert into private.deployment (environment) values ('local')")
    assert told(check_services(stack.environment), Level.OK)["database"] == "belongs to local"


def test_a_secret_that_the_database_does_not_know(stack: RunningStack) -> None:
    findings = check_services(stack.environment | {"SIGNING_SECRET": "x" * 40})
    assert "run `make register`" in told(findings, Level.WARN)["SIGNING_SECRET"]


def test_the_database_of_production(stack: RunningStack, unmarked: psycopg.Connection) -> None:
    unmarked.execute("insert into private.deployment (environment) values ('production')")
    errors = told(check_services(stack.environment | {"ENVIRONMENT": "preview"}), Level.ERROR)
    assert errors == {"database": "belongs to production, and this is preview: give it a project of its own"}


def test_keys_that_are_wrong(stack: RunningStack) -> None:
    wrong = {
        "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_of_another_project",
        "SUPABASE_SECRET_KEY": "sb_secret_of_another_project",
        "UPSTASH_REDIS_REST_TOKEN": "another",
        "SUPABASE_JWT_SECRET": "",
        "SUPABASE_SIGNING_JWK": '{"kid": "not-imported"}',
    }
    findings = list(check_services(stack.environment | wrong))
    errors = told(findings, Level.ERROR)
    assert told(findings, Level.OK) == {}
    assert "refuses SUPABASE_PUBLISHABLE_KEY" in errors["Auth"]
    assert "refuses UPSTASH_REDIS_REST_TOKEN" in errors["KV"]
    assert "no access token can be verified" in errors["JWKS"]
    assert "is refused" in errors["SUPABASE_SECRET_KEY"]


def test_services_that_do_not_answer() -> None:
    dead = {"SUPABASE_URL": dead_server(), "UPSTASH_REDIS_REST_URL": dead_server()}
    errors = told(check_services(dead), Level.ERROR)
    assert set(errors) == {"Auth", "JWKS", "data API", "KV"}
    assert all("does not answer (ConnectError)" in text for text in errors.values())


# ── the command


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.doctor", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_file_of_settings(tmp_path: Path, stack: RunningStack) -> None:
    file = tmp_path / ".env.production"
    file.write_text("".join(f'{name}="{value}"\n' for name, value in stack.environment.items()))
    result = run(str(file))
    assert result.returncode == 0, result.stdout
    assert "ok    ENVIRONMENT: local, checked as local" in result.stdout
    assert "ok    KV: answers PING" in result.stdout
    file.write_text(file.read_text().replace('ENVIRONMENT="local"', 'VERCEL_ENV="production"'))
    result = run(str(file))
    assert result.returncode == 1
    assert "error SIGNING_SECRET: is a published secret" in result.stdout
    assert stack.environment["SIGNING_SECRET"] not in result.stdout


def test_the_environment_itself(stack: RunningStack) -> None:
    result = run(DEPLOYMENT="1", **stack.environment)
    assert result.returncode == 0, result.stdout
    assert "0 errors" in result.stdout.splitlines()[-1]


def test_a_file_that_is_not_there() -> None:
    result = run(".env.nothing")
    assert result.returncode == 2
    assert "there is no file .env.nothing" in result.stderr
