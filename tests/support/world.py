"""People and brands of one test. Nobody else's rows are ever looked at, so nothing has to be cleaned up."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import jwt
import psycopg
from psycopg.rows import dict_row

from local.demo.callers import PASSWORD, Person
from local.stack.client import RunningStack
from tests.support.data_api import DataApi

ROLES = ("admin", "editor", "viewer")

TEMPLATE_INPUTS = '[{"id": "topic", "name": "Topic", "type": "short_text", "required": true}]'
TEMPLATE_OUTPUTS = """[
  {"id": "headline", "name": "Headline", "type": "plain_text", "required": true, "maxLength": 60},
  {"id": "body", "name": "Body", "type": "html", "required": false, "maxLength": 4000}
]"""


@dataclass(frozen=True)
class Brand:
    """A brand with a template, a one-step workflow that names its viewer, and a person for each role."""

    id: str
    name: str
    template_id: str
    workflow_id: str
    admin: Person
    editor: Person
    viewer: Person


class World:
    def __init__(self, stack: RunningStack, database: psycopg.Connection) -> None:
        self.stack = stack
        self.database = database
        self.people: list[Person] = []
        self.data_apis: list[DataApi] = []
        self.ids: dict[str, str] = {}

    async def close(self) -> None:
        for caller in (*self.people, *self.data_apis):
            await caller.close()

    def rows(self, query: str, *arguments: Any) -> list[dict[str, Any]]:
        """Runs as the owner of the database, past every policy."""
        with self.database.cursor(row_factory=dict_row) as cursor:
            cursor.execute(query, arguments)
            return cursor.fetchall() if cursor.description else []

    def data_api(self, token: str | None) -> DataApi:
        api = DataApi(self.stack.environment, token)
        self.data_apis.append(api)
        return api

    async def person(self, origin: str | None = None) -> Person:
        """Somebody new, in no brand, not signed in."""
        email = f"{uuid4().hex}@people.test"
        body = {"email": email, "password": PASSWORD, "email_confirm": True, "user_metadata": {"first_name": "Test"}}
        settings = self.stack.environment
        async with httpx.AsyncClient() as http:
            response = await http.post(
                f"{settings['SUPABASE_URL']}/auth/v1/admin/users",
                json=body,
                headers={
                    "apikey": settings["SUPABASE_SECRET_KEY"],
                    "Authorization": f"Bearer {settings['SUPABASE_SECRET_KEY']}",
                },
            )
        assert response.status_code == 200, response.text
        person = Person(origin or self.stack.urls["web"], email)
        self.people.append(person)
        self.ids[email] = response.json()["id"]
        return person

    async def signed_in(self, origin: str | None = None) -> Person:
        person = await self.person(origin)
        response = await person.sign_in()
        assert response.status_code == 200, response.text
        return person

    async def platform_admin(self) -> Person:
        """Somebody with the global flag, whose session has passed a second factor."""
        person = await self.signed_in()
        self.rows("insert into private.platform_admins (user_id) values (%s)", self.id_of(person))
        claims = jwt.decode(person.access_token, options={"verify_signature": False})
        self.rows("update public.user_sessions set mfa_verified_at = now() where id = %s", claims["session_id"])
        return person

    async def member(self, brand: Brand, role: str) -> Person:
        """One more of a brand."""
        person = await self.signed_in()
        self.join(person, brand.id, role)
        return person

    def id_of(self, person: Person) -> str:
        return self.ids[person.email]

    def join(self, person: Person, brand_id: str, role: str) -> None:
        self.rows(
            "insert into public.brand_members (user_id, brand_id, role) values (%s, %s, %s)",
            self.id_of(person),
            brand_id,
            role,
        )

    async def brand(self) -> Brand:
        name = f"Brand {uuid4().hex}"
        brand_id = self.rows(
            "insert into public.brands (name, slug, tone_of_voice, guardrails, country, language) "
            "values (%s, %s, %s, %s, 'GB', 'en') returning id::text",
            name,
            name.lower().replace(" ", "-"),
            f"Calm and plain, as {name} is",
            [f"Never mention {name} prices"],
        )[0]["id"]
        people = [await self.signed_in() for _ in ROLES]
        for person, role in zip(people, ROLES, strict=True):
            self.join(person, brand_id, role)
        admin, editor, viewer = people
        return Brand(
            id=brand_id,
            name=name,
            template_id=self._template(brand_id),
            workflow_id=self._workflow(brand_id, viewer),
            admin=admin,
            editor=editor,
            viewer=viewer,
        )

    def _template(self, brand_id: str) -> str:
        return self.rows(
            "insert into public.templates (brand_id, name, content_type, input_fields, output_fields) "
            "values (%s, 'Test article', 'article', %s, %s) returning id::text",
            brand_id,
            TEMPLATE_INPUTS,
            TEMPLATE_OUTPUTS,
        )[0]["id"]

    def _workflow(self, brand_id: str, reviewer: Person) -> str:
        workflow_id = self.rows(
            "insert into public.workflows (brand_id, name, is_default) values (%s, 'Review', true) returning id::text",
            brand_id,
        )[0]["id"]
        step_id = self.rows(
            "insert into public.workflow_steps (workflow_id, brand_id, position, name, timeout_hours) "
            "values (%s, %s, 1, 'Review', 24) returning id::text",
            workflow_id,
            brand_id,
        )[0]["id"]
        self.rows(
            "insert into public.workflow_step_assignees (step_id, user_id, brand_id) values (%s, %s, %s)",
            step_id,
            self.id_of(reviewer),
            brand_id,
        )
        return workflow_id

    async def draft(self, brand: Brand, *, by: Person | None = None, **changes: Any) -> dict[str, Any]:
        """A draft that is ready to be submitted, by the brand's editor unless somebody else is named."""
        body = {
            "brandId": brand.id,
            "templateId": brand.template_id,
            "title": f"Title {uuid4().hex}",
            "fields": {"topic": "winter", "headline": "A headline"},
        } | changes
        response = await (by or brand.editor).post("/contents", body)
        assert response.status_code == 201, response.text
        return response.json()["data"]

    async def approved(self, brand: Brand, **changes: Any) -> dict[str, Any]:
        content = await self.draft(brand, **changes)
        path = f"/contents/{content['id']}"
        for person, step in ((brand.editor, "submit"), (brand.viewer, "approve")):
            response = await person.post(f"{path}/{step}")
            assert response.status_code == 200, response.text
        return response.json()["data"]

    async def published(self, brand: Brand, **changes: Any) -> dict[str, Any]:
        content = await self.draft(brand, **changes)
        path = f"/contents/{content['id']}"
        for person, step in ((brand.editor, "submit"), (brand.viewer, "approve"), (brand.admin, "publish")):
            response = await person.post(f"{path}/{step}")
            assert response.status_code == 200, response.text
        return response.json()["data"]
