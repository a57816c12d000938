create function private.slugify(title text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  -- NFD puts accents behind their letters, as characters of their own, which are then dropped.
  return btrim(left(regexp_replace(
    regexp_replace(lower(normalize(slugify.title, nfd)), '[\u0300-\u036f]', '', 'g'), '[^a-z0-9]+', '-', 'g'
  ), 80), '-');
end;
$$;
comment on function private.slugify is 'Makes a slug from a title: a-z, 0-9 and hyphens, 80 characters at most.';

create function private.claim_slug(
  brand uuid, content_id uuid, wished text, is_exact boolean, is_new boolean default false
)
returns text
language plpgsql
volatile
security definer -- nobody may write slugs by themselves
set search_path = ''
as $$
declare
  candidate text := coalesce(nullif(wished, ''), 'untitled');
begin
  for attempt in 1 .. 20 loop
    insert into private.content_slugs (brand_id, slug, content_id)
    values (brand, candidate, claim_slug.content_id)
    on conflict on constraint content_slugs_pkey do nothing;
    if found and is_new then
      return candidate;
    elsif found or exists (
      select from private.content_slugs as held
      where held.brand_id = brand and held.slug = candidate and held.content_id = claim_slug.content_id
    ) then
      delete from private.content_slugs as former
      where former.brand_id = brand and former.content_id = claim_slug.content_id and former.slug <> candidate;
      return candidate;
    end if;
    exit when is_exact;
    candidate := left(coalesce(nullif(wished, ''), 'untitled'), 80) || '-' || case
      when attempt < 10 then (attempt + 1)::text else substr(md5(content_id::text || attempt), 1, 8)
    end;
  end loop;
  perform private.refuse(409, 'another content of the brand has this slug', jsonb_build_array(jsonb_build_object(
    'field', 'slug', 'code', 'DUPLICATE_VALUE', 'message', 'choose another one'
  )));
end;
$$;
comment on function private.claim_slug is
'Claims a slug for a content, releases its former one and returns it. Where another content holds the slug, adds a
number, or refuses with 409 if it must be exact. is_new: the content holds no slug yet.';
