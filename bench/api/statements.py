"""The statements that load the contents: see bench/api/data.py."""

from typing import Final

TABLES: Final = """
create schema bench;
create table bench.brands as
select
  n, ('b0000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid as id
from generate_series(1, %(brands)s) as n;
create table bench.people as
select n, ('a0000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid as id from generate_series(1, %(people)s) as n;
create table bench.paragraphs (n integer primary key, text text not null);
-- Evenly over three years, ids by the time of creation.
create table bench.rows as
select
  n, at,
  (
    lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5('c' || n), 1, 3) || '8'
    || substr(md5('c' || n), 4, 15)
  )::uuid as id,
  1 + n %% %(brands)s as brand,
  -- At random, and the same in every run.
  hashint8(n)::bigint + 2147483648 as dice
from (
  select n, %(now)s::timestamptz - interval '1 day'
    * (%(days)s::float * (n * 7919::bigint %% %(rows)s) / %(rows)s) as at
  from generate_series(0, %(rows)s - 1) as n
) as dated;
"""
BRANDS: Final = """
insert into public.brands (id, name, slug, country, language)
select id, 'Bench brand ' || n, 'bench-brand-' || n, 'GB', 'en' from bench.brands;
insert into auth.users (id, email) select id, 'u' || n || '@bench.test' from bench.people;
insert into public.profiles (id, first_name, last_name) select id, 'Person', n::text from bench.people;
insert into public.brand_members (user_id, brand_id, role)
select people.id, brands.id, (array['viewer', 'editor', 'admin'])[1 + people.n %% 3]::public.brand_role
from bench.people inner join bench.brands on people.n %% 17 = brands.n %% 17 or people.n = brands.n;
insert into public.brand_members (user_id, brand_id, role)
select users.id, brands.id, (case when users.email like 'admin%%' then 'admin' else 'viewer' end)::public.brand_role
from auth.users inner join bench.brands on users.email = %(reader)s or (users.email = %(admin)s and brands.n <= 3);
insert into public.templates (id, brand_id, name, content_type, input_fields, output_fields)
select
  ('e0000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, id, 'Article', 'article',
  '[{"id": "topic", "name": "Topic", "type": "short_text"}]',
  '[{"id": "headline", "name": "Headline", "type": "plain_text"}]'
from bench.brands;
with made as (
  insert into public.workflows (brand_id, name, is_default)
  select id, 'Review', true from bench.brands where n = %(submitted)s returning id, brand_id
), step as (
  insert into public.workflow_steps (workflow_id, brand_id, position, name, timeout_hours)
  select id, brand_id, 1, 'Review', 24 from made returning id, brand_id
)
insert into public.workflow_step_assignees (step_id, user_id, brand_id)
select step.id, members.user_id, step.brand_id
from step cross join lateral (
  select user_id from public.brand_members
  where brand_members.brand_id = step.brand_id and role <> 'viewer' order by user_id limit 1
) as members;
"""
CONTENTS: Final = """
insert into public.contents (
  id, brand_id, type, status, title, slug, fields, body, excerpt, metadata, tags, categories, score, created_at,
  updated_at, published_at, due_at, template_id, template_version, created_by, updated_by, assignees, markup_version
)
select
  rows.id, brands.id, case rows.dice / 8 %% 4 when 0 then 'social_media' else 'article' end,
  (array['draft', 'draft', 'draft', 'published', 'published', 'approved', 'archived', 'rejected'])
    [case when brands.n = %(submitted)s then 1 else 1 + rows.dice %% 8 end]::public.content_status,
  -- A rare word, which some hundred contents share, and a frequent one.
  initcap(split_part(first.text, ' ', 1) || ' ' || split_part(first.text, ' ', 2) || ' '
    || case when rows.dice / 32 %% 4 = 0 then %(frequent)s || ' ' else '' end
    || split_part(first.text, ' ', 3) || ' rare' || rows.dice / 128 %% %(rare)s),
  'c-' || rows.n, jsonb_build_object('topic', split_part(first.text, ' ', 5), 'headline', left(second.text, 60)),
  '<h2>' || left(first.text, 40) || '</h2><p>' || first.text || '</p><p>' || second.text || '</p><p>' || third.text
    || '</p>',
  left(third.text, 150), jsonb_build_object(
    'metaTitle', left(first.text, 50), 'metaDescription', left(second.text, 150)
  ),
  array['t' || rows.dice / 64 %% 20, 'u' || rows.dice / 64 %% 7], array['c' || rows.dice / 64 %% 10],
  (rows.dice / 128 %% 1000) / 10.0, rows.at,
  least(rows.at + interval '1 hour' * (rows.dice %% 480), %(now)s),
  case when rows.dice %% 8 in (3, 4) then rows.at + interval '1 hour' end, rows.at + interval '21 days',
  ('e0000000-0000-7000-8000-' || lpad(brands.n::text, 12, '0'))::uuid, 1, creators.id, creators.id,
  case when rows.dice %% 3 = 0 then array[creators.id] else '{}' end, 1
from bench.rows
inner join bench.brands on brands.n = rows.brand
inner join bench.paragraphs as first on first.n = rows.n %% %(paragraphs)s
inner join bench.paragraphs as second on second.n = rows.n * 3 %% %(paragraphs)s
inner join bench.paragraphs as third on third.n = rows.n * 7 %% %(paragraphs)s
-- The member whose number is the brand's, and another one.
inner join bench.people as creators on creators.n = brands.n + 17 * (rows.n / %(brands)s %% 2)
where rows.n %% %(loaders)s = %(loader)s
"""
DERIVED: Final = """
insert into private.content_slugs (brand_id, slug, content_id)
select brands.id, 'c-' || rows.n, rows.id from bench.rows inner join bench.brands on brands.n = rows.brand;
insert into public.domain_events (
  id, brand_id, aggregate_type, aggregate_id, aggregate_version, type, payload, occurred_at
)
select private.uuid_v7(at), brands.id, 'content', rows.id, 1, 'ContentCreated', '{}', at
from bench.rows inner join bench.brands on brands.n = rows.brand where rows.n % 5 = 0;
"""
