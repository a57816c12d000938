"""The users and brands of one test. A test never reads the rows of another, so nothing is cleaned up."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import jwt
import psycopg
from psycopg.rows import dict_row

from local.demo.callers import Person
from local.stack.client import RunningStack
from tests.support.accounts import Accounts
from tests.support.data_api import OURS, DataApi

ROLES = ("admin", "editor", "viewer")

TEMPLATE_INPUTS = '[{"id": "topic", "name": "Topic", "type": "short_text", "required": true}]'
TEMPLATE_OUTPUTS = """[
  {"id": "headline", "name": "Headline", "type": "plain_text", "required": true, "maxLength": 60},
  {"id": "body", "name": "Body", "type": "html", "required": false, "maxLength": 4000}
]"""


@dataclass(frozen=True)
class Brand:
    """A brand with a template, a one-step workflow that names its viewer, and a user for each role."""

    id: str
    name: str
    template_id: str
    workflow_id: str
    admin: Person
    editor: Person
    viewer: Person


def session_of(person: Person) -> str:
    """Returns the id of the session of a person's access token."""
    return jwt.decode(person.access_token, options={"verify_signature": False})["session_id"]


class World:
    def __init__(self, stack: RunningStack, database: psycopg.Connection) -> None:
        self.stack = stack
        self.database = database
        self.people: list[Person] = []
        self.data_apis: list[DataApi] = []
        self.ids: dict[str, str] = {}
        self.accounts = Accounts(stack)
        self.signs_in_by_password = False
        """True for tests of signing in: users come through the API, with a refresh token. This takes much longer."""

    async def close(self) -> None:
        self.accounts.close()
        for caller in (*self.people, *self.data_apis):
            await caller.close()

    def rows(self, query: str, *arguments: Any) -> list[dict[str, Any]]:
        """Runs SQL as the owner of the database, past every policy."""
        with self.database.cursor(row_factory=dict_row) as cursor:
            cursor.execute(query, arguments)
            return cursor.fetchall() if cursor.description else []

    def append_entries(self) -> None:
        """Appends the entries that wait for the audit logs of brands, as the scheduler does every minute."""
        brand_id = None
        while appended := self.rows("select public.append_awaited_entries(%s) as did", brand_id)[0]["did"]:
            brand_id = appended["brand_id"]

    def data_api(self, token: str | None, *, proof: Any = OURS) -> DataApi:
        """Calls the data API as our functions do, with a proof that lasts two minutes; without one as a browser."""
        api = DataApi(self.stack.environment, token, proof=proof)
        self.data_apis.append(api)
        return api

    async def person(self, origin: str | None = None) -> Person:
        """Creates a user without a brand, not signed in."""
        return self._people(1, origin, is_signed_in=False)[0]

    async def signed_in(self, origin: str | None = None) -> Person:
        return (await self._signed_in(1, origin))[0]

    async def _signed_in(self, count: int, origin: str | None = None) -> list[Person]:
        people = self._people(count, origin, is_signed_in=not self.signs_in_by_password)
        if self.signs_in_by_password:
            for person in people:
                response = await person.sign_in()
                assert response.status_code == 200, response.text
        return people

    def _people(self, count: int, origin: str | None = None, *, is_signed_in: bool) -> list[Person]:
        made: list[Person] = []
        for account in self.accounts.create(self.database, count, is_signed_in=is_signed_in):
            person = Person(origin or self.stack.urls["web"], account.email)
            self.ids[account.email] = str(account.id)
            if account.access_token:
                person.use(account.access_token)
            made.append(person)
        self.people += made
        return made

    def renew(self, person: Person) -> None:
        """Gives a person a new access token, as a refresh does, for work that takes longer than a token lives."""
        session_id = session_of(person)
        self.rows("update public.user_sessions set last_seen_at = now() where id = %s", session_id)
        person.use(self.accounts.token_of(UUID(self.id_of(person)), person.email, UUID(session_id)))

    async def platform_admin(self) -> Person:
        """Creates a platform admin, whose session has passed a second factor."""
        person = await self.signed_in()
        self.rows("insert into private.platform_admins (user_id) values (%s)", self.id_of(person))
        self.rows("update public.user_sessions set mfa_verified_at = now() where id = %s", session_of(person))
        return person

    async def member(self, brand: Brand, role: str) -> Person:
        """Adds a member to a brand."""
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
        people = await self._signed_in(len(ROLES))
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
        """Creates a draft that is ready to be submitted, by the brand's editor unless another author is given."""
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
