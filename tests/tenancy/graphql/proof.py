"""Asks for each field of the schema, and for the operation of REST that it covers, with the ids of one brand."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import httpx
from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_required_argument, parse

from lib.core.http.errors import ValidationFailed
from lib.graph.engine.binding import Bound
from lib.graph.engine.cost import MAX_COST, cost_of
from lib.graph.engine.limits import check_document, check_text
from lib.graph.engine.schema import get_schema
from tests.graph.bound import field_of, fields
from tests.graph.rest import Operation, operations
from tests.support.sql import Database
from tests.tenancy.graphql.callers import Client
from tests.tenancy.graphql.selections import Way, document_to, everything, small_page, ways_to_types
from tests.tenancy.graphql.values import Filler, ids_of, secrets_of
from tests.tenancy.scene import Scene, Tenant

REFUSALS: Final = (401, 403, 404)
# Rows of these tables are no changes of the brand: attempts are recorded, sessions are seen, events are being sent.
RECORDS: Final = (
    "audit_log", "user_sessions", "api_keys", "webhook_deliveries", "webhook_attempts", "notifications"
)  # fmt: skip
LEVELS: Final = (5, 4, 3, 2, 1)
# Mutations that would end the callers of the tests themselves, or their memberships.
LEFT_OUT: Final = ("users.erase", "auth.logout", "members.leave")


@dataclass(frozen=True)
class Document:
    """A document for one field of Query or Mutation, and what asks the same of REST."""

    field: Bound
    text: str
    variables: dict[str, Any]
    operation: Operation | None
    body: Any

    @property
    def path(self) -> str:
        return f"{self.field.type_name}.{self.field.name}"


@dataclass(frozen=True)
class Verdict:
    """How an interface has answered."""

    status: int
    """For GraphQL, the status of the error, or 400 for a problem."""
    text: str

    @property
    def is_refusal(self) -> bool:
        return self.status in REFUSALS

    @property
    def is_failure(self) -> bool:
        return 400 <= self.status < 500


@dataclass
class Proof:
    """Documents about the objects of the first brand of a scene, and what they must not do."""

    database: Database
    scene: Scene
    filler: Filler = field(init=False)
    own: Filler = field(init=False)

    def __post_init__(self) -> None:
        self.filler, self.own = Filler(ids_of(self.scene.tenant)), Filler(ids_of(self.scene.other))

    @property
    def tenant(self) -> Tenant:
        return self.scene.tenant

    @cached_property
    def secrets(self) -> list[str]:
        return secrets_of(self.tenant)

    def documents(self, type_name: str) -> list[Document]:
        """Returns a document for each field of Query or Mutation."""
        return [
            self._document(bound)
            for bound in fields()
            if bound.type_name == type_name and not set(bound.operations).intersection(LEFT_OUT)
        ]

    def planted(self) -> list[Document]:
        """Returns mutations of the other brand's own objects, in which everything else is of the first brand.

        Deletions come last: they would leave nothing for the others.
        """
        found: list[Document] = []
        for bound in fields():
            if bound.type_name != "Mutation" or set(bound.operations).intersection(LEFT_OUT):
                continue
            known = [operations()[each] for each in bound.operations if each in operations()]
            path = {"brandId", *(name for each in known for name in each.parameters)}
            mixed = {name: (self.own if name in path else self.filler).ids[name] for name in self.filler.ids}
            described = field_of(bound)
            variables = Filler(mixed).arguments(known, described, bound.name)
            found.append(Document(bound, _text(bound, described, variables), variables, None, None))
        return sorted(found, key=lambda each: each.field.name.startswith("delete"))

    def _document(self, bound: Bound) -> Document:
        known = [operations()[each] for each in bound.operations if each in operations()]
        described = field_of(bound)
        variables = self.filler.arguments(known, described, bound.name)
        operation = next((each for each in known if each.changes == (bound.type_name == "Mutation")), None)
        body = self.filler.body(operation.body) if operation and operation.body is not None else None
        return Document(bound, _text(bound, described, variables), variables, operation, body)

    async def verdict(self, client: Client, document: Document) -> Verdict:
        """Asks GraphQL."""
        response = await client.ask(document.text, document.variables)
        answer = response.json()
        assert response.status_code in (200, 400, *REFUSALS), f"{document.path}: {response.text}"
        if errors := answer.get("errors"):
            extensions = errors[0].get("extensions", {})
            return Verdict(extensions.get("status", 400), response.text)
        payload = answer["data"][document.field.name]
        has_problem = isinstance(payload, dict) and payload.get("problem")
        return Verdict(400 if has_problem else 200, response.text)

    async def rest(self, client: Client, document: Document) -> Verdict | None:
        """Asks REST for the same; None where the operation has no address for these ids."""
        operation = document.operation
        if operation is None or any(name not in self.filler.ids for name in operation.parameters):
            return None
        path = operation.path.removeprefix("/api/v1").format_map(self.filler.ids)
        query = {name: self.filler.ids.get(name, example) for name, example in operation.query.items()}
        headers = {"If-Match": '"1"'} if "If-Match" in operation.headers else {}
        response: httpx.Response = await client.http.request(
            operation.method,
            path,
            params={name: query[name] for name in query if name in document.variables and query[name] is not None},
            json=document.body,
            headers=headers,
        )
        return Verdict(response.status_code, response.text)

    def told(self, client: Client, text: str, variables: dict[str, Any]) -> list[str]:
        """Returns which secrets of the brand a text contains, besides what its caller has sent and is."""
        sent = json.dumps(variables)
        caller = self.scene.callers[client.name]
        known = {str(caller.user_id), str(caller.session_id)}
        return [each for each in self.secrets if each in text and each not in known and each not in sent]

    def state(self) -> dict[str, str]:
        """Returns a digest of the brand's rows in each table."""
        return {row["name"]: row["digest"] for row in self.database.rows(self._digests)}

    @cached_property
    def _digests(self) -> str:
        tables = self.database.rows(
            "select table_name as name from information_schema.columns join information_schema.tables "
            "using (table_schema, table_name) "
            "where table_schema = 'public' and column_name = 'brand_id' and table_type = 'BASE TABLE'"
        )
        brand_id = self.tenant.brand_id
        digest = "md5(coalesce(string_agg(each::text, ',' order by each::text), '')) as digest"
        parts = [
            f"select '{name}' as name, {digest} from public.{name} as each where brand_id = '{brand_id}'"
            for name in (table["name"] for table in tables)
            if name not in RECORDS and not name[-4:].isdigit()
        ]
        brand = f"select 'brands', md5(brands::text) from public.brands where id = '{brand_id}'"
        return " union all ".join([*parts, brand])

    def ways(self) -> list[Way]:
        """Returns a way to each type of objects, over the other brand's own."""
        return list(ways_to_types(get_schema(), self.arguments_of_way))

    def arguments_of_way(self, type_name: str, name: str) -> dict[str, Any] | None:
        """Returns the arguments of a field for the other brand; None where they are not known."""
        bound = next((each for each in fields() if (each.type_name, each.name) == (type_name, name)), None)
        kind = get_schema().type_map[type_name]
        assert isinstance(kind, GraphQLObjectType) or bound is None
        described: GraphQLField = kind.fields[name]  # type: ignore[union-attr]
        needed = [each for each, argument in described.args.items() if is_required_argument(argument)]
        if not needed:
            return {}
        if bound is None or name == "node":
            return None
        known = [operations()[each] for each in bound.operations if each in operations()]
        before = set(self.own.unknown)
        sent = self.own.arguments(known, described, name)
        return None if self.own.unknown - before else {each: sent[each] for each in needed}

    def everything_at(self, way: Way) -> tuple[str, dict[str, Any]]:
        """Returns a document that asks for all fields of the type at the end of a way."""
        schema = get_schema()
        for levels in LEVELS:
            selection = everything(schema.type_map[way.type_name], levels)
            text, variables = document_to(schema, way, self.arguments_of_way, selection)
            if _is_affordable(text, variables):
                break
        return text, variables  # type: ignore[reportPossiblyUnboundVariable]


def _text(bound: Bound, described: GraphQLField, variables: dict[str, Any]) -> str:
    declared = ", ".join(f"${name}: {described.args[name].type}" for name in variables)
    sent = [f"{name}: ${name}" for name in variables]
    if page := small_page(described):
        sent.append(page.strip("()"))
    arguments = f"({', '.join(sent)})" if sent else ""
    head = f"{bound.type_name.lower()} Asked({declared})" if declared else f"{bound.type_name.lower()} Asked"
    for levels in LEVELS:
        selection = everything(get_named_type(described.type), levels)
        text = f"{head} {{ {bound.name}{arguments} {selection} }}"
        if _is_affordable(text, variables):
            break
    return text  # type: ignore[reportPossiblyUnboundVariable]


def _is_affordable(text: str, variables: dict[str, Any]) -> bool:
    try:
        check_text(text)
    except ValidationFailed:
        return False
    document = parse(text)
    return cost_of(get_schema(), document, check_document(document), variables) <= MAX_COST
