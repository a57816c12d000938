-- For every table: a session that has ended, or that has not passed the second factor of its user, reads and writes
-- nothing. Tables that belong to a person and not to a brand are closed to API keys. Changes come from our functions
-- alone: a token reads here, and writes with their proof only (decision 42).
--
-- A restrictive policy is a condition in addition to all others. It is the same for every table, so a loop makes it.
-- `using` applies to the row after an update as well.

do $$
declare
  guarded record;
begin
  for guarded in
    select
      schemaname, tablename,
      case
        when tablename = any (array[
          'user_sessions', 'mfa_factors', 'trusted_devices', 'notifications', 'notification_preferences', 'api_keys',
          'sso_connections', 'sso_group_roles'
        ]) then 'private.person_trusted()'
        else 'private.session_trusted()'
      end as condition
    from pg_tables where schemaname = 'public'
    union all
    values
    ('realtime', 'messages', 'private.session_trusted()'), ('storage', 'objects', 'private.session_trusted()')
  loop
    execute format(
      'create policy "Only trusted sessions" on %I.%I as restrictive for all to authenticated '
      'using ((select %s)) with check ((select %s))',
      guarded.schemaname, guarded.tablename, guarded.condition, guarded.condition
    );
    execute format(
      'create policy "Only our functions insert" on %I.%I as restrictive for insert to anon, authenticated '
      'with check ((select private.from_functions()))',
      guarded.schemaname, guarded.tablename
    );
    execute format(
      'create policy "Only our functions update" on %I.%I as restrictive for update to anon, authenticated '
      'using ((select private.from_functions()))',
      guarded.schemaname, guarded.tablename
    );
    execute format(
      'create policy "Only our functions delete" on %I.%I as restrictive for delete to anon, authenticated '
      'using ((select private.from_functions()))',
      guarded.schemaname, guarded.tablename
    );
  end loop;
end
$$;
