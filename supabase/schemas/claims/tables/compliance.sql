create table public.claim_reviews (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  content_version integer not null check (content_version >= 1),
  country text not null references public.countries (code),
  strictness text not null default 'standard' check (strictness in ('lenient', 'standard', 'strict')),
  overall text not null check (overall in ('approved', 'needs_revision', 'rejected')),
  violations integer not null default 0 check (violations >= 0),
  findings jsonb not null default '[]' check (
    jsonb_typeof(findings) = 'array'
    and private.is_sound_json(findings, 4000000)
  ),
  override_reason text check (char_length(override_reason) between 1 and 5000),
  overridden_by uuid references public.profiles (id),
  overridden_at timestamptz check (overridden_at between '1900-01-01Z' and '2200-01-01Z'),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  source text not null default 'ai' check (source in ('check', 'ai')),
  is_current boolean not null default true,
  checked_text text check (checked_text ~ '^[0-9a-f]{32}$'),
  claims_state text check (claims_state ~ '^[0-9a-f]{32}$'),
  valid_until timestamptz check (valid_until between '1900-01-01Z' and '2200-01-01Z'),
  product_ids uuid[] not null default '{}' check (private.is_list(product_ids, 200)),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  check ((overridden_at is null) = (override_reason is null)),
  check (source = 'ai' or (checked_text is not null and claims_state is not null))
);
comment on table public.claim_reviews is 'A check of one version of a content against the claims of a market.';
comment on column public.claim_reviews.source is
'check: by comparing the text with the claims and the rules of the market; ai: by a model.';
comment on column public.claim_reviews.is_current is
'False once a later check of the same content and market replaces this one.';
comment on column public.claim_reviews.checked_text is
'private.text_fingerprint of the content that was checked: the check holds for this text alone.';
comment on column public.claim_reviews.claims_state is
'private.claims_state of the brand when the claims were read: the check holds until a claim changes.';
comment on column public.claim_reviews.valid_until is
'When the next claim or piece of evidence begins or ends to count. Null: no end is known.';
comment on column public.claim_reviews.violations is
'The number of violations. Any violation blocks publishing of that version until it is overridden with a reason.';
create index claim_reviews_content_id_idx on public.claim_reviews (content_id, brand_id, content_version);
create index claim_reviews_brand_id_idx on public.claim_reviews (brand_id);
-- Which contents make a claim (private.claim_sentences)
create index claim_reviews_findings_idx on public.claim_reviews using gin (findings jsonb_path_ops)
where is_current and source = 'check';
create index claim_reviews_country_idx on public.claim_reviews (country);
create index claim_reviews_created_by_idx on public.claim_reviews (created_by);
create index claim_reviews_overridden_by_idx on public.claim_reviews (overridden_by);
alter table public.claim_reviews enable row level security;

create table private.claim_rules (
  id text primary key,
  markets text[] not null,
  kind text not null,
  phrases text[] not null,
  required text[] not null default '{}',
  message text not null
);
comment on table private.claim_rules is
'Rules of markets for all texts, whatever claims a brand has. Reference data (data.sql).';
comment on column private.claim_rules.kind is
'barred: the phrases may not be used. evidence: their sentence needs a claim with valid evidence. register: it needs a
claim with a regulatory reference. text: the text needs one of the required phrases. languages: it needs each of the
required languages.';
comment on column private.claim_rules.phrases is
'Found whatever their case and spaces; an asterisk at the end of a word stands for any ending. Empty: every text.';
alter table private.claim_rules enable row level security;

