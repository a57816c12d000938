-- Closed by default: every privilege is granted one by one, beside the object or in supabase/policies.
-- Projects differ in what they grant on new objects, by their age. Nothing of it is left here, not even for the
-- service.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

-- The data API exposes `public` only.
create schema private;
comment on schema private is 'Helpers, reference data and partitions; never exposed by the Data API.';
revoke all on schema private from public;
grant usage on schema private to authenticated, service_role;
grant usage on schema private to anon; -- for private.check_request
