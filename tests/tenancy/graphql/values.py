"""Values for the arguments of any field: ids of one brand's objects, and everything else as REST has it in examples."""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_argument,
    is_required_input_field,
)

from tests.graph.rest import Operation
from tests.identity.test_sso_connections import certificate
from tests.tenancy.scene import Tenant

SCALARS: Final[dict[str, Any]] = {
    "Int": 1, "Float": 1.0, "Boolean": True, "String": "x", "JSON": {}, "DateTime": "2099-01-01T00:00:00Z",
    "Date": "2099-01-01",
}  # fmt: skip
# Names of people in inputs, by which part they have.
PEOPLE: Final = (
    "userId", "delegateId", "assigneeId", "assignees", "reviewerId", "authorId", "toUserId", "fromUserId", "actorId",
    "createdBy", "userIds", "delegatorId", "ownerId", "mentions", "fromId", "toId", "targetId",
)  # fmt: skip

# Ids whose names do not tell of which kind they are.
BY_FIELD: Final = {
    "node.id": "contentId",
    "user.id": "userId",
    "markNotifications.ids.ids": "notificationIds",
    "replayWebhook.after.after": "eventId",
    "createBrand.parentBrandId.parentBrandId": "brandId",
    "updateBrand.parentBrandId.parentBrandId": "brandId",
    "createMarketOverride.masterClaimId.masterClaimId": "claimId",
    "overrideConflicts.masterClaimId": "claimId",
}
# Values that examples show in part only, which would be refused before anybody looks at the caller.
WHOLE: Final = {"certificates": [certificate()]}
# Ids that a caller gives to parts of a request.
FREE: Final = ("reviewClaims.claims.id.id", "reviewClaims.input.claims.id.id")


def ids_of(tenant: Tenant) -> dict[str, Any]:
    """Returns an id of the brand for each name that REST gives to parameters and properties."""
    rows = tenant.rows
    ids: dict[str, Any] = {
        "brandId": tenant.brand_id,
        "contentId": tenant.contents["draft"],
        "templateId": rows["templates"]["id"],
        "workflowId": rows["workflows"]["id"],
        "commentId": rows["comments"]["id"],
        "parentId": rows["comments"]["id"],
        "agencyId": rows["vetting_agencies"]["id"],
        "keyId": rows["api_keys"]["id"],
        "invitationId": rows["invitations"]["id"],
        "channelId": rows["channels"]["id"],
        "claimId": rows["claims"]["id"],
        "replacementClaimId": rows["claims"]["id"],
        "claimBrandId": rows["master_claim_brands"]["id"],
        "masterClaimBrandId": rows["master_claim_brands"]["id"],
        "masterId": rows["master_claim_brands"]["id"],
        "reviewerId": rows["claim_reviewers"]["id"],
        "evidenceId": tenant.contents["evidence"],
        "checkId": rows["claim_reviews"]["id"],
        "taskId": rows["workflow_tasks"]["id"],
        "overrideId": rows["market_overrides"]["id"],
        "productId": rows["products"]["id"],
        "ingredientId": rows["ingredients"]["id"],
        "delegationId": tenant.delegation_id,
        "letterId": tenant.dead_letter_id,
        "destinationId": tenant.destination_id,
        "notificationId": rows["notifications"]["id"],
        "webhookId": rows["webhook_endpoints"]["id"],
        "deliveryId": rows["webhook_deliveries"]["id"],
        "connectionId": rows["sso_connections"]["id"],
        "accountId": rows["accounts"]["id"],
        "generationId": rows["ai_generations"]["id"],
        "deviceId": rows["trusted_devices"]["id"],
        "sessionId": rows["user_sessions"]["id"],
        "factorId": rows["mfa_factors"]["id"],
        "fileId": rows["files"]["id"],
        "stepId": rows["workflow_steps"]["id"],
        "stepRunId": rows["workflow_step_runs"]["id"],
        "eventId": rows["domain_events"]["id"],
        "contentIds": [tenant.contents["draft"]],
        "brandIds": [tenant.brand_id],
        "taskIds": [rows["workflow_tasks"]["id"]],
        "templateIds": [rows["templates"]["id"]],
        "productIds": [rows["products"]["id"]],
        "ingredientIds": [rows["ingredients"]["id"]],
        "claimIds": [rows["claims"]["id"]],
        "subjectIds": [rows["products"]["id"]],
        "notificationIds": [rows["notifications"]["id"]],
        "version": 1,
        "from": 1,
        "to": 2,
        "before": 1,
        "after": 2,
    }
    person = tenant.people["editor"].user_id
    ids |= {name: [person] if name in ("assignees", "userIds", "mentions") else person for name in PEOPLE}
    ids["reviewerId"] = rows["claim_reviewers"]["id"]
    return {name: _plain(value) for name, value in ids.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]  # type: ignore[reportUnknownVariableType]
    return str(value) if isinstance(value, UUID) else value


def secrets_of(tenant: Tenant) -> list[str]:
    """Returns the ids and texts that nobody outside of the brand may read."""
    ids = {str(row[name]) for table, row in tenant.rows.items() if table != "plans" for name in row if name == "id"}
    ids |= {str(each) for each in (*tenant.contents.values(), tenant.delegation_id, tenant.destination_id)}
    ids |= {str(person.user_id) for person in tenant.people.values()}
    return [*sorted(ids), str(tenant.rows["brands"]["name"]), str(tenant.brand_id)]


