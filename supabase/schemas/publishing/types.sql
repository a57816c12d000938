create function private.are_channel_settings(kind text, settings jsonb)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  return case kind
    when 'webhook' then private.has_shape(settings, '{"url": "url"}', '{url}')
    when 'wordpress' then private.has_shape(settings, '{
      "siteUrl": "url", "userName": "name 200", "postType": "word posts|pages"
    }', '{siteUrl, userName}')
    when 'contentful' then private.has_shape(settings, '{
      "apiUrl": "url", "spaceId": "matches ^[A-Za-z0-9]{1,64}$", "environmentId": "matches ^[A-Za-z0-9_.-]{1,64}$",
      "contentTypeId": "matches ^[A-Za-z0-9_.-]{1,64}$", "locale": "matches ^[A-Za-z0-9-]{2,35}$"
    }', '{apiUrl, spaceId, environmentId, contentTypeId, locale}')
    when 'shopify' then private.has_shape(settings, '{
      "shopUrl": "url", "resource": "word article|product_description",
      "blogId": "matches ^[0-9]{1,20}$ or null", "author": "text 200 or null"
    }', '{shopUrl, resource}')
    when 's3' then private.has_shape(settings, '{
      "bucket": "matches ^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", "region": "matches ^[a-z0-9-]{1,40}$",
      "prefix": "text 200", "formats": "texts 2 10", "cacheControl": "text 200",
      "endpointUrl": "url or null", "publicUrl": "url or null"
    }', '{bucket, region}')
    else false
  end;
end;
$$;
comment on function private.are_channel_settings is
'Whether these are the settings of a channel of this kind, as lib/publishing/channels/settings.py describes them.';
grant execute on function private.are_channel_settings to authenticated, service_role;

create function private.are_channel_fields(field_mapping jsonb)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  entries constant jsonb := jsonb_path_query_array(field_mapping, '$.keyvalue()');
begin
  if jsonb_array_length(entries) > 50 then
    return false;
  end if;
  for position in 0 .. jsonb_array_length(entries) - 1 loop
    if
      char_length(entries -> position ->> 'key') not between 1 and 100
      or not private.fits(entries -> position -> 'value', 'name 100')
    then
      return false;
    end if;
  end loop;
  return true;
end;
$$;
comment on function private.are_channel_fields is
'Whether this maps at most 50 fields of a target to ours, {"target": "source"}, with at most 100 characters each.';
grant execute on function private.are_channel_fields to authenticated, service_role;

create function private.channel_target(kind text, settings jsonb)
returns text
language sql
immutable
strict
parallel safe
set search_path = ''
as $$
  select left((case kind
    when 'webhook' then jsonb_build_array(settings -> 'url')
    when 'wordpress' then jsonb_build_array(settings -> 'siteUrl', settings -> 'postType')
    when 'contentful' then jsonb_build_array(
      settings -> 'apiUrl', settings -> 'spaceId', settings -> 'environmentId', settings -> 'locale'
    )
    when 'shopify' then jsonb_build_array(settings -> 'shopUrl', settings -> 'resource', settings -> 'blogId')
    when 's3' then jsonb_build_array(settings -> 'endpointUrl', settings -> 'region', settings -> 'bucket')
  end)::text, 4000);
$$;
comment on function private.channel_target is
'Returns what tells the target of a channel from others: the ids of objects are known at one target only.';
grant execute on function private.channel_target to authenticated, service_role;
