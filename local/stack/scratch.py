"""A database of its own beside the stack's, on the same server: bootstrapped, migrated, and dropped at the end.

For tests that a shared database cannot bear: a million rows, removed policies, a second run of the migrations.
"""

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from uuid import uuid4

import psycopg

from local.stack.parts import bootstrap_command
from local.stack.settings import ROOT, SUPERUSER, load_settings, with_role


def migration_files() -> list[tuple[str, str]]:
    """Lists name and text of every migration, in the order of application."""
    folder = ROOT / "supabase" / "migrations"
    return [(path.name, path.read_text()) for path in sorted(folder.glob("*.sql"))]


def apply_migrations(database_url: str, *, after: str = "", until: str = "~") -> None:
    """Applies the migrations after one name and up to another, each in its own transaction and session.

    The Supabase CLI uses one session for all files of a push. State that a migration leaves in a session, such as a
    loaded library, is missing in the next push. The CLI's login role does not have ``extensions`` in its path.
    """
    for name, text in migration_files():
        if after < name <= until:
            with psycopg.connect(database_url, options='-c search_path="$user",public') as connection:
                connection.execute(text.encode())


@contextmanager
def empty_database(server_url: str) -> Generator[str]:
    """Yields the URL of a new database on the server of ``server_url``, prepared like a new hosted project."""
    name = f"scratch_{uuid4().hex[:12]}"
    url = server_url.rsplit("/", 1)[0] + f"/{name}"
    with psycopg.connect(with_role(server_url, SUPERUSER), autocommit=True) as server:
        server.execute(f'create database "{name}"'.encode())
        try:
            command, environment = bootstrap_command(load_settings(), url)
            subprocess.run(command, env=environment, check=True, capture_output=True)
            yield url
        finally:
            server.execute(f'drop database "{name}" with (force)'.encode())


@contextmanager
def scratch_database(server_url: str, *, until: str = "~") -> Generator[str]:
    """Yields the URL of a new database on the server of ``server_url``, migrated as far as ``until``."""
    with empty_database(server_url) as url:
        apply_migrations(url, until=until)
        yield url
