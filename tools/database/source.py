"""Builds a database from its source: the files of ``schema_paths`` in supabase/config.toml, in order."""

import tomllib
from pathlib import Path
from typing import Final

import psycopg

SUPABASE: Final = Path(__file__).resolve().parents[2] / "supabase"
MIGRATIONS: Final = SUPABASE / "migrations"


class SourceError(Exception):
    """Raised if the paths of the configuration and the files do not agree; the message names both."""


def source_files() -> list[Path]:
    """Lists every file once, in the order of application. Raises SourceError for an unmatched path or file."""
    paths: list[str] = tomllib.loads((SUPABASE / "config.toml").read_text())["db"]["migrations"]["schema_paths"]
    files: dict[Path, None] = {}
    for path in paths:
        found = sorted(SUPABASE.glob(path.removeprefix("./")))
        if not found:
            raise SourceError(f"schema_paths names {path}, which does not exist")
        files |= dict.fromkeys(found)
    for folder in ("schemas", "policies"):
        for path in sorted((SUPABASE / folder).rglob("*.sql")):
            if path not in files:
                raise SourceError(f"{path.relative_to(SUPABASE)} is in no path of schema_paths")
    return list(files)


def data_files() -> list[Path]:
    """Lists the files that only add rows, ``data.sql`` and ``data/*.sql``, in the order of application."""
    return [path for path in source_files() if path.name == "data.sql" or path.parent.name == "data"]


def source_text() -> str:
    """Returns the source as one script. Run it with ``check_function_bodies`` off: bodies may name later functions."""
    parts = [f"-- {path.relative_to(SUPABASE)}\n\n{path.read_text().strip()}" for path in source_files()]
    return "\n\n".join(parts) + "\n"


def apply_source(database_url: str) -> None:
    """Builds an empty, bootstrapped database from the source, in one transaction."""
    with psycopg.connect(database_url, autocommit=True) as connection, connection.transaction():
        for path in source_files():
            connection.execute("set local check_function_bodies = off")
            try:
                connection.execute(path.read_text().encode())
            except psycopg.Error as error:
                raise SourceError(f"{path.relative_to(SUPABASE)}: {error}") from error
