"""Data for the database benchmark: many tenants of uneven size, created in SQL and the same in every run."""

import random
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

import psycopg

BRANDS = 200
USERS = 2000
WORDS = 5000
PRODUCTS = 2000
YEARS = 5
TEMPLATES = 5
"""For each brand."""
SYLLABLES = ("ka", "lo", "mi", "ru", "te", "sa", "no", "vi", "du", "pe", "nar", "lem", "sto", "vik", "dor", "min")


@dataclass(frozen=True)
class Tenant:
    brand_id: UUID
    admin: UUID
    """An admin of the brand, who is a member of 1 to 50 brands."""


def fill(connection: psycopg.Connection, contents: int) -> list[Tenant]:
    """Loads all rows with triggers and constraints off, then builds the indexes of the large tables."""
    run = connection.execute
    run("select setseed(0.42)")
    run("set session_replication_role = replica")
    run("set statement_timeout = 0")
    run("set maintenance_work_mem = '1GB'")
    run("set max_parallel_maintenance_workers = 2")
    for table in ("contents", "content_versions", "domain_events", "ai_generations"):
        run(
            "select private.ensure_partitions(%s, (current_date - %s * interval '1 year')::date, %s)",
            [table, YEARS - 1, YEARS + 2],
        )
    run(
        """
        insert into public.brands (id, name, slug, country, language)
        select private.uuid_v7(), 'Brand ' || n, 'brand-' || n, 'GB', 'en' from generate_series(1, %s) as n
        """,
        [BRANDS],
    )
    run("create temporary table brand_list as select row_number() over (order by id) as n, id from public.brands")
    run(
        "insert into auth.users (id, email) "
        "select gen_random_uuid(), 'u' || n || '@bench.test' from generate_series(1, %s) as n",
        [USERS],
    )
    run("insert into public.profiles (id, first_name) select id, 'U' from auth.users")
    run(
        """
        insert into public.brand_members (user_id, brand_id, role)
        select
          people.id, brand_list.id,
          (array['viewer', 'editor', 'admin'])[1 + (people.n + brand_list.n) %% 3]::public.brand_role
        from (select id, row_number() over (order by id) as n from public.profiles) as people
        cross join lateral generate_series(1, 1 + (people.n * 7 %% 50)::integer) as nth
        inner join brand_list on brand_list.n = 1 + (people.n * 13 + nth * 17) %% %s
        on conflict do nothing
        """,
        [BRANDS],
    )
    run(
        """
        insert into public.templates (brand_id, name, content_type, input_fields, output_fields)
        select
          brand_list.id, 'Template ' || nth, 'article', '[{"id": "topic", "name": "Topic", "type": "short_text"}]',
          '[{"id": "body", "name": "Body", "type": "html"}]'
        from brand_list cross join generate_series(1, %s) as nth
        """,
        [TEMPLATES],
    )
    _contents(connection, contents)
    _catalogue(connection)
    run(
        """
        insert into private.jobs (queue, kind, payload)
        select 'bench', 'noop', jsonb_build_object('n', n) from generate_series(1, %s) as n
        """,
        [max(contents // 20, 2000)],
    )
    run("set session_replication_role = origin")
    connection.commit()
    connection.autocommit = True
    for table in ("public.contents", "private.content_search", "public.domain_events", "private.jobs"):
        run(f"vacuum analyze {table}".encode())
    run("analyze")
    # Each admin has one session, which for simplicity has the id of the admin. Measuring takes longer than an access
    # token lives, so it was seen tomorrow.
    run(
        "insert into public.user_sessions (id, user_id, last_seen_at) "
        "select id, id, now() + interval '1 day' from public.profiles on conflict do nothing"
    )
    return [
        Tenant(*row)
        for row in run(
            "select distinct on (brand_id) brand_id, user_id from public.brand_members where role = 'admin' order "
            "by brand_id, user_id"
        ).fetchall()
    ]


def _contents(connection: psycopg.Connection, contents: int) -> None:
    run = connection.execute
    choice = random.Random(42)
    # Frequent and rare words, distributed as in natural language (Zipf).
    vocabulary = ["".join(choice.choice(SYLLABLES) for _ in range(2 + number % 3)) for number in range(WORDS)]
    weights = list(accumulate(1 / (rank + 10) for rank in range(WORDS)))
    run("create temporary table made (n integer, title text, body text, age double precision)")
    with connection.cursor() as cursor, cursor.copy("copy made from stdin") as copy:
        for number in range(contents):
            words = choice.choices(vocabulary, cum_weights=weights, k=35)
            copy.write_row((number, " ".join(words[:5]), " ".join(words[5:]), choice.random() * (YEARS * 365 - 30)))
    run(
        """
        create temporary table vectors as
        select n, (select array_agg(random() - 0.5 + 0 * d + 0 * n)::real[] from generate_series(1, 512) as d)
          ::extensions.halfvec(512) as vector
        from generate_series(0, 499) as n
        """
    )
    definitions = take_indexes(connection, ("public.contents", "private.content_search"))
    run(
        """
        create temporary table loaded as
        select
          private.uuid_v7(now() - made.age * interval '1 day') as id, now() - made.age * interval '1 day' as at,
          made.title, made.title || ' ' || made.body as words, brand_list.id as brand_id, made.n,
          (array['draft', 'draft', 'pending_review', 'in_review', 'approved', 'published', 'published', 'archived'])
            [1 + made.n / %(brands)s %% 8]::public.content_status as status,
          used.template_ids[1 + made.n / %(brands)s %% cardinality(used.template_ids)] as template_id,
          members.user_ids[1 + made.n / %(brands)s %% cardinality(members.user_ids)] as created_by
        from made
        inner join brand_list on brand_list.n = 1 + made.n %% %(brands)s
        inner join (
          select brand_id, array_agg(id order by id) as template_ids from public.templates group by brand_id
        ) as used on used.brand_id = brand_list.id
        inner join (
          select brand_id, array_agg(user_id order by user_id) as user_ids from public.brand_members group by brand_id
        ) as members on members.brand_id = brand_list.id
        """,
        {"brands": BRANDS},
    )
    run(
        """
        insert into public.contents (
          id, brand_id, type, status, title, slug, body, created_at, updated_at, published_at, due_at,
          template_id, created_by, updated_by, tags, categories, score, assignees
        )
        select
          id, brand_id, case n % 4 when 0 then 'social_media' else 'article' end, status, title, 'c-' || n, words, at,
          at + interval '1 day' * (n % 20),
          case when status in ('published', 'archived') then at + interval '2 days' end, at + interval '21 days',
          template_id, created_by, created_by, array['t' || n % 20, 't' || n % 7], array['c' || n % 10],
          (n * 37 % 1000) / 10.0, case when n % 3 = 0 then array[created_by] else '{}' end
        from loaded
        """
    )
    run(
        "insert into public.content_assignees (content_id, user_id, brand_id) "
        "select id, created_by, brand_id from loaded where n % 3 = 0"
    )
    run("insert into private.content_slugs (brand_id, slug, content_id) select brand_id, 'c-' || n, id from loaded")
    run(
        """
        insert into private.content_search (
          content_id, brand_id, title, type, status, words, updated_at, embedding, embedding_model, embedded_version,
          language, tags, plain
        )
        select
          loaded.id, loaded.brand_id, loaded.title, 'article', loaded.status,
          array_to_tsvector(array['brand:' || loaded.brand_id])
            || setweight(to_tsvector('simple', loaded.title) || to_tsvector('english', loaded.title), 'A')
            || setweight(to_tsvector('simple', loaded.words) || to_tsvector('english', loaded.words), 'D'),
          loaded.at, vectors.vector, 'bench', 1, 'en', array['t' || loaded.n % 20], loaded.words
        from loaded inner join vectors on vectors.n = loaded.n % 500
        """
    )
    run(
        """
        insert into public.domain_events (
          id, brand_id, aggregate_type, aggregate_id, aggregate_version, type, payload, occurred_at
        )
        select private.uuid_v7(at), brand_id, 'content', id, 1, 'ContentCreated', jsonb_build_object('title', title), at
        from loaded where n % 5 = 0
        """
    )
    run("drop table loaded")
    for definition in definitions:
        run(definition.encode())


def take_indexes(connection: psycopg.Connection, tables: tuple[str, ...]) -> list[str]:
    """Drops the indexes that are not constraints. Returns the statements that create them again."""
    found: list[str] = []
    for table in tables:
        rows = connection.execute(
            "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index "
            "where indrelid = %s::regclass and not exists (select from pg_constraint where conindid = indexrelid)",
            [table],
        ).fetchall()
        for name, definition in rows:
            found.append(definition.replace(" ON ONLY ", " ON "))
            connection.execute(f"drop index {name if '.' in name else 'public.' + name}".encode())
    return found


def _catalogue(connection: psycopg.Connection) -> None:
    run = connection.execute
    masters = "insert into public.master_claim_brands (name) select 'Master ' || n from generate_series(1, %s) as n"
    run(masters, [BRANDS])
    run(
        "create temporary table masters as "
        "select row_number() over (order by id) as n, id from public.master_claim_brands"
    )
    run(
        "insert into public.brand_master_claim_brands (brand_id, master_claim_brand_id) "
        "select brand_list.id, masters.id from brand_list inner join masters using (n)"
    )
    run("insert into public.ingredients (name) select 'Ingredient ' || n from generate_series(1, 500) as n")
    run(
        "insert into public.products (master_claim_brand_id, name) "
        "select masters.id, 'Product ' || nth from masters cross join generate_series(1, %s) as nth",
        [PRODUCTS // BRANDS],
    )
    run(
        "insert into public.product_ingredients (product_id, ingredient_id) "
        "select products.id, picked.id from (select id, row_number() over (order by id) as n from "
        "public.products) as products "
        "cross join lateral (select id from (select id, row_number() over (order by id) as m from "
        "public.ingredients) as i "
        "where (i.m + products.n) %% 100 = 0) as picked".replace("%%", "%")
    )
    # 20 claims for each brand, 5 for each product, 5 for each ingredient; every fifth product has overrides.
    run(
        """
        insert into public.claims (id, text, level, status, master_claim_brand_id, countries)
        select private.uuid_v7(), jsonb_build_object('original', 'Claim ' || nth), 'brand', 'allowed', masters.id,
          case when nth % 2 = 0 then '{__GLOBAL__}' else '{GB}' end::text[]
        from masters cross join generate_series(1, 20) as nth
        """
    )
    for level, table in (("product", "products"), ("ingredient", "ingredients")):
        run(
            f"""
            with made as (
              insert into public.claims (id, text, level, status, countries)
              select
                private.uuid_v7(), jsonb_build_object('original', 'Claim ' || nth, 'de', subject.id::text), '{level}',
                (array['allowed', 'disallowed', 'mandatory'])[1 + nth % 3]::public.claim_status, '{{__GLOBAL__}}'
              from public.{table} as subject cross join generate_series(1, 5) as nth
              returning id, text
            )
            insert into public.claim_subjects (claim_id, {level}_id) select id, (text ->> 'de')::uuid from made
            """.encode()
        )
    run("select private.replace_claim_scopes(claims) from public.claims")
    run(
        """
        insert into public.market_overrides (master_claim_id, market_country, product_id)
        select claims.id, 'GB', products.id
        from public.products
        inner join public.claims on claims.master_claim_brand_id = products.master_claim_brand_id
        where '__GLOBAL__' = any (claims.countries) and right(claims.text ->> 'original', 1) = '4'
        """
    )
