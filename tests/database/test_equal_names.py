"""Applies the migration by which names and claims are equal that were not: those in use keep what they are."""

import json
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from local.stack.client import RunningStack
from local.stack.scratch import apply_migrations, migration_files, scratch_database
from tests.support.sql import Database


@pytest.fixture(scope="module")
def before() -> str:
    """Names the last migration before that one."""
    names = [name for name, _ in migration_files()]
    return names[names.index(next(name for name in names if "keep_texts_and_times" in name)) - 1]


@pytest.fixture
def url(stack: RunningStack, before: str) -> Iterator[str]:
    with scratch_database(stack.database_url, until=before) as scratch:
        yield scratch


def made(database: Database, table: str, **values: object) -> UUID:
    marks = ", ".join(["%s"] * len(values))
    statement = f"insert into public.{table} ({', '.join(values)}) values ({marks}) returning id"
    return database.value(statement, *values.values())


def test_the_name_in_use_stays(url: str, before: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        database = Database(connection)
        # The older one of each pair is not in use.
        names = ("Straße", "STRASSE")
        pairs = {"brands": [made(database, "brands", name=name, slug=f"s-{at}") for at, name in enumerate(names)]}
        database.run("update public.brands set deleted_at = now() where id = %s", pairs["brands"][0])
        brand = pairs["brands"][1]
        catalogue = pairs["master_claim_brands"] = [made(database, "master_claim_brands", name=name) for name in names]
        pairs["ingredients"] = [made(database, "ingredients", name=name) for name in names]
        pairs["products"] = [
            made(database, "products", name=name, master_claim_brand_id=catalogue[1]) for name in names
        ]
        for table in ("master_claim_brands", "ingredients", "products"):
            database.run(f"update public.{table} set archived_at = now() where id = %s", pairs[table][0])
        pairs["workflows"] = [made(database, "workflows", name=name, brand_id=brand) for name in names]
        database.run("update public.workflows set is_active = false where id = %s", pairs["workflows"][0])

        apply_migrations(url, after=before)

        for table, pair in pairs.items():
            kept = [database.value(f"select name from public.{table} where id = %s", one) for one in pair]
            assert kept == ["Straße (2)", "STRASSE"], table


def test_of_claims_that_become_equal_one_gets_the_key(url: str, before: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        database = Database(connection)
        catalogue = made(database, "master_claim_brands", name="Claims")
        claims = [
            made(
                database,
                "claims",
                text=json.dumps({"original": text}),
                level="brand",
                status="allowed",
                master_claim_brand_id=catalogue,
            )
            for text in ("Maß", "Another")
        ]
        # As two spellings were that neither have their own key.
        database.run("set session_replication_role = replica")
        database.run("update public.claims set text = (select text from public.claims where id = %s)", claims[0])
        database.run("update private.claim_scopes set text_key = 'former ' || claim_id")
        database.run("set session_replication_role = origin")

        apply_migrations(url, after=before)

        keys = database.rows("select claim_id, text_key from private.claim_scopes order by claim_id")
        expected = database.value("""select private.claim_text_key('{"original": "Maß"}')""")
        assert [row["text_key"] for row in keys] == [expected, f"former {max(claims)}"]
