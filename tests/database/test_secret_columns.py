"""No function and no column that callers may read holds a digest or a secret: checked against the catalogue."""

from typing import Final

import psycopg

SECRET: Final = r"(_|^)(digest|hash|secret|ciphertext|encrypted|token|password|hmac|private_key)$"
# Columns that may be read: our functions decrypt them with the caller's own rights, or they are no secrets.
READABLE: Final = {
    ("user_sessions", "address"): "the IP address of one's own session",
    ("invitations", "email"): "the address that the brand itself has invited",
    ("audit_log", "hash"): "the chain of hashes, for those who may read the whole log",
    ("audit_log", "previous_hash"): "the same",
    ("notification_preferences", "digest"): "how often notifications are mailed",
}

# The columns that a function returns: of `returns table`, of out parameters, and of a row type, with their types.
RETURNED: Final = """
  with callable as (
    select proc.oid, proc.proname, proc.prorettype, proc.proargnames, proc.proargmodes, proc.proallargtypes
    from pg_proc as proc
    where
      proc.pronamespace = 'public'::regnamespace
      and (
        has_function_privilege('anon', proc.oid, 'execute')
        or has_function_privilege('authenticated', proc.oid, 'execute')
      )
      and not exists (select from pg_depend where pg_depend.objid = proc.oid and pg_depend.deptype = 'e')
  )
  select callable.proname, argument.name, argument.type::regtype::text
  from callable
  cross join lateral unnest(callable.proargnames, callable.proargmodes, callable.proallargtypes)
    as argument (name, mode, type)
  where argument.mode in ('o', 'b', 't')
  union all
  select callable.proname, attribute.attname, attribute.atttypid::regtype::text
  from callable
  inner join pg_type as returned on returned.oid = callable.prorettype and returned.typrelid <> 0
  inner join pg_attribute as attribute
    on attribute.attrelid = returned.typrelid and attribute.attnum > 0 and not attribute.attisdropped
"""
GRANTED: Final = """
  select relation.relname, attribute.attname, attribute.atttypid::regtype::text
  from pg_class as relation
  inner join pg_attribute as attribute
    on attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
  where
    relation.relnamespace = 'public'::regnamespace and relation.relkind in ('r', 'p', 'v', 'm')
    and not relation.relispartition
    and (
      has_column_privilege('anon', relation.oid, attribute.attnum, 'select')
      or has_column_privilege('authenticated', relation.oid, attribute.attnum, 'select')
    )
"""


def secrets_of(database: psycopg.Connection, query: str) -> set[tuple[str, str]]:
    rows = database.execute(
        "select * from (" + query + ") as found (owner, name, type) "  # pyright: ignore[reportArgumentType, reportCallIssue]
        "where name ~ %s or type in ('private.ciphertext', 'private.blind_index')",
        [SECRET],
    ).fetchall()
    return {(row[0], row[1]) for row in rows}


def test_no_function_returns_a_secret(database: psycopg.Connection) -> None:
    assert secrets_of(database, RETURNED) == {("set_notification_preferences", "digest")}


def test_no_secret_column_may_be_read(database: psycopg.Connection) -> None:
    assert secrets_of(database, GRANTED) == set(READABLE)


def test_the_checks_notice_secrets(database: psycopg.Connection) -> None:
    with database.transaction(force_rollback=True):
        database.execute(
            "create function public.leaking() returns setof public.api_keys language sql stable set search_path = '' "
            "as $$ select api_keys.* from public.api_keys $$; "
            "grant execute on function public.leaking to authenticated; "
            "grant select (key_hash) on public.api_keys to authenticated"
        )
        assert ("leaking", "key_hash") in secrets_of(database, RETURNED)
        assert ("api_keys", "key_hash") in secrets_of(database, GRANTED)


def test_a_key_is_found_without_a_change(database: psycopg.Connection) -> None:
    """It is for callers who are not known yet."""
    row = database.execute("select provolatile from pg_proc where proname = 'find_api_key'").fetchone()
    assert row == ("s",)
