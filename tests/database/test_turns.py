"""Scheduled tasks over all tenants: brands take turns, and an item that fails is set aside and blocks no other."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from local.stack.client import RunningStack
from local.stack.scratch import scratch_database
from tests.support.sql import Database


@pytest.fixture(scope="module")
def url(stack: RunningStack) -> Iterator[str]:
    """Yields a database of its own: the tasks work on all tenants, and other tests run them too."""
    with scratch_database(stack.database_url) as scratch:
        yield scratch


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield Database(connection)


def brand_of(database: Database) -> UUID:
    name = f"brand-{uuid4().hex}"
    return database.value("insert into public.brands (name, slug) values (%s, %s) returning id", name, name)


def scheduled(database: Database, brand: UUID, count: int = 1, *, since: str = "1 hour") -> list[UUID]:
    """Creates contents that are due, past the commands."""
    rows = database.rows(
        "insert into public.contents (brand_id, type, title) "
        "select %s, 'article', 'Due ' || gen_random_uuid() from generate_series(1, %s) returning id",
        brand,
        count,
    )
    ids = [row["id"] for row in rows]
    change(database, "status = 'scheduled', scheduled_for = now() - %s::interval", since, ids)
    return ids


def change(database: Database, changes: str, *arguments: Any) -> None:
    """Changes contents past the triggers."""
    with database.connection.transaction():
        database.run("alter table public.contents disable trigger user")
        database.run(f"update public.contents set {changes} where id = any (%s)", *arguments)
        database.run("alter table public.contents enable trigger user")


def publish(database: Database, batch: int = 100) -> dict[UUID, str]:
    rows = database.rows("select * from public.publish_due_contents(%s)", batch)
    return {row["content_id"]: row["outcome"] for row in rows}


def refuse_poison(database: Database) -> None:
    """Makes each change of a content with the title Poison fail, as a row does that breaks a rule which is younger."""
    database.run(
        "create or replace function private.refuse_poison() returns trigger language plpgsql as $$ begin "
        "if new.title = 'Poison' then raise exception 'Failing row contains (secret)' using errcode = '23514'; end if; "
        "return new; end $$"
    )
    database.run(
        "create or replace trigger a_poison before update on public.contents "
        "for each row execute function private.refuse_poison()"
    )


def test_a_flood_of_due_contents_keeps_no_other_brand_waiting(database: Database) -> None:
    flooding, other = brand_of(database), brand_of(database)
    scheduled(database, flooding, 250, since="2 days")
    [due] = scheduled(database, other)
    done = publish(database, 20)
    assert done[due] == "published"
    assert len(done) == 20
    while publish(database, 100):
        pass


def test_a_content_that_cannot_be_published_is_set_aside(database: Database) -> None:
    refuse_poison(database)
    brand = brand_of(database)
    good, poison = scheduled(database, brand, 2)
    change(database, "title = 'Poison'", [poison])
    assert publish(database) == {good: "published", poison: "failed"}
    assert publish(database) == {}, "its next attempt comes later"
    setback = database.row("select * from private.setbacks where subject_id = %s", poison)
    assert (setback["attempts"], setback["reason"], setback["brand_id"]) == (1, "SQLSTATE 23514", brand)
    for _ in range(7):
        database.run("update private.setbacks set next_attempt_at = now() where subject_id = %s", poison)
        assert publish(database) == {poison: "failed"}
    dead = database.row(
        "select attempts, died_at is not null as is_dead from private.setbacks where subject_id = %s", poison
    )
    assert dead == {"attempts": 8, "is_dead": True}
    assert publish(database) == {}, "it is set aside for good"
    database.run("alter table public.contents disable trigger a_poison")
    database.run("delete from private.setbacks where subject_id = %s", poison)
    assert publish(database) == {poison: "published"}


def test_contents_of_deleted_brands_take_no_turns(database: Database) -> None:
    gone, other = brand_of(database), brand_of(database)
    scheduled(database, gone, 30)
    database.run("update public.brands set deleted_at = now() where id = %s", gone)
    due = scheduled(database, other, 5)
    assert set(publish(database, 5)) == set(due)


def stale(database: Database, brand: UUID, count: int) -> list[UUID]:
    """Creates contents whose words are of another language than that of their brand."""
    rows = database.rows(
        "insert into public.contents (brand_id, type, title) "
        "select %s, 'article', 'Text ' || gen_random_uuid() from generate_series(1, %s) returning id",
        brand,
        count,
    )
    database.run("update public.brands set language = 'de' where id = %s", brand)
    return [row["id"] for row in rows]


def languages(database: Database, contents: list[UUID]) -> list[str]:
    rows = database.rows("select language from private.content_search where content_id = any (%s)", contents)
    return [row["language"] for row in rows]


def test_search_is_refreshed_in_turns(database: Database) -> None:
    flooding, other = brand_of(database), brand_of(database)
    flood = stale(database, flooding, 60)
    contents = stale(database, other, 1)
    assert database.value("select public.refresh_search(10)") == 6
    assert languages(database, contents) == ["de"]
    assert languages(database, flood).count("de") == 5
    while database.value("select public.refresh_search(100)"):
        pass
    assert set(languages(database, flood)) == {"de"}
    assert database.rows("select 1 from private.stale_searches where brand_id = any (%s)", [flooding, other]) == []


def test_search_is_refreshed_however_many_brands_wait(database: Database) -> None:
    brand = brand_of(database)
    contents = stale(database, brand, 3)
    # The share of each is shorter than it takes to look for its contents.
    database.run(
        "with waiting as (insert into public.brands (name, slug) select name, name from ("
        "select 'waiting-' || gen_random_uuid() as name from generate_series(1, 20000)) as named returning id) "
        "insert into private.stale_searches (brand_id, marked_at) select id, now() + interval '1 minute' from waiting"
    )
    database.value("select public.refresh_search(100000, 1)")
    assert languages(database, contents).count("de") >= 1
    database.run("delete from private.stale_searches where brand_id <> %s", brand)
    assert database.value("select private.refresh_brand(%s, 'de', 100, interval '0')", brand) == 1
    while database.value("select public.refresh_search(100)"):
        pass
    assert set(languages(database, contents)) == {"de"}


def test_a_document_that_cannot_be_indexed_is_set_aside(database: Database) -> None:
    brand, other = brand_of(database), brand_of(database)
    good, poison = stale(database, brand, 2)
    contents = stale(database, other, 1)
    database.run(
        "alter table private.content_search add constraint poison_check "
        f"check (content_id <> '{poison}' or language <> 'de')"
    )
    database.value("select public.refresh_search(100)")
    assert languages(database, [good, *contents]) == ["de", "de"]
    assert database.rows("select attempts, reason from private.setbacks where subject_id = %s", poison) == [
        {"attempts": 1, "reason": "SQLSTATE 23514"}
    ]
    assert database.rows("select 1 from private.stale_searches where brand_id = %s", brand), "it is tried again"
    for _ in range(7):
        database.run("update private.setbacks set next_attempt_at = now() where subject_id = %s", poison)
        database.value("select public.refresh_search(100)")
    assert database.value("select died_at is not null from private.setbacks where subject_id = %s", poison)
    database.value("select public.refresh_search(100)")
    assert database.rows("select 1 from private.stale_searches where brand_id = %s", brand) == []
    database.run("alter table private.content_search drop constraint poison_check")


TAMIL = [chr(0x0B95 + letter) for letter in (0, 4, 5, 9, 10, 14, 15, 19, 20, 21)]


def tamil(number: int) -> str:
    return "".join(TAMIL[int(digit)] for digit in f"{number:05}")


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"w{number:x}" for number in range(50_000)),
        " ".join(f"wörter{number:x}-öffnung{number:x}" for number in range(10_000)),
        " ".join(f"https://a{number:x}.example.com/b{number:x}?c={number:x}" for number in range(5_000)),
        " ".join(f"{number:x}ing" for number in range(50_000)),
        " ".join(f"{tamil(number)}-{tamil(number + 1)}-{tamil(number + 2)}" for number in range(10_000)),
        "-".join(f"{number:x}" for number in range(20_000)),
        "x" * 99_999,
        " ".join(f"{number}@{number}.de/{number}" for number in range(10_000)),
    ],
    ids=["words", "compounds", "addresses", "stems", "long letters", "one compound", "one word", "mail"],
)
@pytest.mark.parametrize("language", ["en", "ta", "xx"])
def test_every_text_can_be_indexed(database: Database, text: str, language: str) -> None:
    """A vector of words has a limit of 1 MB: the words of a document beyond it are not found, and that is all."""
    words = database.value(
        "select length(private.content_words(jsonb_populate_record(null::public.contents, %s), "
        "private.search_language(%s)))",
        Jsonb(
            {
                "brand_id": str(uuid4()),
                "title": text[:200],
                "body": text,
                "excerpt": "",
                "fields": {"a": text, "b": text},
                "tags": [f"tag {number} {text[:100]}" for number in range(2_000)],
                "metadata": {"metaDescription": text},
            }
        ),
        language,
    )
    assert words > 1
