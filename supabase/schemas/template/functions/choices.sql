create function private.choice_problem(field jsonb, value jsonb, level text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  kind text := field ->> 'type';
  chosen text [];
  offered text [] := array(select choice ->> 'value' from jsonb_array_elements(field -> 'choices') as choice);
  bound integer := coalesce((field ->> 'maxTags')::integer, 50);
begin
  if kind = 'select' then
    if jsonb_typeof(value) <> 'string' then
      return private.problem('INVALID_FORMAT', 'must be one of the choices');
    end if;
    chosen := array[value #>> '{}'];
  else
    if jsonb_typeof(value) <> 'array' or value @? '$[*] ? (@.type() != "string")' then
      return private.problem('INVALID_FORMAT', 'must be a list of texts');
    end if;
    chosen := array(select jsonb_array_elements_text(value));
  end if;
  return case
    when level = 'shape' then null
    when kind = 'tags' and cardinality(chosen) > bound
      then private.problem('VALUE_TOO_LONG', format('%s tags at most', bound))
    when kind = 'tags' and exists (select from unnest(chosen) as tag where char_length(tag) > 50)
      then private.problem('VALUE_TOO_LONG', 'a tag has 50 characters at most')
    when cardinality(chosen) <> (select count(distinct each) from unnest(chosen) as each)
      then private.problem('DUPLICATE_VALUE', 'names something twice')
    when kind <> 'tags' and not chosen <@ offered then private.problem('INVALID_FORMAT', 'is not among the choices')
  end;
end;
$$;
comment on function private.choice_problem is
'Finds what is wrong with the value of a select, multiselect or tags field: see value_problem.';

create function private.file_problem(field jsonb, value jsonb, brand uuid, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  file public.files;
  bound numeric := coalesce(
    private.as_number(field -> 'maxSizeMB'), case field ->> 'type' when 'image' then 5 else 25 end
  );
  allowed jsonb := coalesce(field -> 'allowedTypes', case field ->> 'type'
    when 'image' then '["image/jpeg", "image/png", "image/webp", "image/svg+xml"]'::jsonb end);
begin
  if jsonb_typeof(value) <> 'object' or value - array['fileId', 'altText'] <> '{}'
    or not coalesce(value ->> 'fileId' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', false)
    or coalesce(jsonb_typeof(value -> 'altText'), 'string') <> 'string'
  then
    return private.problem('INVALID_FORMAT', 'must be {fileId, altText}');
  elsif level = 'shape' then
    return null;
  end if;
  select files.* into file from public.files
  where files.id = (value ->> 'fileId')::uuid and files.brand_id = brand and files.deleted_at is null;
  return case
    when file.id is null then private.problem('INVALID_FORMAT', 'there is no such file in the brand')
    when file.size_bytes > bound * 1024 * 1024 then private.problem('VALUE_TOO_LONG', format('%s MB at most', bound))
    when not allowed ? file.mime_type then private.problem('INVALID_FORMAT', 'files of this type are not taken here')
  end;
end;
$$;
comment on function private.file_problem is
'Finds what is wrong with the value of a file or image field, which is a file of the brand: see value_problem.';

create function private.product_problem(field jsonb, value jsonb, brand uuid, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  named jsonb := case jsonb_typeof(value) when 'array' then value else jsonb_build_array(value) end;
begin
  if jsonb_typeof(value) = 'array' and not coalesce((field ->> 'allowMultiple')::boolean, false)
    or jsonb_array_length(named) > 50
    or named @? '$[*] ? (@.type() != "string" || !(@ like_regex "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"))'
  then
    return private.problem('INVALID_FORMAT', 'must name a product by its id');
  elsif level <> 'shape' and exists (
    select from jsonb_array_elements_text(named) as product_id
    where not exists (
      select from public.products
      inner join public.brand_master_claim_brands as link
        on link.master_claim_brand_id = products.master_claim_brand_id
      where products.id = product_id::uuid and link.brand_id = brand and products.archived_at is null
    )
  ) then
    return private.problem('INVALID_FORMAT', 'the brand has no such product');
  end if;
  return null;
end;
$$;
comment on function private.product_problem is
'Finds what is wrong with the value of a product field, which is one or several products in use of master claim brands
that the brand is linked to: see value_problem.';

create function private.faq_problem(field jsonb, value jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when
      jsonb_typeof(value) <> 'object'
      or value - array['entries', 'sections'] <> '{}'
      or jsonb_typeof(value -> 'entries') is distinct from 'array'
      or jsonb_array_length(value -> 'entries') > 100
      or value -> 'entries' @? '$[*] ? (@.type() != "object" || !exists(@.question ? (@.type() == "string"))
        || !exists(@.answerHtml ? (@.type() == "string")))'
      then private.problem('INVALID_FORMAT', 'must be {entries: [{id, question, answerHtml, answerPlain}]}')
    when value ? 'sections' and not coalesce((field ->> 'allowSections')::boolean, false)
      then private.problem('INVALID_FORMAT', 'sections are not taken here')
  end;
$$;
comment on function private.faq_problem is 'Finds what is wrong with the value of a FAQ field: see value_problem.';
