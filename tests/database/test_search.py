"""Searches for frequent words: both ways find the same, and neither takes longer because other tenants hold a word."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import tuple_row

from local.stack.client import RunningStack
from local.stack.scratch import scratch_database
from tests.support.sql import Database

SIZES = (1500, 400, 30, 5, 5, 5, 5)
FLOOD = 6000
REQUEST = """
  (select row('', terms,
    case when cardinality(%(brands)s::uuid[]) <= 5 then private.narrowed_terms(terms, %(brands)s) else terms end,
    %(sort)s::text, %(brands)s::uuid[], cardinality(%(brands)s::uuid[]) <= 5,
    %(statuses)s::text[], null::text[], %(tags)s::text[], null::uuid, '-infinity'::timestamptz, 'infinity'::timestamptz,
    null, '{}', '', false, terms)::private.search_request from websearch_to_tsquery('simple', %(query)s) as terms)
"""
SORTS = ("relevance", "updated_at", "created_at", "title", "status", "score")


@pytest.fixture(scope="module")
def url(stack: RunningStack) -> Iterator[str]:
    """Yields a database of its own with brands of the sizes above, and a last one that floods it with one word."""
    with scratch_database(stack.database_url) as scratch:
        with psycopg.connect(scratch, autocommit=True) as connection:
            _fill(connection)
        yield scratch


def _fill(connection: psycopg.Connection) -> None:
    run = connection.execute
    run("set session_replication_role = replica")
    run("select private.ensure_partitions('contents', (current_date - interval '1 year')::date, 3)")
    for number, size in enumerate((*SIZES, FLOOD)):
        run(
            """
            with brand as (insert into public.brands (name, slug) values (%(name)s, %(name)s) returning id)
            insert into public.contents (
              id, brand_id, type, title, body, tags, status, score, created_at, updated_at
            )
            select
              private.uuid_v7(now() - n * interval '1 hour'), brand.id, 'article',
              'Title ' || n * 7919 %% 1009,
              case
                when %(name)s = 'b7' then 'flooded frequent' when n %% 3 = 0 then 'seldom frequent' else 'frequent'
              end,
              array['t' || n %% 4], case when n %% 5 = 0 then 'approved' else 'draft' end, n %% 100,
              now() - n * interval '1 hour', now() - (n * 7919 %% 1013) * interval '1 minute'
            from brand cross join generate_series(1, %(size)s) as n
            """,
            {"name": f"b{number}", "size": size},
        )
    run(
        """
        insert into private.content_search (
          content_id, brand_id, title, type, status, words, updated_at, tags, plain, score
        )
        select
          id, brand_id, title, type, status, private.content_words(contents, 'simple'), updated_at, tags, body, score
        from public.contents
        """
    )
    run("set session_replication_role = origin")
    run("vacuum analyze public.contents")
    run("vacuum analyze private.content_search")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set plan_cache_mode = force_custom_plan")
        yield Database(connection)


def brands(database: Database, *numbers: int) -> list[UUID]:
    names = [f"b{number}" for number in numbers]
    return [row["id"] for row in database.rows("select id from public.brands where name = any (%s)", names)]


def ask(database: Database, function: str, **request: Any) -> Any:
    arguments = {"sort": "relevance", "statuses": None, "tags": [], "query": "frequent"} | request
    more = "".join(f", %({name})s" for name in ("depth", "share") if name in arguments)
    text = f"select private.{function}({REQUEST}{more})"
    found = database.connection.execute(text.encode(), arguments).fetchone()
    assert found is not None
    return next(iter(found.values())) if isinstance(found, dict) else found[0]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize(
    "filters", [{}, {"statuses": ["approved"]}, {"tags": ["t1"]}, {"query": "seldom"}, {"query": "-seldom"}]
)
def test_both_ways_find_the_same_in_the_same_order(database: Database, sort: str, filters: dict[str, Any]) -> None:
    # More of the last ones are read than are looked at one by one.
    for several in (
        brands(database, 0),
        brands(database, 0, 1, 2),
        brands(database, *range(7)),
        brands(database, 0, 7),
    ):
        question = filters | {"sort": sort, "brands": several}
        by_index = ask(database, "matches_by_index", **question)
        assert 0 < len(by_index) <= 1000
        assert ask(database, "matches_in_order", depth=100_000, **question) == by_index
        # Fewer contents than it takes give no answer, and never a wrong one.
        for depth in (100, 400, 1500, 4000):
            assert ask(database, "matches_in_order", depth=depth, **question) in (None, by_index)
    assert ask(database, "matches_in_order", depth=100, sort=sort, brands=brands(database, 0)) is None


@pytest.mark.parametrize("sort", ["relevance", "updated_at"])
@pytest.mark.parametrize(
    "filters", [{}, {"statuses": ["approved"]}, {"tags": ["t1"]}, {"query": "seldom"}, {"query": "-seldom"}]
)
def test_the_latest_matches_are_those_of_all(database: Database, sort: str, filters: dict[str, Any]) -> None:
    answers: list[Any] = []
    for several in (brands(database, 0), brands(database, 0, 1, 2), brands(database, *range(8))):
        question = filters | {"sort": sort, "brands": several}
        by_index = ask(database, "matches_by_index", **question)
        # A share that is too small gives no answer, and never a wrong one.
        for share in (0.01, 0.1, 0.3, 0.7, 1.0):
            answers.append(ask(database, "latest_matches", share=share, **question))
            assert answers[-1] in (None, by_index)
        assert answers[-1] == by_index
    assert None in answers
    if not filters:
        assert ask(database, "latest_matches", share=0.7, sort=sort, brands=brands(database, *range(8))) is not None


def test_a_thousand_matches_are_found_of_more(database: Database) -> None:
    owners = brands(database, 0, 1, 2)
    found = ask(database, "matching_contents", brands=owners)
    latest = database.rows(
        "select content_id from private.content_search where brand_id = any (%s) order by updated_at desc, content_id "
        "limit 1000",
        owners,
    )
    assert found == [row["content_id"] for row in latest]


def matches_of_phrase(database: Database, **question: Any) -> tuple[list[UUID], bool]:
    arguments = {"statuses": None, "tags": []} | question
    text = f"select ids, is_truncated from private.matches_of_phrase({REQUEST}, %(depth)s)"
    with database.connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(text.encode(), arguments).fetchone()
    assert found is not None
    return found


@pytest.mark.parametrize("sort", SORTS)
def test_a_phrase_is_looked_for_among_those_that_come_first(database: Database, sort: str) -> None:
    question = {"query": '"flooded frequent"', "sort": sort, "brands": brands(database, 0, 7)}
    every = ask(database, "matches_by_index", **question)
    assert len(every) == 1000
    whole, is_truncated = matches_of_phrase(database, depth=1_000_000, **question)
    assert (whole, is_truncated) == (every, False)
    some, is_truncated = matches_of_phrase(database, depth=400, **question)
    assert is_truncated
    assert 0 < len(some) < len(every)
    assert some == every[: len(some)], "none is missing between two that are found"


def test_a_rare_phrase_is_found_wherever_it_is(database: Database) -> None:
    question = {"query": '"title 5"', "sort": "relevance", "brands": brands(database, *range(8))}
    found, is_truncated = matches_of_phrase(database, depth=5000, **question)
    assert found == ask(database, "matches_by_index", **question)
    assert not is_truncated


@pytest.mark.parametrize("query", ["frequent", "flooded"])
@pytest.mark.parametrize("numbers", [(2,), (2, 3, 4), (2, 3, 4, 5, 6, 1)])
def test_a_flood_in_another_brand_is_not_read(database: Database, query: str, numbers: tuple[int, ...]) -> None:
    text = f"explain (analyze, buffers, format json) select private.matching_contents({REQUEST})"
    arguments = {"sort": "relevance", "statuses": None, "tags": [], "query": query}
    arguments["brands"] = brands(database, *numbers)
    database.connection.execute(text.encode(), arguments)
    plan = database.connection.execute(text.encode(), arguments).fetchone()
    assert plan is not None
    top = (next(iter(plan.values())) if isinstance(plan, dict) else plan[0])[0]["Plan"]
    pages = database.value("select pg_relation_size('private.content_search') / 8192")
    assert top["Shared Hit Blocks"] + top["Shared Read Blocks"] < pages / 2


def test_the_first_of_each_order_are_read_from_an_index(database: Database) -> None:
    text = f"explain (analyze, buffers, format json) select private.search_candidates({REQUEST}, 1)"
    read: dict[str, int] = {}
    for sort in SORTS:
        arguments = {"sort": sort, "statuses": None, "tags": [], "query": "flooded", "brands": brands(database, 7)}
        database.connection.execute(text.encode(), arguments)
        plan = database.connection.execute(text.encode(), arguments).fetchone()
        assert plan is not None
        top = (next(iter(plan.values())) if isinstance(plan, dict) else plan[0])[0]["Plan"]
        read[sort] = top["Shared Hit Blocks"] + top["Shared Read Blocks"]
    assert max(read.values()) < 1.3 * min(read.values()), read


@pytest.mark.parametrize("typed", ["le 77", "1", "tle 7", "title 10%", "le 1008"])
def test_titles_that_hold_a_text_are_found_wherever_they_lie(database: Database, typed: str) -> None:
    owners = brands(database, 0, 1)
    found = database.value("select private.titles_holding(%s, %s, 8)", owners, typed)
    held = database.rows(
        "select content_id from private.content_search where brand_id = any (%s) and position(%s in lower(title)) > 0 "
        "order by updated_at desc, content_id",
        owners,
        typed,
    )
    best, other = found[: len(held)], found[len(held) :]
    assert set(best) <= {row["content_id"] for row in held}
    assert len(best) == min(len(held), 8)
    assert not {row["content_id"] for row in held} & set(other)
    latest = set(database.value("select private.latest_contents(%s)", owners))
    assert best == sorted(best, key=lambda found_id: found_id not in latest), "the latest come first"


@pytest.mark.parametrize("typed", ["t", "title", "le 77", "tltle", "nothing"])
def test_suggestions_read_few_titles_of_a_large_brand(database: Database, typed: str) -> None:
    flooded = brands(database, 7)
    for function in ("titles_beginning", "titles_holding"):
        text = f"explain (analyze, buffers, format json) select private.{function}(%s, %s, 8)"
        database.connection.execute(text.encode(), [flooded, typed])
        plan = database.connection.execute(text.encode(), [flooded, typed]).fetchone()
        assert plan is not None
        top = (next(iter(plan.values())) if isinstance(plan, dict) else plan[0])[0]["Plan"]
        assert top["Shared Hit Blocks"] + top["Shared Read Blocks"] < 2000, function


def test_brands_are_named_once_in_a_query_of_many_alternatives(database: Database) -> None:
    typed = " or ".join(f"-a{number}" for number in range(32))
    size = "select numnode(private.search_terms(private.search_clauses(%s), '{simple}', %s))"
    owners = brands(database, *range(5))
    few = database.value(size, typed, None)
    # As many nodes as names, and as many that join these.
    assert database.value(size, typed, owners) == few + 2 * len(owners)


HIGHLIGHT = """
  select private.text_highlight(%s, private.search_marks(clauses, terms), 'english')
  from private.search_clauses(%s) as clauses
  cross join lateral private.search_terms(clauses, '{english,simple}', '{}') as terms
"""


def test_large_documents_take_no_longer_to_highlight(database: Database) -> None:
    text = "word, " * 3000 + "the Quokka, " + "word, " * 300_000
    highlight = database.value(HIGHLIGHT, text, "quokkas")
    assert "\ue000Quokka\ue001" in highlight
    assert len(highlight) < 500


@pytest.mark.parametrize("before", ["\n", "\t", "(", "-", "'", " ", "_", "/", "<", "。", "训"])
def test_a_word_far_inside_is_marked_whatever_stands_before_it(database: Database, before: str) -> None:
    text = "Creams for cold days. " * 200 + f"End{before}zebra and more. " + "Creams for cold days. " * 200
    assert "\ue000zebra\ue001" in database.value(HIGHLIGHT, text, "zebra")


def test_a_highlight_shows_a_second_word_that_lies_elsewhere(database: Database) -> None:
    text = "A zebra. " + "Creams for cold days. " * 100 + "The zebra meets a quokka. " + "Creams. " * 100
    highlight = database.value(HIGHLIGHT, text, "zebra quokka")
    assert highlight.startswith("A \ue000zebra\ue001.")
    assert "\ue000quokka\ue001" in highlight
    assert len(highlight) < 500
