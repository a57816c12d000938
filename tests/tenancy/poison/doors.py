"""Every door through which a role may write, and each hostile value: tables of the data API, arguments of functions.

An attempt is made as PostgREST makes it: one transaction as the role of the token, with claims and headers, and values
read from JSON. Proofs are those of our own functions, so that only the database's own bounds are tried.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import psycopg
from psycopg.types.json import Jsonb

from lib.core.data.errors import from_data_api
from tests.tenancy.functions import FUNCTIONS
from tests.tenancy.matrix import TABLES
from tests.tenancy.poison.planting import Source, as_object, columns_of, poisons_of
from tests.tenancy.poison.values import Poison, values_of
from tests.tenancy.probe import Probe
from tests.tenancy.scene import Caller, Scene

type Outcome = Literal["accepted", "refused", "fault"]

ROLES: Final = ("admin", "editor", "viewer", "platform")
# Arguments that are one JSON document: the table whose columns it names.
DOCUMENTS_OF: Final = {
    ("create_brand", "details"): "brands",
    ("update_brand", "changes"): "brands",
    ("create_template", "details"): "templates",
    ("update_template", "changes"): "templates",
    ("create_workflow", "details"): "workflows",
    ("update_workflow", "changes"): "workflows",
    ("update_content", "changes"): "contents",
    ("add_agency", "details"): "vetting_agencies",
    ("change_agency", "changes"): "vetting_agencies",
    ("create_claim", "details"): "claims",
    ("update_claim", "changes"): "claims",
    ("update_market_override", "changes"): "market_overrides",
    ("create_claim_brand", "details"): "master_claim_brands",
    ("update_claim_brand", "changes"): "master_claim_brands",
    ("create_product", "details"): "products",
    ("update_product", "changes"): "products",
    ("create_ingredient", "details"): "ingredients",
    ("update_ingredient", "changes"): "ingredients",
    ("create_channel", "details"): "channels",
    ("update_channel", "changes"): "channels",
}
# Arguments that are stored under another name than the column's: (table, column).
COLUMN_OF: Final = {
    ("create_content", "fields"): ("contents", "fields"),
    ("create_content", "metadata"): ("contents", "metadata"),
    ("add_comment", "attachments"): ("comments", "attachments"),
    ("create_claim", "text"): ("claims", "text"),
}
VERSION_OF: Final = {
    "content_id": "contents", "brand_id": "brands", "template_id": "templates", "claim_id": "claims",
    "workflow_id": "workflows",
    "claim_brand_id": "master_claim_brands", "product_id": "products", "ingredient_id": "ingredients",
    "override_id": "market_overrides", "channel_id": "channels",
}  # fmt: skip
# Only these leave their rows behind. After others, such as a deletion, nothing would be left to try or to read.
_KEEPING: Final = ("create_", "update_", "add_", "edit_", "change_", "save_", "import_", "set_budget")
_LARGE: Final = 300_000
# Documents with the arguments of another command, which has a door of its own.
_OF_COMMANDS: Final = frozenset({"run_command", "run_patient_command", "bulk_contents"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One value through one door, as one caller."""

    door: str
    caller: Caller
    statement: str
    arguments: list[Any]
    poison: Poison
    number: int
    """The place of the value among those of the door."""
    table: str
    """The table whose row it changes in place; empty where it adds a row or changes none that is read again."""
    keeps: bool

    @property
    def title(self) -> str:
        return f"{self.door} × {self.poison.name} × {self.caller.name}"

    def make(self, connection: psycopg.Connection) -> tuple[Outcome, str]:
        """Runs it; returns what became of it, and the SQLSTATE of a refusal."""
        try:
            with connection.transaction(force_rollback=not self.keeps):
                connection.execute(
                    "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true), "
                    "set_config('request.jwt.claim.sub', %s, true), set_config('request.headers', %s, true)",
                    [self.caller.role, *self.caller.settings],
                )
                cursor = connection.execute(self.statement.encode(), self.arguments)
                return ("accepted" if cursor.rowcount else "refused"), ""
        except psycopg.DatabaseError as error:
            shown = from_data_api(error.sqlstate, error.diag.message_primary, error.diag.message_detail)
            is_refusal = shown is not None and shown.status < 500
            return ("refused" if is_refusal else "fault"), f"{error.sqlstate}: {str(error)[:200]}"


