-- How long a statement of the data API may run, by role, whatever a project had before. PostgREST applies the settings
-- of the caller's role to each transaction, and those of the role that it logs in as (authenticator) to each connection
-- (https://docs.postgrest.org/en/stable/references/transactions.html#impersonated-role-settings). A function that needs
-- longer has a `statement_timeout` of its own, of at most 60 seconds.
do $$
declare
  wanted record;
begin
  for wanted in
    select setting.role_name, setting.parameter, setting.limit_value
    from (
      values
      ('anon', 'statement_timeout', '3s'),
      ('authenticated', 'statement_timeout', '8s'),
      ('service_role', 'statement_timeout', '8s'),
      ('authenticator', 'statement_timeout', '8s'),
      -- Less than the 6 seconds after which our functions give up, so that a wait for a lock ends before them.
      ('authenticator', 'lock_timeout', '5s'),
      -- PostgREST sends all statements of a transaction at once: one that waits for the next has lost its client.
      ('authenticator', 'idle_in_transaction_session_timeout', '30s')
    ) as setting (role_name, parameter, limit_value)
    -- Roles belong to the server. Two databases that are built at once must not both change one.
    where not exists (
      select from pg_catalog.pg_db_role_setting as present
      where
        present.setrole = setting.role_name::regrole
        and present.setdatabase = 0
        and present.setconfig @> array[setting.parameter || '=' || setting.limit_value]
    )
  loop
    execute format('alter role %I set %I = %L', wanted.role_name, wanted.parameter, wanted.limit_value);
  end loop;
end
$$;
notify pgrst, 'reload config';
