create type public.claim_status as enum ('allowed', 'disallowed', 'mandatory');

create type public.claim_level as enum ('product', 'ingredient', 'brand');
comment on type public.claim_level is
'Ordered by strength: claims of products outrank those of ingredients, which outrank those of brands.';

create type public.resolved_claim as (
  product_id uuid,
  claim_text text,
  original_text text,
  status text,
  scope integer,
  level public.claim_level,
  source text,
  claim_id uuid,
  master_claim_id uuid,
  override_id uuid,
  is_master boolean
);
comment on type public.resolved_claim is
'A claim as it applies to a product. status: allowed, disallowed, mandatory or none. scope: 1 override, 2 market, 3
global. source: the level of the claim, or override. original_text: the text of the master claim where an override
replaced it.';

create type private.claim_in_force as (
  product_id uuid,
  market text,
  claim_id uuid,
  text_key text,
  status public.claim_status,
  level public.claim_level,
  scope integer,
  is_master boolean
);
comment on type private.claim_in_force is
'A claim that is effective and approved for a product in a market. scope: 2 for a claim of the market, 3 for a global
one. is_master: the claim is a global one.';

create function private.wording_key(written text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  -- private.claim_scopes takes so many characters: twice those of a claim.
  return private.short_key(private.folded_case(btrim(written, E' \t\n\r')), 1000);
end;
$$;
comment on function private.wording_key is 'Returns what tells a wording of a claim from others: see folded_case.';
grant execute on function private.wording_key to authenticated, service_role;

create function private.claim_text_key(claim_text jsonb)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select private.wording_key(claim_text ->> 'original');
$$;
comment on function private.claim_text_key is
'Returns the key of the original text. Claims with the same key are the same claim.';
grant execute on function private.claim_text_key to authenticated, service_role;

create function private.is_claim_text(claim_text jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select
    jsonb_typeof(claim_text) = 'object'
    and coalesce(private.claim_text_key(claim_text), '') <> ''
    and not exists (
      select from jsonb_each(claim_text) as entry
      where
        (entry.key <> 'original' and entry.key !~ '^[a-z]{2}$')
        or jsonb_typeof(entry.value) <> 'string'
        or char_length(entry.value #>> '{}') > 500
    );
$$;
comment on function private.is_claim_text is
'Whether this is {original, <language>…}: texts of at most 500 characters, the original not blank.';
grant execute on function private.is_claim_text to authenticated, service_role;
