create function private.is_switched_off(brand public.brands, type text)
returns boolean
language sql
stable
set search_path = ''
as $$
  -- A tool without a feature flag is on. One with a flag is on for the brands of the flag, or for all if it lists none.
  select brand.deleted_at is not null or coalesce(brand.settings ->> 'aiEnabled' = 'false', false) or exists (
    select from public.feature_flags as flags
    where
      flags.key in ('ai', 'ai.' || is_switched_off.type)
      and not (flags.is_enabled and (flags.brand_ids = '{}' or brand.id = any (flags.brand_ids)))
  );
$$;
comment on function private.is_switched_off is
'Whether AI, or this type of tool, is off for the brand: nothing of the brand may be sent to a model then. Deleted
brands count as off.';

create function private.refuse_disabled_tool(brand public.brands, type text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if brand.settings ->> 'aiEnabled' = 'false' then
    perform private.refuse(403, 'AI is switched off for this brand');
  end if;
  if private.is_switched_off(brand, type) then
    perform private.refuse(403, 'this feature is not available to the brand');
  end if;
end;
$$;
comment on function private.refuse_disabled_tool is
'Refuses a tool (403) if the brand has switched AI off (settings.aiEnabled) or a feature flag, `ai` or `ai.<type>`, does
not include the brand.';
