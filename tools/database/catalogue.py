"""Compares the catalogues of two databases, independently of the tool that plans migrations.

``python -m tools.database.catalogue URL URL`` prints each object that differs, and exits with 1 if any does. It covers
the schemas ``public`` and ``private``, and our policies and triggers on tables of the platform. Properties that a
partition inherits from its parent (columns, constraints, indexes, triggers) are compared at the parent.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, LiteralString

import psycopg

# Each yields (name, definition) as Postgres renders them, without object ids and independent of the order of creation.
_RELATIONS: Final = """
  select pg_class.*, format('%I.%I', pg_namespace.nspname, pg_class.relname) as name
  from pg_class
  inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
  where pg_namespace.nspname in ('public', 'private') and pg_class.relkind in ('r', 'p', 'v', 'm', 'S')
"""
_FUNCTIONS: Final = """
  select
    pg_proc.*,
    format('%I.%I(%s)', pg_namespace.nspname, pg_proc.proname, pg_get_function_identity_arguments(pg_proc.oid)) as name
  from pg_proc
  inner join pg_namespace on pg_namespace.oid = pg_proc.pronamespace
  where pg_namespace.nspname in ('public', 'private') and pg_proc.prokind in ('f', 'p')
"""
# Excludes the types that tables and arrays create.
_TYPES: Final = """
  select pg_type.*, format('%I.%I', pg_namespace.nspname, pg_type.typname) as name
  from pg_type
  inner join pg_namespace on pg_namespace.oid = pg_type.typnamespace
  left join pg_class on pg_class.oid = pg_type.typrelid
  where
    pg_namespace.nspname in ('public', 'private')
    and (pg_type.typtype in ('e', 'd') or (pg_type.typtype = 'c' and pg_class.relkind = 'c'))
"""
_COLUMNS: Final = """
  select relations.name || '.' || pg_attribute.attname as column_name, pg_attribute.*
  from relations
  inner join pg_attribute
    on pg_attribute.attrelid = relations.oid and pg_attribute.attnum > 0 and not pg_attribute.attisdropped
  where relations.relkind <> 'S' and not relations.relispartition
