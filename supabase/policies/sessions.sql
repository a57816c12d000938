-- Every table: a session that was ended, or that has not passed the second factor of its user, sees and writes nothing.
--
-- Restrictive policies are conditions beside all others. They are the same for every table, so they are made here for
-- whatever tables there are.

do $$
declare
  guarded record;
begin
  for guarded in
    select schemaname, tablename from pg_tables where schemaname = 'public'
    union all
    values ('realtime', 'messages'), ('storage', 'objects')
  loop
    execute format(
      'create policy "Only trusted sessions" on %I.%I as restrictive for all to authenticated '
      'using ((select private.session_trusted())) with check ((select private.session_trusted()))',
      guarded.schemaname, guarded.tablename
    );
  end loop;
end
$$;
