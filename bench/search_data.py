"""Data for the search benchmark: texts as long and as varied as real ones, in brands of equal and of unequal size.

Every eighth text is in ideographs without spaces. Every tenth word has accents.
"""

import random
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

import psycopg

from bench.database_data import take_indexes

VOCABULARY = 30_000
TEXTS = 20_000
"""Different texts. Each belongs to several contents, under titles of their own."""
YEARS = 3
EQUAL = 50
UNEQUAL = 49
SYLLABLES = ("ka", "lo", "mi", "ru", "te", "sa", "no", "vi", "du", "pe", "nar", "lem", "sto", "vik", "dor", "min")
IDEOGRAPHS = "".join(chr(0x4E00 + 13 * place) for place in range(1500))
"""The letters of texts without spaces, the most frequent first."""
FLOOD = "floodword"
"""A word that half of all contents hold: those of one brand, and no other."""


@dataclass(frozen=True)
class Audience:
    """A person who searches, and the share of all contents that they may read."""

    name: str
    user_id: UUID
    brands: list[UUID]


def make_vocabulary() -> list[str]:
    """Returns different words, the most frequent first."""
    choice = random.Random(42)
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        stem = "".join(choice.choice(SYLLABLES) for _ in range(choice.randint(2, 5)))
        word = stem + choice.choice(("", "", "s", "ing", "ed"))
        words[word if len(words) % 10 else word.replace("o", "ö", 1).replace("e", "é", 1)] = None
    return list(words)


def make_unspaced_vocabulary() -> list[str]:
    """Returns different words of one to three ideographs, the most frequent first."""
    choice = random.Random(44)
    weights = list(accumulate(1 / (rank + 5) for rank in range(len(IDEOGRAPHS))))
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(choice.choices(IDEOGRAPHS, cum_weights=weights, k=choice.choice((1, 2, 2, 2, 3))))] = None
    return list(words)


def share(rows: int) -> list[int]:
    """Returns the number of contents of each brand: one giant, fifty equal ones, and a long tail."""
    giant = rows * 3 // 10
    equal = [rows * 35 // 100 // EQUAL] * EQUAL
    weights = [1 / (rank + 1) for rank in range(UNEQUAL)]
    rest = rows - giant - sum(equal)
    tail = [max(int(rest * weight / sum(weights)), 10) for weight in weights]
    return [giant, *equal, *tail]


def fill(connection: psycopg.Connection, rows: int) -> list[Audience]:
    """Loads all rows with triggers and constraints off, then builds the indexes of the large tables."""
    run = connection.execute
    run("select setseed(0.42)")
    run("set session_replication_role = replica")
    run("set statement_timeout = 0")
    run("set maintenance_work_mem = '1GB'")
    run("set work_mem = '256MB'")
    run("select private.ensure_partitions('contents', (current_date - %s * interval '1 year')::date, %s)", [YEARS, 6])
    brands = [
        row[0]
        for row in run(
            "insert into public.brands (id, name, slug, country, language) "
            "select private.uuid_v7(), 'Brand ' || n, 'brand-' || n, 'GB', 'en' from generate_series(1, %s) as n "
            "returning id",
            [1 + EQUAL + UNEQUAL],
        ).fetchall()
    ]
    audiences = _audiences(connection, brands)
    _texts(connection, rows, brands)
    definitions = take_indexes(connection, ("public.contents", "private.content_search"))
    _contents(connection)
    for definition in definitions:
        # Writes only the columns that searches read, which is much quicker.
        if "content_search" in definition or "(brand_id, " in definition:
            run(definition.encode())
    run("set session_replication_role = origin")
    connection.commit()
    connection.autocommit = True
    for table in ("public.contents", "private.content_search"):
        run(f"vacuum analyze {table}".encode())
    run("analyze")
    run(
        "insert into public.user_sessions (id, user_id, last_seen_at, mfa_verified_at) "
        "select id, id, now() + interval '1 day', now() from public.profiles on conflict do nothing"
    )
    return audiences


def _audiences(connection: psycopg.Connection, brands: list[UUID]) -> list[Audience]:
    run = connection.execute
    equal, tail = brands[1 : 1 + EQUAL], brands[1 + EQUAL :]
    readers = {
        "one brand": equal[:1],
        "the giant": brands[:1],
        "three brands": tail[:3],
        "fifty equal": equal,
        "fifty unequal": [brands[0], *tail],
        "forty small": tail[9:],
        "platform admin": brands,
    }
    audiences: list[Audience] = []
    for number, (name, readable) in enumerate(readers.items()):
        row = run(
            "insert into auth.users (id, email) values (gen_random_uuid(), %s) returning id", [f"s{number}@bench.test"]
        ).fetchone()
        assert row is not None
        is_admin = name == "platform admin"
        run(
            "insert into public.profiles (id, first_name) values (%s, 'S')",
            [row[0]],
        )
        if is_admin:
            run("insert into private.platform_admins (user_id) values (%s)", [row[0]])
        else:
            run(
                "insert into public.brand_members (user_id, brand_id, role) select %s, brand, 'editor' "
                "from unnest(%s::uuid[]) as brand",
                [row[0], readable],
            )
        audiences.append(Audience(name, row[0], readable))
    return audiences


def _texts(connection: psycopg.Connection, rows: int, brands: list[UUID]) -> None:
    choice = random.Random(43)
    vocabulary = make_vocabulary()
    weights = list(accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))
    texts = min(TEXTS, rows)
    run = connection.execute
    run("create temporary table texts (n integer, body text, words tsvector)")
    unspaced = make_unspaced_vocabulary()

    def write(text: int, words: int) -> str:
        if text % 8:
            return " ".join(choice.choices(vocabulary, cum_weights=weights, k=words))
        sentences = range(0, words, 10)
        return "。".join("".join(choice.choices(unspaced, cum_weights=weights, k=min(10, words))) for _ in sentences)

    with connection.cursor() as cursor, cursor.copy("copy texts (n, body) from stdin") as copy:
        for number in range(texts):
            copy.write_row((number, write(number, choice.randint(100, 300))))
    run("update texts set words = setweight(private.text_words(body, 'english'), 'D') where true")
    run("create temporary table made (n integer, brand_id uuid, text integer, title text, age double precision)")
    sizes = share(rows)
    owners = [brand for brand, size in zip(brands, sizes, strict=True) for _ in range(size)]
    # Contents of all brands are made at the same time.
    choice.shuffle(owners)
    with connection.cursor() as cursor, cursor.copy("copy made from stdin") as copy:
        for number, owner in enumerate(owners):
            text = choice.randrange(texts)
            age = (1 - number / len(owners)) * (YEARS * 365 - 30)
            copy.write_row((number, owner, text, f"{write(text, 6)} {number % 9973}", age))
    run("analyze texts")
    run("analyze made")


