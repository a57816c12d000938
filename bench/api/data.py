"""Contents of many brands over three years, loaded by SQL into the database of a platform."""

import json
import random
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from threading import Thread
from typing import Any, Final

import psycopg

from bench.api.statements import BRANDS, CONTENTS, DERIVED, TABLES
from bench.database_data import take_indexes
from local.stack.settings import SUPERUSER, with_role

YEARS: Final = 3
PEOPLE: Final = 200
PARAGRAPHS: Final = 4000
MAIN: Final = 1
"""The number of the brand that most requests are about."""
SUBMITTED: Final = 2
"""The number of a brand with a workflow, whose drafts are submitted."""
ADMIN: Final = "admin@aurora.test"
"""Admin of three brands."""
READER: Final = "editor@borealis.test"
"""Reader of all brands."""
FREQUENT: Final = "winter"
"""A word of every fourth content."""
LOADERS: Final = 2
SYLLABLES: Final = (
    "ka",
    "lo",
    "mi",
    "ru",
    "te",
    "sa",
    "no",
    "vi",
    "du",
    "pe",
    "nar",
    "lem",
    "sto",
    "vik",
    "dor",
    "min",
)
# Triggers that keep rows derived from contents: search, assignees. Those rows are therefore the same as if each content
# had been created by the API. A new trigger of this kind belongs here.
DERIVING: Final = ("index_content", "copy_assignees_of_new")


@dataclass(frozen=True)
class Data:
    """The rows that requests name. The ids are the same in every database that was filled at the same time."""

    brands: list[str]
    ids: list[str]
    """Contents of the main brand."""
    drafts: list[str]
    archived: list[str]
    submittable: list[str]
    published: list[tuple[str, str]]
    """Slugs and ids of published contents of the main brand."""
    slug: str
    """The slug of the main brand."""
    creator: str
    admin: str
    middle: datetime
    """The median of the times of the last change, in the main brand."""
    cursor: str
    """The cursor after a content that was changed at that time, in the list by last change."""
    rare: int
    """How many rare words there are: rare0, rare1, …"""


def _paragraphs(choice: random.Random) -> list[tuple[int, str]]:
    """Texts of some 80 words, distributed as in natural language (Zipf)."""
    words = ["".join(choice.choice(SYLLABLES) for _ in range(2 + number % 3)) for number in range(8000)]
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    return [(number, " ".join(choice.choices(words, cum_weights=weights, k=80))) for number in range(PARAGRAPHS)]


