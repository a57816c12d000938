"""Runs the stand-in of Supabase over a database of the test, with a schema that the test adds."""

import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from tempfile import TemporaryDirectory

import httpx
import psycopg

from local.stack import parts
from local.stack.copies import free_port
from local.stack.processes import die_with_parent
from local.stack.scratch import empty_database
from local.stack.settings import LOGS, load_settings

START_SECONDS = 60
# The settings of roles belong to the server: the data API asks for this function in every database.
PRE_REQUEST = """
create schema private;
grant usage on schema private to anon, authenticated, service_role;
create function private.check_request() returns void language sql as '';
"""


@contextmanager
def supabase_with(server_url: str, schema: str, **environment: str) -> Generator[tuple[str, str]]:
    """Prepares a database like a new hosted project, with ``schema``, created by its owner.

    Yields the URLs of the project and of its database.
    """
    with empty_database(server_url) as database_url, TemporaryDirectory() as folder:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute((PRE_REQUEST + schema).encode())
        port = free_port()
        settings = load_settings()
        own = replace(settings, ports=settings.ports | {"supabase": port})
        process = parts.supabase(own)
        LOGS.mkdir(parents=True, exist_ok=True)
        with (LOGS / f"supabase-{port}.log").open("wb") as log:
            server = subprocess.Popen(
                process.command,
                env=process.environment
                | {"SUPABASE_DB_URL": database_url, "SUPABASE_STORAGE_PATH": folder}
                | environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - it only asks the kernel for a signal
            )
            url = f"http://127.0.0.1:{port}"
            try:
                _wait_for(url, server)
                yield url, database_url
            finally:
                server.terminate()
                server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            httpx.get(f"{url}/healthz")
        except httpx.TransportError:
            assert server.poll() is None, "the stand-in did not start"
            assert time.monotonic() < until, "the stand-in did not answer"
            time.sleep(0.05)
        else:
            return
