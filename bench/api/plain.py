"""A plain table of the same rows with one policy: what the data API alone would read and write."""

from typing import Final

import psycopg

from local.stack.settings import SUPERUSER, with_role

COLUMNS: Final = (
    "id, brand_id, template_id, type, status, title, slug, fields, body, excerpt, metadata, tags, categories, "
    "assignees, score, version, created_by, created_at, updated_by, updated_at, published_at, due_at, "
    "scheduled_for, deleted_at"
)
FULL: Final = COLUMNS.replace(" ", "")
# The columns of a list.
HEAD: Final = (
    "id,brand_id,template_id,type,status,title,slug,excerpt,tags,categories,assignees,score,version,created_by,"
    "created_at,updated_by,updated_at,published_at,due_at,scheduled_for"
)
# A project of this kind would have an index for each order that it offers, and one for its creators and its search.
# The table is not partitioned; a version column is the caller's own to keep.
TABLES: Final = f"""
create table public.plain_members (
  user_id uuid not null, brand_id uuid not null, primary key (user_id, brand_id)
);
create table public.plain_contents as
select {COLUMNS}, words
from public.contents inner join (select content_id, words from private.content_search) as search on content_id = id
order by id;
alter table public.plain_contents
  alter column id set default gen_random_uuid(), alter column brand_id set not null,
  alter column type set default 'article', alter column status set default 'draft',
  alter column created_at set default now(), alter column updated_at set default now(),
  alter column version set default 1, add primary key (id);
insert into public.plain_members (user_id, brand_id) select user_id, brand_id from public.brand_members;
create index on public.plain_contents (brand_id, updated_at desc, id) where deleted_at is null;
create index on public.plain_contents (brand_id, created_at desc, id) where deleted_at is null;
create index on public.plain_contents (brand_id, status, updated_at desc, id) where deleted_at is null;
create index on public.plain_contents (brand_id, title, id) where deleted_at is null;
create index on public.plain_contents (brand_id, score desc nulls last, id) where deleted_at is null;
create index on public.plain_contents (brand_id, due_at, id) where deleted_at is null;
create index on public.plain_contents (brand_id, created_by) where deleted_at is null;
create index on public.plain_contents using gin (words);
alter table public.plain_contents enable row level security;
create policy "Members of the brand" on public.plain_contents for all to authenticated
using (brand_id in (select brand_id from public.plain_members where user_id = (select auth.uid())))
with check (brand_id in (select brand_id from public.plain_members where user_id = (select auth.uid())));
grant select, insert, update, delete on public.plain_contents to authenticated;
grant select on public.plain_members to authenticated;
"""


def make_plain_table(database_url: str) -> None:
    with psycopg.connect(with_role(database_url, SUPERUSER), autocommit=True) as connection:
        connection.execute("set statement_timeout = 0; set maintenance_work_mem = '512MB'")
        connection.execute(TABLES.encode())
        connection.execute("vacuum analyze public.plain_contents")
        connection.execute("vacuum analyze public.plain_members")
