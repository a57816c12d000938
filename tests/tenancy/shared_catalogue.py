"""Three brands, two of which share a catalogue brand, and everything that one of them can read of the others.

The people of each have names that nobody else has, so that a text tells whom it names.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from tests.support.sql import Database
from tests.tenancy.functions import FUNCTIONS
from tests.tenancy.probe import Probe
from tests.tenancy.scene import (
    Caller,
    Scene,
    Tenant,
    acting,
    build_tenant,
    make_person,
    platform_rows,
    register_our_key,
)

READERS = ("viewer", "second_viewer", "editor", "admin")

READABLE = (
    "select relname, array_agg(attname order by attnum) from pg_attribute join pg_class on pg_class.oid = attrelid "
    "where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') and attnum > 0 "
    "and not attisdropped and has_column_privilege('authenticated', attrelid, attnum, 'select') group by 1 order by 1"
)


def secrets_of(database: Database, person: Caller) -> dict[str, str]:
    """Gives a person a name of their own, and returns what names them: id, name, address, avatar and session."""
    name = f"N{uuid4().hex}"
    avatar = f"{person.user_id}/{uuid4().hex}.webp"
    database.run(
        "update public.profiles set first_name = %s, last_name = %s, avatar_path = %s where id = %s",
        name,
        f"L{name}",
        avatar,
        person.user_id,
    )
    return {
        "id": str(person.user_id),
        "name": name,
        "session": str(person.session_id),
        "avatar": avatar.split("/")[1],
    }


@dataclass
class Neighbours:
    """``reader`` and ``writer`` share the catalogue brand of ``writer``; ``apart`` shares nothing."""

    database: Database
    reader: Tenant
    writer: Tenant
    apart: Tenant
    platform: Caller
    account: str
    """The name of the account of ``writer``."""
    names: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    """The id, name, session and avatar of each person, by tenant and role."""

    def found(self, text: str, *tenants: str) -> list[str]:
        """Lists whom of these tenants a text names, and by what."""
        return [
            f"{tenant}'s {role} by {kind}"
            for tenant in tenants
            for role, known in self.names[tenant].items()
            for kind, value in known.items()
            if value in text
        ]


def build_neighbours(connection: psycopg.Connection) -> Neighbours:
    database = Database(connection)
    register_our_key(database)
    tenants = {name: build_tenant(database, name.title()) for name in ("reader", "writer", "apart")}
    platform = make_person(database, "platform")
    database.run("insert into private.platform_admins (user_id) values (%s)", platform.user_id)
    database.run("update public.user_sessions set mfa_verified_at = now() where id = %s", platform.session_id)
    account = tenants["writer"].rows["accounts"]["name"]
    neighbours = Neighbours(database, tenants["reader"], tenants["writer"], tenants["apart"], platform, account)
    for name, tenant in tenants.items():
        neighbours.names[name] = {role: secrets_of(database, person) for role, person in tenant.people.items()}
        neighbours.names[name]["key"] = {"key": str(tenant.rows["api_keys"]["id"])}
    neighbours.names["platform"] = {"admin": secrets_of(database, platform)}
    with acting(database, platform):
        database.run(
            "select public.link_master_claim_brand(%s, %s)",
            neighbours.reader.brand_id,
            neighbours.writer.catalogue["master"],
        )
    act_as_writer(neighbours)
    act_as_platform(neighbours)
    return neighbours


def act_as_writer(neighbours: Neighbours) -> None:
    """Does everything to the shared catalogue that a tenant can: each command, by two people and an API key."""
    database, writer = neighbours.database, neighbours.writer
    master, product = writer.catalogue["master"], writer.catalogue["product"]
    admin, second = writer.people["admin"], writer.people["second_admin"]
    key = Caller("key", "authenticated", admin.user_id, api_key_id=writer.rows["api_keys"]["id"], scopes=("write",))
    database.run("update public.api_keys set scopes = '{write}' where id = %s", key.api_key_id)
    claim = "select public.create_claim(%s, %s, 'allowed', %s) ->> 'id'"
    for author in (admin, key):
        with acting(database, author):
            made = database.value(claim, Jsonb({"original": f"Mild {uuid4()}"}), "brand", [master])
            database.run("select public.update_claim(%s, 1, %s)", made, Jsonb({"notes": "gentle"}))
            database.run("select public.submit_claim(%s)", made)
            gone = database.value(claim, Jsonb({"original": f"Gone {uuid4()}"}), "product", [product])
            database.run("select public.delete_claim(%s)", gone)
            rule = "select public.create_market_override(%s, %s, %s, is_forced => true)"
            market = "FR" if author is admin else "IE"
            database.run(rule, writer.catalogue["claim"], market, product)
        with acting(database, second):
            database.run("select public.decide_claim(%s, 'reject', 'Not yet')", made)
            database.run("select public.decide_claim(%s, 'approve')", made)
    with acting(database, second):
        database.run(
            "select public.remove_market_override(id) from public.market_overrides "
            "where market_country in ('FR', 'IE') and product_id = %s",
            product,
        )


def act_as_platform(neighbours: Neighbours) -> None:
    """Does what platform admins do to a brand of which they are no members, and to what all brands read."""
    database, reader = neighbours.database, neighbours.reader
    form = Jsonb({"name": f"Global {uuid4()}", "content_type": "article", **template_fields()})
    with acting(database, neighbours.platform):
        version = database.value("select version from public.brands where id = %s", reader.brand_id)
        database.run("select public.update_brand(%s, %s, %s)", reader.brand_id, version, Jsonb({"description": "x"}))
        made = database.value("select public.create_template(%s) ->> 'id'", form)
        database.run("select public.update_template(%s, 1, %s)", UUID(made), Jsonb({"description": "Anew"}))
        for is_active in (False, True):
            database.run("select public.set_user_active(%s, %s)", reader.people["second_viewer"].user_id, is_active)
        database.run(
            "select public.assign_member(%s, %s, 'viewer')", reader.brand_id, reader.people["second_viewer"].user_id
        )
        database.run(
            "update public.products set description = 'Anew' where id = %s", neighbours.writer.catalogue["product"]
        )
        database.run("insert into public.platform_settings (key, value) values (%s, '1')", f"test.p{uuid4().hex[:9]}")
        database.run(
            "update public.platform_settings set updated_by = %s where key like 'test.p%%'", neighbours.platform.user_id
        )


def template_fields() -> dict[str, Any]:
    return {
        "input_fields": [{"id": "topic", "name": "Topic", "type": "short_text"}],
        "output_fields": [{"id": "headline", "name": "Headline", "type": "plain_text"}],
    }


def readers(tenant: Tenant) -> Iterator[tuple[str, Caller]]:
    """Yields those of a brand's people who may read, and an API key of its admin."""
    for role in READERS:
        yield role, tenant.people[role]
    admin = tenant.people["admin"]
    yield (
        "key",
        Caller("key", "authenticated", admin.user_id, api_key_id=tenant.rows["api_keys"]["id"], scopes=("read",)),
    )