"""
_COMMON: Final[LiteralString] = (
    f"with relations as ({_RELATIONS}), functions as ({_FUNCTIONS}), types as ({_TYPES}), columns as ({_COLUMNS})"
)

QUERIES: Final[dict[str, LiteralString]] = {
    "schema": """
        select nspname, concat_ws(' ', pg_get_userbyid(nspowner), nspacl::text, obj_description(oid, 'pg_namespace'))
        from pg_namespace where nspname in ('public', 'private')
    """,
    "extension": "select extname, extnamespace::regnamespace::text from pg_extension",
    "default privileges": """
        select
          concat_ws(' ', defaclrole::regrole, nullif(defaclnamespace, 0)::regnamespace, defaclobjtype),
          (select string_agg(entry::text, ', ' order by entry::text) from unnest(defaclacl) as entry)
        from pg_default_acl
    """,
    "relation": """
        select name, concat_ws(
          ' ', relkind, relowner::regrole,
          case when relrowsecurity then 'row level security' end,
          case when relforcerowsecurity then 'forced' end,
          reloptions::text,
          case when relkind = 'p' then pg_get_partkeydef(oid) end,
          case when relispartition then pg_get_expr(relpartbound, oid) end,
          case when relkind in ('v', 'm') then pg_get_viewdef(oid) end
        )
        from relations
    """,
    "column": """
        select columns.column_name, concat_ws(
          ' ', format_type(columns.atttypid, columns.atttypmod),
          case when columns.attnotnull then 'not null' end, columns.attstorage,
          case when columns.attgenerated <> '' then 'generated' when columns.atthasdef then 'default' end,
          pg_get_expr(pg_attrdef.adbin, pg_attrdef.adrelid),
          nullif(columns.attidentity, ''),
          nullif(columns.attcollation, 0)::regcollation
        )
        from columns
        left join pg_attrdef on pg_attrdef.adrelid = columns.attrelid and pg_attrdef.adnum = columns.attnum
    """,
    # Not-null constraints are part of the columns: Postgres 17 does not list them.
    "constraint": """
        select
          relations.name || '.' || pg_constraint.conname,
          concat_ws(
            ' ', pg_get_constraintdef(pg_constraint.oid), case when not pg_constraint.convalidated then 'not valid' end
          )
        from relations
        inner join pg_constraint
          on pg_constraint.conrelid = relations.oid and pg_constraint.contype <> 'n' and pg_constraint.conparentid = 0
        where not relations.relispartition
    """,
    "index": """
        select
          pg_index.indexrelid::regclass::text,
          concat_ws(
            ' ', pg_get_indexdef(pg_index.indexrelid), case when not pg_index.indisvalid then 'lacks a partition' end
          )
        from relations
        inner join pg_index on pg_index.indrelid = relations.oid
        where not relations.relispartition
    """,
    # Triggers that call our functions, also on tables of the platform.
    "trigger": """
        select
          concat_ws('.', pg_trigger.tgrelid::regclass, pg_trigger.tgname),
          concat_ws(' ', pg_get_triggerdef(pg_trigger.oid), pg_trigger.tgenabled)
        from pg_trigger
        inner join functions on functions.oid = pg_trigger.tgfoid
        where not pg_trigger.tgisinternal and pg_trigger.tgparentid = 0
    """,
    "policy": """
        select
          format('%I.%I "%s"', schemaname, tablename, policyname),
          concat_ws(' ', permissive, cmd, roles::text, 'using', qual, 'with check', with_check)
        from pg_policies where schemaname in ('public', 'private', 'realtime', 'storage')
    """,
    "function": "select name, concat_ws(' ', proowner::regrole, pg_get_functiondef(oid)) from functions",
    "type": """
        select name, case typtype
          when 'e' then (
            select string_agg(enumlabel, ', ' order by enumsortorder) from pg_enum where enumtypid = types.oid
          )
          when 'd' then concat_ws(
            ' ', format_type(typbasetype, typtypmod), case when typnotnull then 'not null' end, typdefault,
            (
              select string_agg(conname || ' ' || pg_get_constraintdef(pg_constraint.oid), ', ' order by conname)
              from pg_constraint where contypid = types.oid and contype <> 'n'
            )
          )
          else (
            select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
            from pg_attribute where attrelid = typrelid and attnum > 0 and not attisdropped
          )
        end
        from types
    """,
    # Privileges one by one. A null list of privileges is the default one, which is not an empty one.
    "grant": """
        select
          concat_ws(' to ', granted.name, coalesce(nullif(entry.grantee, 0)::regrole::text, 'public')),
          string_agg(concat(entry.privilege_type, case when entry.is_grantable then '*' end), ', '
            order by entry.privilege_type)
        from (
          select
            name, coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner)) as acl
          from relations
          union all
          select name, coalesce(proacl, acldefault('f', proowner)) from functions
          union all
          select name, coalesce(typacl, acldefault('T', typowner)) from types
          union all
          select column_name, attacl from columns where attacl is not null
        ) as granted
        cross join lateral aclexplode(granted.acl) as entry
        group by granted.name, entry.grantee
    """,
    "comment": """
        select name, description from (
          select name, obj_description(oid, 'pg_class') as description from relations
          union all
          select name, obj_description(oid, 'pg_proc') from functions
          union all
          select name, obj_description(oid, 'pg_type') from types
          union all
          select column_name, col_description(attrelid, attnum) from columns
          union all
          select
            concat_ws('.', relations.name, pg_constraint.conname), obj_description(pg_constraint.oid, 'pg_constraint')
          from relations
          inner join pg_constraint on pg_constraint.conrelid = relations.oid
        ) as described
        where description is not null
    """,
}

type Catalogue = dict[tuple[str, str], str]
"""The kind and name of an object, and its definition."""


@dataclass(frozen=True)
class Difference:
    kind: str
    name: str
    left: str | None
    """The definition in the first database; None if the object is missing there."""
    right: str | None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}\n  - {self.left or '(missing)'}\n  + {self.right or '(missing)'}"


def read_catalogue(connection: psycopg.Connection) -> Catalogue:
    """Lists all our objects with their definitions, as the connection's transaction sees them."""
    catalogue: Catalogue = {}
    for kind, query in QUERIES.items():
        for name, definition in connection.execute(f"{_COMMON} {query}").fetchall():
            catalogue[kind, name] = definition
    return catalogue


def catalogue_of(database_url: str) -> Catalogue:
    """Reads the catalogue of a database in one transaction."""
    with psycopg.connect(database_url) as connection:
        return read_catalogue(connection)


def differences(left: Catalogue, right: Catalogue) -> list[Difference]:
    """Lists the objects that differ, sorted by kind and name."""
    keys: Iterable[tuple[str, str]] = sorted(left.keys() | right.keys())
    return [Difference(*key, left.get(key), right.get(key)) for key in keys if left.get(key) != right.get(key)]


def main() -> int:
    if len(sys.argv) != 3:
        print("usage: python -m tools.database.catalogue URL URL", file=sys.stderr)
        return 2
    left, right = (catalogue_of(url) for url in sys.argv[1:])
    found = differences(left, right)
    for difference in found:
        print(difference)
    print(f"{len(found)} differences among {len(left.keys() | right.keys())} objects")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
