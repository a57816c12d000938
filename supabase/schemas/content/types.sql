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
  embedding extensions.halfvec
);
comment on type private.search_request is
'What a caller of search_contents asks for, as private.parse_search reads it. Null statuses, types, created_by and
embedding: not asked for.';

create type private.search_matches as (
  content_ids uuid [],
  total bigint,
  facets jsonb
);
comment on type private.search_matches is
'The contents that a search found, best first, how many it counted, and the counts by type, status and tag.';
