-- A domain and not an enum: the operators of enums are not leakproof, so under row-level security PostgreSQL would use
-- no index for a condition on the status, and a list would read the whole brand (ADR 13).
create domain public.content_status as text
check (value in (
  'draft', 'pending_review', 'in_review', 'approved', 'scheduled', 'published', 'archived', 'rejected'
));
comment on domain public.content_status is 'The states of domain §3.';

create type private.content_head as (
  id uuid, brand_id uuid, template_id uuid, template_version integer, type text, status text, title text, slug text,
  excerpt text, tags text [], categories text [], assignees uuid [], score numeric, version integer,
  major_version integer, minor_version integer, parent_id uuid, scheduled_for timestamptz, expires_at timestamptz,
  due_at timestamptz, published_at timestamptz, published_by uuid, created_by uuid, created_at timestamptz,
  updated_by uuid, updated_at timestamptz, deleted_at timestamptz
);
comment on type private.content_head is 'A content without its fields, body and metadata: what a list shows.';

create type private.list_request as (
  brands uuid [], is_deleted boolean,
  -- What is asked for; null: anything
  statuses text [], types text [], tags text [], categories text [], template_id uuid, parent_id uuid, created_by uuid,
  updated_by uuid, assignee uuid, created_from timestamptz, created_to timestamptz, updated_from timestamptz,
  updated_to timestamptz, published_from timestamptz, published_to timestamptz, scheduled_from timestamptz,
  scheduled_to timestamptz, due_from timestamptz, due_to timestamptz, score_from numeric, score_to numeric,
  -- The order, the place in it after which the page begins, and the size of the page
  sort text, is_descending boolean, after_value text, after_id uuid, skipped integer, wished integer,
  -- How many contents of each brand are looked at
  depth integer,
  -- Which filters there are: private.kind_of_list; few: a status that few contents have
  kind text
);
comment on type private.list_request is
'What a caller of list_contents asks for, as private.read_list_request reads it. Statements of lists call it asked.';

create type private.search_clause as (
  alternative integer,
  is_excluded boolean,
  is_quoted boolean,
  typed text
);
comment on type private.search_clause is
'A word or a phrase of a search, as typed. alternative: from 1, one more after each "or".';

create type private.search_marks as (
  pattern text,
  words tsquery
);
comment on type private.search_marks is
'What a search marks: a regular expression for what may be meant, and the words that are; null where there is nothing.';

create type private.search_request as (
  query text,
  terms tsquery,
  indexed_terms tsquery,
  sort text,
  brands uuid [],
  has_few_brands boolean,
  statuses text [],
  types text [],
  tags text [],
  created_by uuid,
  updated_from timestamptz,
  updated_to timestamptz,
  embedding extensions.halfvec,
  clauses private.search_clause [],
  excluded tsquery,
  is_exact boolean,
  likely_terms tsquery
);
comment on type private.search_request is
'What a caller of search_contents asks for, as private.parse_search reads it. query: the words that are wanted, without
case, accents and signs. excluded: what no match may hold; terms say so themselves. likely_terms: for estimates.
is_exact: a phrase is quoted, so nothing that is only like it. Null statuses, types, created_by and embedding: not asked
for.';

create type private.search_matches as (
  content_ids uuid [],
  total bigint,
  facets jsonb,
  is_truncated boolean
);
comment on type private.search_matches is
'The contents that a search found, best first, how many it counted, and the counts by type, status and tag.';

create type private.content_page as (
  items json, ids uuid [], brands uuid [], types text [], statuses text [], creators uuid [], expiries timestamptz [],
  deletions timestamptz [], templates uuid [], people uuid []
);
comment on type private.content_page is
'A page of a list. items: its contents as private.content_head, the other parts what is looked at of each, in this
order. people: who changed, published or has them.';

create type private.content_facts as (
  content_id uuid, brand_id uuid, status text, state text, is_own boolean, has_task boolean, is_decider boolean,
  has_run boolean, is_assigned_workflow boolean, has_workflow boolean, is_open_step boolean, has_decided boolean,
  decisions jsonb, is_expired boolean, has_violations boolean
);
comment on type private.content_facts is
'What the rules of contents ask about a content and the caller. state: the status, or deleted. has_task: a pending
review task. is_decider: the step asks the caller, who may still decide it. is_assigned_workflow: of the type;
has_workflow: any that a caller may name.';