@dataclass
class Filler:
    """Fills the arguments of fields with the ids of one brand."""

    ids: dict[str, Any]
    unknown: set[str] = field(default_factory=set[str])
    """Names of ids that are not known here, and so were made up."""

    def arguments(self, operations: list[Operation], described: GraphQLField, field_name: str) -> dict[str, Any]:
        """Returns the arguments that a field needs, and those that name an object."""
        sent: dict[str, Any] = {}
        for name, argument in described.args.items():
            if name in ("clientMutationId", "first", "after", "pagination"):
                continue
            value = self._of_argument(operations, name, argument, field_name)
            if value is not None:
                sent[name] = value
        return sent

    def _of_argument(self, operations: list[Operation], name: str, argument: GraphQLArgument, field_name: str) -> Any:
        if name == "expectedVersion":
            return self.ids.get("version", 1)
        is_needed = is_required_argument(argument)
        parameters = [parameter for each in operations for parameter in each.parameters]
        if name == "id" and parameters:
            return self.id_of([each for each in parameters if each.endswith("Id")][-1])
        example = next((each.body for each in operations if each.body is not None), None)
        kind = get_named_type(argument.type)
        if isinstance(kind, GraphQLInputObjectType):
            whole = example[name] if isinstance(example, dict) and name in example else example
            return self.value(argument.type, name, whole, field_name) if is_needed or name == "input" else None
        if name in self.ids and name not in ("version", "from", "to", "before", "after"):
            return self.value(argument.type, name, None, field_name)
        if not is_needed:
            return None
        own = example.get(name) if isinstance(example, dict) else None
        queried = next((each.query[name] for each in operations if each.query.get(name) is not None), None)
        return self.value(argument.type, name, own if own is not None else queried, field_name)

    def id_of(self, name: str) -> Any:
        """Returns the id of a parameter of REST, or one that nobody has."""
        known = BY_FIELD.get(name, name)
        if known not in self.ids:
            self.unknown.add(name)
        return self.ids.get(known, str(uuid4()))

    def value(self, type_: Any, name: str, example: Any, field_name: str) -> Any:
        """Returns a value of a type: the id that the name asks for, else the example, else anything."""
        inner = get_nullable_type(type_)
        if is_list_type(inner):
            return self._list(inner.of_type, name, example, field_name)
        if isinstance(inner, GraphQLInputObjectType):
            return self._object(inner, example, field_name)
        if isinstance(inner, GraphQLEnumType):
            return self._enum(inner, example)
        if inner.name == "ID" or (name in self.ids and name.endswith(("Id", "By"))):
            found = self.ids.get(name)
            if not isinstance(found, str | list):  # such as `after`, a number elsewhere
                found = str(uuid4()) if f"{field_name}.{name}" in FREE else self.id_of(f"{field_name}.{name}")
            return found[0] if isinstance(found, list) else found
        if name in self.ids and inner.name == "Int":
            return self.ids[name]
        return example if _fits(example, inner.name) else SCALARS[inner.name]

    def _list(self, of_type: Any, name: str, example: Any, field_name: str) -> list[Any]:
        items: list[Any] = example if isinstance(example, list) and example else [None]  # type: ignore[reportUnknownVariableType]
        if get_named_type(of_type).name == "ID" and isinstance(self.ids.get(name), list):
            return self.ids[name]
        return [self.value(of_type, name, each, field_name) for each in items]

    def _object(self, kind: GraphQLInputObjectType, example: Any, field_name: str) -> dict[str, Any]:
        known: dict[str, Any] = example if isinstance(example, dict) else {}
        known = known | {name: value for name, value in WHOLE.items() if name in known}
        filled: dict[str, Any] = {}
        for name, each in kind.fields.items():
            if is_required_input_field(each) or known.get(name) is not None or name in self.ids:
                filled[name] = self.value(each.type, name, known.get(name), f"{field_name}.{name}")
        return filled

    def _enum(self, kind: GraphQLEnumType, example: Any) -> Any:
        by_value: dict[str, str] = {str(each.value): name for name, each in kind.values.items()}
        return by_value.get(str(example), next(iter(kind.values)))

    def body(self, example: Any) -> Any:
        """Returns an example of REST with the ids of this brand."""
        if isinstance(example, dict):
            return {
                name: self.ids[name] if name in self.ids else WHOLE.get(name) or self.body(value)  # type: ignore[reportUnknownArgumentType]
                for name, value in example.items()  # type: ignore[reportUnknownVariableType]
            }
        return [self.body(each) for each in example] if isinstance(example, list) else example  # type: ignore[reportUnknownVariableType]


def _fits(example: Any, kind: str) -> bool:
    """Tells whether an example is a value of a scalar type."""
    kinds: dict[str, Any] = {"Int": int, "Float": (int, float), "Boolean": bool, "JSON": object}
    if example is None or (kind == "Int" and isinstance(example, bool)):
        return False
    return isinstance(example, kinds.get(kind, str))
