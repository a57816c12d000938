create function private.require_brand_locale(brand public.brands, asked jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  missing jsonb;
begin
  select jsonb_agg(jsonb_build_object(
    'field', 'brand.' || needed.value, 'code', 'REQUIRED_FIELD_MISSING', 'message', 'the brand has none'
  ) order by needed.value)
  into missing
  from jsonb_array_elements_text(coalesce(asked -> 'requires', '[]')) as needed
  where case needed.value when 'language' then brand.language else brand.country end is null;
  if missing is not null then
    perform private.refuse(400, 'the brand needs a language and a country for this', missing);
  end if;
end;
$$;
comment on function private.require_brand_locale is
'Raises 400 where a tool requires the language or the country of the brand and the brand has none.';