create table private.claim_settings (
  brand_id uuid primary key references public.brands (id) on delete cascade,
  markets text[] not null default '{}' check (private.are_texts(markets, 50, 2)),
  is_delivered boolean not null default false,
  version integer not null default 1 check (version >= 1),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.claim_settings is 'How a brand works with claims; without a row by the defaults.';
comment on column private.claim_settings.markets is
'The markets against which contents are checked before they are published. Empty: the country of the brand.';
comment on column private.claim_settings.is_delivered is 'Whether delivery lists the claims of each published content.';
create index claim_settings_updated_by_idx on private.claim_settings (updated_by);
alter table private.claim_settings enable row level security;

create table private.claim_catalogues (
  master_claim_brand_id uuid primary key references public.master_claim_brands (id) on delete cascade,
  revision bigint not null default 1 check (revision >= 1),
  changed_in xid8 not null default pg_current_xact_id()
);
comment on table private.claim_catalogues is
'Counts the transactions that changed what a catalogue brand may claim. Without a row it has no claims.';
alter table private.claim_catalogues enable row level security;

create table private.claim_evidence (
  id uuid primary key default private.uuid_v7(),
  claim_id uuid not null references public.claims (id) on delete cascade,
  title text not null check (char_length(title) between 1 and 255) check (title !~ '[[:cntrl:]]'),
  kind text not null check (
    kind in ('study', 'test_report', 'certificate', 'registration', 'legal_opinion', 'authorisation', 'other')
  ),
  url text check (url ~ '^https://[^\s<>"@/]+(/[^\s<>"]*)?$' and char_length(url) <= 2000),
  file_reference text check (char_length(file_reference) between 1 and 500),
  issuer text not null default '' check (char_length(issuer) <= 255),
  reference_number text not null default '' check (char_length(reference_number) <= 255),
  notes text not null default '' check (char_length(notes) <= 5000),
  issued_on date not null check (issued_on between '1900-01-01' and '2199-12-31'),
  expires_on date check (expires_on between '1900-01-01' and '2199-12-31'),
  status text not null default 'pending' check (status in ('pending', 'accepted', 'refused', 'withdrawn')),
  reviewed_by uuid references public.profiles (id),
  reviewed_at timestamptz check (reviewed_at between '1900-01-01Z' and '2200-01-01Z'),
  review_comment text not null default '' check (char_length(review_comment) <= 5000),
  announced_days integer check (announced_days in (0, 7, 30, 90)),
  edited_by uuid references public.profiles (id),
  version integer not null default 1 check (version >= 1),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  check (url is not null or file_reference is not null),
  check (expires_on > issued_on),
  check ((status in ('accepted', 'refused')) <= (reviewed_at is not null))
);
comment on table private.claim_evidence is
'Documents that substantiate a claim. Only accepted ones that have not expired count.';
comment on column private.claim_evidence.expires_on is 'The first day on which it no longer counts. Null: never.';
comment on column private.claim_evidence.announced_days is
'How many days before its end its expiry was announced last: 90, 30, 7, or 0 at the end.';
comment on column private.claim_evidence.edited_by is
'The person who wrote the present details. updated_by also names reviewers.';
create index claim_evidence_claim_id_idx on private.claim_evidence (claim_id, id);
create index claim_evidence_expiry_idx on private.claim_evidence (expires_on)
where status = 'accepted' and announced_days is distinct from 0;
create index claim_evidence_reviewed_by_idx on private.claim_evidence (reviewed_by);
create index claim_evidence_created_by_idx on private.claim_evidence (created_by);
create index claim_evidence_updated_by_idx on private.claim_evidence (updated_by);
create index claim_evidence_edited_by_idx on private.claim_evidence (edited_by);
alter table private.claim_evidence enable row level security;

create table private.publication_claims (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null,
  content_id uuid not null,
  content_version integer not null check (content_version >= 1),
  published_at timestamptz not null check (published_at between '1900-01-01Z' and '2200-01-01Z'),
  market text not null check (market ~ '^[A-Z]{2}$'),
  section text not null check (char_length(section) <= 100),
  sentence text not null check (char_length(sentence) <= 5000),
  start_offset integer not null check (start_offset between 0 and 10000000),
  end_offset integer not null check (end_offset between 0 and 10000000),
  sentence_offset integer not null check (sentence_offset between 0 and 10000000),
  -- No references: what was published stays on record, whatever becomes of the claim and the check.
  claim_id uuid not null,
  claim_version integer not null check (claim_version >= 1),
  claim_text text not null check (char_length(claim_text) <= 500),
  claim_status text not null check (claim_status in ('allowed', 'mandatory', 'disallowed', 'none')),
  verdict text not null check (verdict in ('allowed', 'conditional', 'disallowed')),
  override_reason text check (char_length(override_reason) <= 5000),
  evidence jsonb not null default '[]' check (
    private.is_list_of(
      evidence, 100,
      '{
        "id": "id", "title": "text 255", "kind": "text 50", "referenceNumber": "text 255 or null",
        "expiresOn": "text 10 or null"
      }',
      '{id, title}'
    )
  ),
  check_id uuid not null,
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade
);
comment on table private.publication_claims is
'The claim bill of materials: each sentence of a publication that makes a claim, with the claim and its evidence as they
were at that moment. Written with the publication.';
create index publication_claims_content_idx on private.publication_claims (content_id, brand_id, content_version);
create index publication_claims_claim_idx on private.publication_claims (claim_id, brand_id);
create index publication_claims_brand_id_idx on private.publication_claims (brand_id);
alter table private.publication_claims enable row level security;

create table private.claim_tasks (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  kind text not null check (kind in ('evidence_expiring', 'claim_changed')),
  claim_id uuid not null references public.claims (id) on delete cascade,
  evidence_id uuid references private.claim_evidence (id) on delete cascade,
  content_id uuid,
  market text check (market ~ '^[A-Z]{2}$'),
  title text not null check (char_length(title) between 1 and 500),
  sentence text check (char_length(sentence) <= 5000),
  draft text check (char_length(draft) <= 6000),
  -- 90, 30, 7 or 0 for evidence; the position of the sentence for contents.
  mark integer not null default 0 check (mark between 0 and 10000000),
  due_on date check (due_on between '1900-01-01' and '2199-12-31'),
  assignee_id uuid references public.profiles (id),
  state text not null default 'open' check (state in ('open', 'done', 'dismissed')),
  closed_by uuid references public.profiles (id),
  closed_at timestamptz check (closed_at between '1900-01-01Z' and '2200-01-01Z'),
  closing_comment text not null default '' check (char_length(closing_comment) <= 5000),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  check ((state = 'open') = (closed_at is null)),
  check ((kind = 'evidence_expiring') <= (evidence_id is not null))
);
comment on table private.claim_tasks is
'What a brand has to look at because evidence ends or a claim changes. Without an assignee it is for its admins.';
create unique index claim_tasks_once_idx on private.claim_tasks (
  brand_id, kind, claim_id, evidence_id, content_id, market, mark
) nulls not distinct where state = 'open';
create index claim_tasks_list_idx on private.claim_tasks (brand_id, state, due_on, id);
create index claim_tasks_claim_id_idx on private.claim_tasks (claim_id);
create index claim_tasks_evidence_id_idx on private.claim_tasks (evidence_id);
create index claim_tasks_content_id_idx on private.claim_tasks (content_id, brand_id);
create index claim_tasks_assignee_id_idx on private.claim_tasks (assignee_id);
create index claim_tasks_closed_by_idx on private.claim_tasks (closed_by);
create index claim_tasks_created_by_idx on private.claim_tasks (created_by);
alter table private.claim_tasks enable row level security;