def _in_parallel(work: list[Callable[[], None]]) -> None:
    failures: list[BaseException] = []

    def guarded(each: Callable[[], None]) -> None:
        try:
            each()
        except BaseException as failure:  # noqa: BLE001 - raised below, in the caller's thread
            failures.append(failure)

    threads = [Thread(target=guarded, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _execute(connection: psycopg.Connection, text: str, values: dict[str, Any] | None = None) -> None:
    psycopg.ClientCursor(connection).execute(text.encode(), values)


def _open(url: str) -> psycopg.Connection:
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("set session_replication_role = replica; set statement_timeout = 0")
    connection.execute("set maintenance_work_mem = '512MB'")
    return connection


def _existing(connection: psycopg.Connection) -> list[str]:
    """Returns the names of DERIVING that the schema of this commit has."""
    found = connection.execute(
        "select tgname from pg_trigger where tgrelid = 'public.contents'::regclass and tgname = any (%s)",
        [list(DERIVING)],
    )
    return [row[0] for row in found.fetchall()]


def fill(database_url: str, rows: int, brands: int, now: datetime) -> Data:
    """Loads everything with triggers off, but for those that derive; builds the indexes of large tables at the end."""
    url = with_role(database_url, SUPERUSER)
    values: dict[str, Any] = {
        "rows": rows, "brands": brands, "people": PEOPLE, "days": YEARS * 365 - 20, "now": now, "admin": ADMIN,
        "reader": READER, "submitted": SUBMITTED, "paragraphs": PARAGRAPHS, "frequent": FREQUENT, "loaders": LOADERS,
        "rare": max(rows // 100, 1),
    }  # fmt: skip
    with _open(url) as connection:
        for table in ("contents", "content_versions", "domain_events", "ai_generations"):
            connection.execute(
                "select private.ensure_partitions(%s, (current_date - %s * interval '1 year')::date, %s)",
                [table, YEARS, YEARS + 1],
            )
        _execute(connection, TABLES, values)
        with connection.cursor() as cursor, cursor.copy("copy bench.paragraphs from stdin") as copy:
            for row in _paragraphs(random.Random(42)):
                copy.write_row(row)
        _execute(connection, BRANDS, values)
        definitions = take_indexes(connection, ("public.contents", "private.content_search"))
        deriving = _existing(connection)
        for name in deriving:
            connection.execute(f"alter table public.contents enable always trigger {name}".encode())

        def load(loader: int) -> None:
            with _open(url) as own:
                _execute(own, CONTENTS, values | {"loader": loader})

        _in_parallel([lambda loader=loader: load(loader) for loader in range(LOADERS)])
        for name in deriving:
            connection.execute(f"alter table public.contents enable trigger {name}".encode())
        _execute(connection, DERIVED)

        # One after another for each table: an index of a partitioned table locks it.
        of_search = [definition for definition in definitions if "content_search" in definition]
        of_contents = [definition for definition in definitions if "content_search" not in definition]

        def create(statements: list[str]) -> None:
            with _open(url) as own:
                for statement in statements:
                    own.execute(statement.encode())

        _in_parallel([lambda: create(of_contents), lambda: create(of_search)])
        for table in ("public.contents", "private.content_search", "public.domain_events", "private.content_slugs"):
            connection.execute(f"vacuum analyze {table}".encode())
        connection.execute("analyze")
        searched = connection.execute("select count(*) from private.content_search").fetchone()
        if searched is None or searched[0] < rows:
            raise RuntimeError("the contents are not in private.content_search: which trigger writes them now?")
        return _named(connection, values["rare"])


def _named(connection: psycopg.Connection, rare: int) -> Data:
    def column(query: str) -> list[Any]:
        return [row[0] for row in connection.execute(query.encode()).fetchall()]

    def ids(brand: int, condition: str = "true", most: int = 5000) -> list[str]:
        return column(
            "select contents.id::text from public.contents inner join bench.brands on brands.id = contents.brand_id "
            f"where brands.n = {brand} and {condition} order by md5(contents.id::text) limit {most}"
        )

    brands = column("select id::text from bench.brands order by n")
    middle = connection.execute(
        "select contents.updated_at, contents.id::text from public.contents where contents.brand_id = %s "
        "order by updated_at desc, contents.id offset (select count(*) / 2 / %s from bench.rows) limit 1",
        [brands[0], len(brands)],
    ).fetchone()
    assert middle is not None
    published = connection.execute(
        "select slug, id::text from public.contents where brand_id = %s and status = 'published' limit 500", [brands[0]]
    ).fetchall()
    return Data(
        brands=brands,
        ids=ids(MAIN),
        drafts=ids(MAIN, "status = 'draft'"),
        archived=ids(MAIN, "status = 'archived'"),
        submittable=ids(SUBMITTED, "status = 'draft'"),
        published=[(row[0], row[1]) for row in published],
        slug=f"bench-brand-{MAIN}",
        creator=column(f"select id::text from bench.people where n = {MAIN}")[0],
        admin=column(f"select id::text from auth.users where email = '{ADMIN}'")[0],
        middle=middle[0],
        cursor=urlsafe_b64encode(json.dumps(["-updated_at", middle[0].isoformat(), middle[1]]).encode()).decode(),
        rare=rare,
    )


def this_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