def through_tables(probe: Probe, scene: Scene) -> Iterator[Attempt]:
    """Yields an insert and an update for each column that a role may write, and each hostile value of it."""
    for table, (_, inserters, updaters, _) in TABLES.items():
        source = Source(probe.connection, table, scene.rows[table])
        types = dict(columns_of(probe.connection, table))
        for verb, allowed in (("insert", inserters), ("update", updaters)):
            roles = [name for name in ROLES if name in allowed]
            writable = probe.columns(f"public.{table}", "authenticated", verb)
            for column in writable if roles else ():
                poisons = poisons_of(table, column, types[column]) if column in types else []
                for number, poison in enumerate(poisons):
                    caller = scene.callers[roles[number % len(roles)]]
                    statement, arguments = (
                        _insert(source, writable, column, poison)
                        if verb == "insert"
                        else _update(source, column, poison)
                    )
                    door = f"{verb} {table}.{column}"
                    changed = table if verb == "update" else ""
                    yield Attempt(door, caller, statement, arguments, poison, number, changed, keeps=True)


def _insert(source: Source, writable: list[str], column: str, poison: Poison) -> tuple[str, list[Any]]:
    row = {name: json.dumps(source.row[name], default=str) for name in writable if source.row[name] is not None}
    renewed = {name: text for name, text in source.renewed(column).items() if name in writable}
    listed = ", ".join(dict.fromkeys((*row, column)))
    return (
        (
            f"insert into public.{source.table} ({listed}) select {listed} "
            f"from jsonb_populate_record(null::public.{source.table}, %s)"
        ),
        [as_object(row | renewed | {column: poison.text})],
    )


def _update(source: Source, column: str, poison: Poison) -> tuple[str, list[Any]]:
    where = " and ".join(f"{key} = %s" for key in source.keys)
    return (
        (
            f"update public.{source.table} "
            f"set {column} = (select {column} from jsonb_populate_record(null::public.{source.table}, %s)) "
            f"where {where}"
        ),
        [as_object({column: poison.text}), *(source.row[key] for key in source.keys)],
    )


def signatures(connection: psycopg.Connection) -> dict[str, dict[str, str]]:
    """Returns the types of the arguments of each volatile function of the API that a user may call, by name."""
    rows = connection.execute(
        "select proname, array(select unnest(proargnames) limit pronargs)::text[], "
        "array(select format_type(given, null) from unnest(proargtypes) as given) from pg_proc "
        "where pronamespace = 'public'::regnamespace and provolatile = 'v' "
        "and has_function_privilege('authenticated', oid, 'execute') order by proname"
    ).fetchall()
    return {name: dict(zip(names, types, strict=True)) for name, names, types in rows}


def through_functions(probe: Probe, scene: Scene) -> Iterator[Attempt]:
    """Yields a call for each argument of each volatile function that users may call, and each hostile value of it."""
    for name, types in signatures(probe.connection).items():
        function = FUNCTIONS[name]
        roles = [role for role in ROLES if role in function.allowed]
        for argument, type_name in types.items() if roles else ():
            for number, poison in enumerate(_poisons_of_argument(probe, name, argument, type_name)):
                caller = scene.callers[roles[number % len(roles)]]
                statement, arguments = _call(name, types, function.arguments(scene), argument, poison)
                changed = DOCUMENTS_OF.get((name, argument), "") if name.startswith("update_") else ""
                keeps = name.startswith(_KEEPING)
                yield Attempt(f"{name}({argument})", caller, statement, arguments, poison, number, changed, keeps)


def _poisons_of_argument(probe: Probe, name: str, argument: str, type_name: str) -> list[Poison]:
    if name in _OF_COMMANDS and argument == "arguments":
        return []
    if table := DOCUMENTS_OF.get((name, argument)):
        nested = [
            Poison(f"{column}: {poison.name}", as_object({column: poison.text}), poison.is_refused)
            for column, of_type in columns_of(probe.connection, table)
            for poison in (poisons_of(table, column, of_type) if table == "contents" else values_of(of_type))
            if len(poison.text) < _LARGE
        ]
        return [*values_of(type_name), *nested]
    if place := COLUMN_OF.get((name, argument)):
        return poisons_of(*place, type_name)
    return list(values_of(type_name))


def _call(
    name: str, types: dict[str, str], given: dict[str, Any], argument: str, poison: Poison
) -> tuple[str, list[Any]]:
    parts: list[str] = []
    arguments: list[Any] = []
    for key, value in given.items():
        if key == argument:
            continue
        table = next((VERSION_OF[other] for other in given if other in VERSION_OF), None)
        if key == "expected_version" and table:
            owner = next(other for other in given if other in VERSION_OF)
            parts.append(f"{key} => (select version from public.{table} where id = %s)")
            arguments.append(given[owner])
        else:
            parts.append(f"{key} => %s")
            arguments.append(value)
    parts.append(f"{argument} => (select given from jsonb_to_record(%s) as body (given {types[argument]}))")
    arguments.append(f'{{"given": {poison.text}}}')
    return f"select * from public.{name}({', '.join(parts)})", [
        Jsonb(value) if isinstance(value, dict) else value for value in arguments
    ]
