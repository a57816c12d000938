import psycopg
import pytest


@pytest.mark.parametrize(
    ("extension", "query", "expected"),
    [
        ("vector", "select round(('[1,0]'::extensions.vector operator(extensions.<=>) '[0,1]')::numeric, 3)", 1),
        ("pg_trgm", "select extensions.similarity('quokka', 'quoka') > 0.5", True),
        ("pgcrypto", "select encode(extensions.digest('a', 'sha256'), 'hex') like 'ca978112%%'", True),
        ("uuid-ossp", "select extensions.uuid_nil()::text", "00000000-0000-0000-0000-000000000000"),
        ("pg_stat_statements", "select count(*) > 0 from extensions.pg_stat_statements", True),
    ],
)
def test_extensions(database: psycopg.Connection, extension: str, query: str, expected: object) -> None:
    installed = database.execute("select 1 from pg_extension where extname = %s", [extension]).fetchone()
    assert installed == (1,)
    assert database.execute(query).fetchone() == (expected,)


def test_version_and_user(database: psycopg.Connection) -> None:
    version = database.execute("select current_setting('server_version_num')::integer").fetchone()
    assert version is not None
    assert version[0] >= 180000
