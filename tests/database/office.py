"""A working brand in SQL: named users, a workflow, contents; all in one transaction that is rolled back."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Self
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from psycopg.types.json import Jsonb

from tests.support.events import unknown_events
from tests.support.sql import Database
from tests.tenancy.scene import Caller, acting, make_person, register_our_key

ROLES = {"admin": "admin", "editor": "editor", "viewer": "viewer", "reviewer": "viewer"}


@contextmanager
def refused(sqlstate: str) -> Generator[pytest.ExceptionInfo[psycopg.DatabaseError]]:
    """Asserts that the statement fails with exactly this code."""
    with pytest.raises(psycopg.DatabaseError) as caught:
        yield caught
    assert caught.value.sqlstate == sqlstate, str(caught.value)


class Office:
    def __init__(self, database: Database) -> None:
        self.database = database
        register_our_key(database)
        self.people: dict[str, Caller] = {name: make_person(database, name) for name in ROLES}
        name = f"Office {uuid4().hex}"
        self.brand: UUID = database.value(
            "insert into public.brands (name, slug) values (%s, %s) returning id", name, name.lower().replace(" ", "-")
        )
        for person, role in ROLES.items():
            self.join(person, role)

    @classmethod
    @contextmanager
    def open(cls, connection: psycopg.Connection) -> Generator[Self]:
        with connection.transaction(force_rollback=True):
            yield cls(Database(connection))
            if connection.info.transaction_status is TransactionStatus.INTRANS:  # the last statement may have failed
                assert unknown_events(connection) == []

    def join(self, person: str, role: str, **more: Any) -> None:
        columns = {"user_id": self.id_of(person), "brand_id": self.brand, "role": role} | more
        self.database.run(
            f"insert into public.brand_members ({', '.join(columns)}) values ({', '.join('%s' for _ in columns)})",
            *columns.values(),
        )

    def id_of(self, name: str) -> UUID:
        user_id = self.people[name].user_id
        assert user_id is not None
        return user_id

    def stranger(self) -> UUID:
        self.people["stranger"] = make_person(self.database, "stranger")
        return self.id_of("stranger")

    def workflow(self, steps: list[dict[str, Any]], *, assignees: list[str] | None = None, **more: Any) -> UUID:
        """Makes a workflow the brand's default; every step names the same users."""
        with self.database.connection.transaction():
            self.database.run("update public.workflows set is_active = false where brand_id = %s", self.brand)
            columns = {"brand_id": self.brand, "name": f"W {uuid4().hex}", "is_default": True} | more
            workflow = self._insert("workflows", columns)
            for step in steps:
                step_id = self._insert("workflow_steps", {"workflow_id": workflow, "brand_id": self.brand} | step)
                for name in ["viewer"] if assignees is None else assignees:
                    self.database.run(
                        "insert into public.workflow_step_assignees (step_id, user_id, brand_id) values (%s, %s, %s)",
                        step_id,
                        self.id_of(name),
                        self.brand,
                    )
            return workflow

    def _insert(self, table: str, columns: dict[str, Any]) -> UUID:
        marks = ", ".join("%s" for _ in columns)
        return self.database.value(
            f"insert into public.{table} ({', '.join(columns)}) values ({marks}) returning id", *columns.values()
        )

    def call(self, person: str, function: str, **arguments: Any) -> list[dict[str, Any]]:
        """Calls a function as a user; a refusal leaves everything unchanged."""
        named = ", ".join(f"{name} => %s" for name in arguments)
        with acting(self.database, self.people[person]), self.database.connection.transaction():
            return self.database.rows(f"select * from public.{function}({named})", *arguments.values())

    def draft(self, by: str = "editor", **more: Any) -> UUID:
        encoded = {name: Jsonb(value) if isinstance(value, dict) else value for name, value in more.items()}
        return self.call(by, "create_content", **{"brand_id": self.brand, "title": "A title"} | encoded)[0]["id"]

    def submitted(self, **more: Any) -> UUID:
        content = self.draft(**more)
        self.call("editor", "submit_content", content_id=content)
        return content

    def act(self, person: str, function: str, content: UUID, **more: Any) -> str:
        """Returns the status of the content after a command on it."""
        return self.call(person, function, content_id=content, **more)[0]["status"]

    def edit(self, content: UUID, by: str = "editor", **changes: Any) -> dict[str, Any]:
        version = self.database.value("select version from public.contents where id = %s", content)
        changed = Jsonb(changes)
        return self.call(by, "update_content", content_id=content, expected_version=version, changes=changed)[0]

    def status(self, content: UUID) -> str:
        return self.database.value("select status::text from public.contents where id = %s", content)

    def step_run(self, content: UUID, name: str) -> UUID:
        return self.database.value(
            "select step_run.id from public.workflow_step_runs as step_run "
            "join public.workflow_instances as run on run.id = step_run.instance_id "
            "where step_run.content_id = %s and step_run.name = %s and run.status = 'active'",
            content,
            name,
        )

    def open_tasks(self, content: UUID) -> list[dict[str, Any]]:
        return self.database.rows(
            "select * from public.workflow_tasks where content_id = %s and status = 'pending' order by id", content
        )

    def events(self, content: UUID) -> list[str]:
        return [
            row["type"]
            for row in self.database.rows(
                "select type from public.domain_events where aggregate_id = %s or payload ->> 'contentId' = %s "
                "order by id",
                content,
                str(content),
            )
        ]

    def age(self, content: UUID, interval: str) -> None:
        """Moves the beginning of the review back in time."""
        for table, columns in (
            ("workflow_tasks", ("created_at", "due_at")),
            ("workflow_instances", ("started_at", "deadline_at")),
        ):
            changes = ", ".join(f"{column} = {column} - interval '{interval}'" for column in columns)
            self.database.run(f"update public.{table} set {changes} where content_id = %s", content)