def _contents(connection: psycopg.Connection) -> None:
    run = connection.execute
    run(
        """
        create temporary table loaded as
        select
          private.uuid_v7(now() - made.age * interval '1 day') as id, now() - made.age * interval '1 day' as at,
          least(
            now() - made.age * interval '1 day' + random() * random() * interval '60 days', now()
          ) as updated_at,
          made.brand_id, made.title, made.n, made.text,
          (array['draft', 'draft', 'pending_review', 'in_review', 'approved', 'published', 'published', 'archived'])
            [1 + (random() * 7.99)::integer % 8]::public.content_status as status,
          (array['article', 'social_media', 'blog_post', 'email'])[1 + made.n % 4] as type,
          array['t' || made.n % 20, 'u' || made.n % 7] as tags, (made.n * 37 % 1000) / 10.0 as score,
          members.user_id
        from made
        left join (
          select brand_id, (array_agg(user_id order by user_id))[1] as user_id from public.brand_members
          group by brand_id
        ) as members using (brand_id)
        """
    )
    run(
        """
        insert into public.contents (
          id, brand_id, type, status, title, slug, body, created_at, updated_at, published_at, created_by, updated_by,
          tags, score
        )
        select
          id, loaded.brand_id, type, status, title, 'c-' || loaded.n, left(texts.body, 600), at, updated_at,
          case when status in ('published', 'archived') then at end, user_id, user_id, tags, score
        from loaded inner join texts on texts.n = loaded.text
        order by loaded.n
        """
    )
    run(
        """
        insert into private.content_search (
          content_id, brand_id, title, type, status, words, words_version, updated_at, language, tags, plain, score,
          created_by
        )
        select
          id, loaded.brand_id, title, type, status,
          array_to_tsvector(array['brand:' || loaded.brand_id])
            || setweight(private.text_words(title, 'english'), 'A') || texts.words,
          private.words_version(), updated_at, 'en', tags, texts.body, score, user_id
        from loaded inner join texts on texts.n = loaded.text
        order by loaded.n
        """
    )