create type private.content_details as (
  id uuid, brand_id uuid, template_id uuid, template_version integer, type text, status text, title text, slug text,
  fields jsonb, body text, excerpt text, metadata jsonb, tags text [], categories text [], assignees uuid [],
  score numeric, provenance jsonb, version integer, major_version integer, minor_version integer, parent_id uuid,
  scheduled_for timestamptz, expires_at timestamptz, due_at timestamptz, published_at timestamptz, published_by uuid,
  created_by uuid, created_at timestamptz, updated_by uuid, updated_at timestamptz, deleted_at timestamptz,
  allowed_actions text [], readable text [], people jsonb, review jsonb, plain_texts text []
);
comment on type private.content_details is
'A content as commands answer it: with what the caller may do now, which of its links the caller may read, and the names
of its people by id.';

-- The columns of private.content_details, and one more before the last.
create type private.published_content as (
  id uuid, brand_id uuid, template_id uuid, template_version integer, type text, status text, title text, slug text,
  fields jsonb, body text, excerpt text, metadata jsonb, tags text [], categories text [], assignees uuid [],
  score numeric, provenance jsonb, version integer, major_version integer, minor_version integer, parent_id uuid,
  scheduled_for timestamptz, expires_at timestamptz, due_at timestamptz, published_at timestamptz, published_by uuid,
  created_by uuid, created_at timestamptz, updated_by uuid, updated_at timestamptz, deleted_at timestamptz,
  allowed_actions text [], readable text [], people jsonb, review jsonb, publication jsonb,
  plain_texts text []
);
comment on type private.published_content is
'A content as the command answers it that publishes it, with the publication that it began; null if it began none.';

create type private.comment_details as (
  id uuid, brand_id uuid, content_id uuid, parent_id uuid, field_key text, range_start integer, range_end integer,
  body text, mentions uuid [], attachments jsonb, edited_at timestamptz, resolved_at timestamptz, resolved_by uuid,
  created_by uuid, created_at timestamptz, updated_by uuid, updated_at timestamptz, deleted_at timestamptz,
  allowed_actions text [], people jsonb
);
comment on type private.comment_details is
'A comment as commands answer it: with what the caller may do now, and the names of its people by id.';

create function private.are_field_values(fields jsonb)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  -- Without a statement: every write of a content asks this.
  return case when jsonb_typeof(fields) = 'object' and private.is_sound_json(fields, 1000000) then
    jsonb_array_length(jsonb_path_query_array(fields, '$.keyvalue().key')) <= 50
    and not jsonb_path_exists(fields, '$.keyvalue().key ? (@ like_regex "^.{51}" flag "s")')
  else false end;
end;
$$;
comment on function private.are_field_values is
'Whether these are values of at most 50 fields by their ids, of at most 1 MB together.';
grant execute on function private.are_field_values to authenticated, service_role;

create function private.are_origins(origins jsonb)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  if origins = '{}' then
    return true;
  end if;
  return case
    when jsonb_typeof(origins) = 'object' and private.is_sound_json(origins, 200000) then
      not exists (
        select from jsonb_each(origins) as entry
        where char_length(entry.key) > 100 or not private.has_shape(entry.value, '{
          "generationId": "id or null", "provider": "text 50", "model": "text 100", "promptVersion": "text 50",
          "at": "instant", "isEdited": "flag", "editedBy": "id or null"
        }', '{provider, model, promptVersion, at}')
      )
    else false
  end;
end;
$$;
comment on function private.are_origins is
'Whether this is the provenance of a content, as contents.provenance describes it.';
grant execute on function private.are_origins to authenticated, service_role;

create function private.is_content_metadata(metadata jsonb)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  return metadata = '{}' or private.is_sound_json(metadata, 100000) and private.has_shape(metadata, '{
    "metaTitle": "text 200 or null", "metaDescription": "text 500 or null", "keywords": "texts 50 50 or null",
    "ogImage": "url or null", "canonicalUrl": "url or null", "targetAudience": "text 500 or null"
  }', is_open => true);
end;
$$;
comment on function private.is_content_metadata is
'Whether the metadata that the API knows have their kinds, and all together at most 100 kB.';
grant execute on function private.is_content_metadata to authenticated, service_role;