def table_texts(probe: Probe, tenant: Tenant) -> Iterator[tuple[str, str]]:
    """Yields all that the people of a brand read at the tables, each with the name of its table and reader."""
    tables = probe.connection.execute(READABLE).fetchall()
    for role, caller in readers(tenant):
        for table, columns in tables:
            query = f"select to_jsonb(shown) as row from (select {', '.join(columns)} from public.{table}) as shown"
            with probe.acting(caller) as cursor:
                rows = cursor.execute(query.encode()).fetchall()
            yield f"{table} as {role}", json.dumps(rows, default=str)


def answer_of(probe: Probe, caller: Caller, function: str, arguments: dict[str, Any]) -> str:
    """Returns what a function answers, or its refusal, as a text."""
    named = ", ".join(f"{key} => %s" for key in arguments)
    query = f"select to_jsonb(answer) as answer from public.{function}({named}) as answer"
    try:
        with probe.acting(caller) as cursor:
            return json.dumps(cursor.execute(query.encode(), [*arguments.values()]).fetchall(), default=str)
    except psycopg.DatabaseError as error:
        diagnosis = error.diag
        return f"{error.sqlstate} {diagnosis.message_primary} {diagnosis.message_detail} {diagnosis.message_hint}"


def function_texts(probe: Probe, scene: Scene, reader: Tenant) -> Iterator[tuple[str, str]]:
    """Yields what each function answers to the people of a brand about a scene, refusals included."""
    for role, caller in readers(reader):
        for name, function in FUNCTIONS.items():
            yield f"{name} as {role}", answer_of(probe, caller, name, function.arguments(scene))


def message_texts(probe: Probe, tenant: Tenant) -> Iterator[tuple[str, str]]:
    """Yields the messages of all topics that the people of a brand may join."""
    for role, caller in readers(tenant):
        topics = [
            topic
            for (topic,) in probe.connection.execute("select distinct topic from realtime.messages").fetchall()
            if _may_join(probe, caller, topic)
        ]
        rows = probe.connection.execute(
            "select topic, event, payload from realtime.messages where topic = any (%s)", [topics]
        ).fetchall()
        yield f"messages as {role}", json.dumps(rows, default=str)


def _may_join(probe: Probe, caller: Caller, topic: str) -> bool:
    with probe.acting(caller) as cursor:
        row = cursor.execute("select private.may_join_topic(%s) as may", [topic]).fetchone()
        return bool(row and row["may"])


def scene_of(neighbours: Neighbours, *, of_writer: bool) -> Scene:
    """Returns the reader's scene; ``of_writer``: with the rows and the people of the writer as arguments."""
    database, reader, writer = neighbours.database, neighbours.reader, neighbours.writer
    shared = ("master_claim_brands", "products", "claims", "market_overrides", "claim_approvals", "claim_versions")
    rows = reader.rows | platform_rows(database)
    rows |= {table: writer.rows[table] for table in shared}
    if not of_writer:
        return Scene(reader, writer, neighbours.platform, rows, {})
    contents = reader.contents | {"pending_claim": writer.contents["pending_claim"]}
    tenant = replace(reader, people=writer.people, rows=rows, contents=contents)
    return Scene(tenant, writer, neighbours.platform, rows, {})
