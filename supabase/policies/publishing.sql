-- channels, channel_publications
--
-- Channels are written by commands only, and their credentials are read by functions that our functions call.

revoke insert, update, delete, truncate on public.channels, public.channel_publications from service_role;

grant select (
  id, brand_id, kind, name, settings, credentials_set_at, field_mapping, content_types, is_required, is_active, version,
  checked_at, is_usable, check_message, created_by, created_at, updated_by, updated_at
) on public.channels to authenticated;

create policy "Channels may be read by those who manage integrations"
on public.channels for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

-- Not `memory`: it may hold what the target had before.
grant select (
  id, channel_id, content_id, brand_id, status, version, channel_version, target, is_standing, is_withdrawing,
  remote_id, url, round, attempts, error, answer, published_at, created_at, updated_at
) on public.channel_publications to authenticated;

-- Like the settings of channels: the words of a target tell about it what readers of contents need not know.
create policy "Publications to channels may be read by those who manage integrations"
on public.channel_publications for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));
