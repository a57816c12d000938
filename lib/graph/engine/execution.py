"""Runs one operation: finds its document, weighs it, lets it in, and executes it."""

from collections.abc import Awaitable
from dataclasses import dataclass
from inspect import iscoroutine
from typing import Any, Final, TypeGuard

from fastapi import BackgroundTasks, Request
from graphql import ExecutionResult, FieldNode, GraphQLError, OperationDefinitionNode, OperationType, execute
from pydantic_core import to_json

from lib.core.auth.api_keys import HELD, key_digests
from lib.core.auth.denials import record_denial
from lib.core.auth.principal import Presented, Principal, authenticate
from lib.core.auth.tokens import verify_token
from lib.core.http.deadline import at_most
from lib.core.http.errors import ApiError, PayloadTooLarge, Unauthorized, ValidationFailed
from lib.core.http.headers import MAX_BODY_BYTES
from lib.core.limits.requests import require_no_refusal, rules_of, weigh, windows_of
from lib.core.telemetry.context import current_context
from lib.graph.engine.context import GraphContext
from lib.graph.engine.cost import points_of, require_affordable
from lib.graph.engine.documents import Asked, Document, Malformed, find_document, read_request, register
from lib.graph.engine.executor import QuickExecutor
from lib.graph.engine.problems import failure_before, failure_of
from lib.graph.engine.schema import get_schema

SECONDS: Final = 58.0
# The audit log is not for repetitions: a document has at most 15 aliases.
_MAX_DENIALS: Final = 15
# Each error of a variable shows the variable: 50 copies of a large one take longer than its request.
_MAX_COERCION_ERRORS: Final = 10


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation that may be executed."""

    document: Document
    operation: OperationDefinitionNode
    asked: Asked
    cost: int
    points: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a request of GraphQL."""

    body: dict[str, Any]
    status: int = 200
    """The status where the whole request failed; otherwise 200."""
    retry_after: int | None = None
    tasks: BackgroundTasks | None = None
    """Work for after the answer."""
    is_malformed: bool = False
    """Whether the request was none of GraphQL, whatever the media type of the answer."""

    def encoded(self) -> bytes:
        """Returns the answer as JSON. Raises PayloadTooLarge for more than the platform lets an answer have.

        Fields are encoded one by one: aliases repeat what was read once, so that the whole may be many times as large.
        """
        parts, size = list[bytes](), 0
        for name, value in (self.body.get("data") or {}).items():
            part = b"%s:%s" % (to_json(name), to_json(value))
            size += len(part)
            if size > MAX_BODY_BYTES:
                raise PayloadTooLarge(
                    f"the answer has more than {MAX_BODY_BYTES} bytes: ask for less. Mutations have been carried out"
                )
            parts.append(part)
        if not parts:
            return to_json(self.body)
        others = to_json({name: value for name, value in self.body.items() if name != "data"})
        return b'{"data":{%s}%s%s' % (b",".join(parts), b"," if len(others) > len(b"{}") else b"", others[1:])


class NotValid(Exception):
    """The document cannot be executed."""

    def __init__(self, problems: tuple[GraphQLError, ...]) -> None:
        super().__init__(str(problems[0]))
        self.problems = problems


async def prepare(body: Any) -> Prepared:
    """Reads, validates and weighs a request. Raises ValidationFailed and NotValid."""
    asked = read_request(body)
    document = await find_document(asked)
    if document.problems:
        raise NotValid(document.problems)
    operation = document.operation(asked.operation_name)
    cost = document.costs.of(get_schema(), document.node, operation, asked.variables)
    require_affordable(cost)
    return Prepared(document, operation, asked, cost, points_of(cost))


async def _known(request: Request, presented: Presented) -> None:
    """Refuses strangers, and callers whose limit is used up, before anything is parsed for them."""
    weigh(request, cost=1, reads=True)
    raw = presented.bearer or (None if presented.key else presented.cookie)
    if raw is not None:
        token = await verify_token(raw)
        limit, identifier = rules_of(request).user_limit_of(request.url.path), str(token.user_id)
    elif presented.key is not None:
        digest = key_digests(presented.key)[0]
        if HELD.get(digest) is None:
            await authenticate(request, presented)  # it costs a point, and the key is in memory afterwards
        limit, identifier = rules_of(request).limit_of(request.url.path), f"key:{digest}"
    else:
        raise Unauthorized("an access token is needed: Authorization: Bearer …")
    require_no_refusal(windows_of(request, limit, identifier))


async def admit(request: Request, presented: Presented, body: Any) -> tuple[Principal, Prepared]:
    """Prepares a request and lets its caller in, who is charged for the refusal of a bad one too.

    Raises ApiError and NotValid.
    """
    await _known(request, presented)
    try:
        prepared = await prepare(body)
    except (ValidationFailed, NotValid):
        weigh(request, cost=1, reads=False)
        await authenticate(request, presented)
        raise
    reads = prepared.operation.operation is not OperationType.MUTATION
    is_registering = prepared.asked.query is not None and prepared.asked.digest is not None
    weigh(request, cost=prepared.points, reads=reads and not is_registering)
    principal, _ = await authenticate(request, presented)
    if is_registering:
        await register(prepared.asked, identifier_of(principal, presented))
    return principal, prepared


def identifier_of(principal: Principal, presented: Presented) -> str:
    """Returns by what the limits count a caller, as in REST."""
    if principal.api_key is not None and presented.key is not None:
        return f"key:{key_digests(presented.key)[0]}"
    return str(principal.user_id)


async def answer(request: Request, presented: Presented, body: Any) -> Answered:
    """Answers a query or a mutation. Raises nothing that a caller can cause."""
    try:
        principal, prepared = await admit(request, presented, body)
        if prepared.operation.operation is OperationType.SUBSCRIPTION:
            raise ValidationFailed("subscribe over server-sent events or a WebSocket", code="SUBSCRIPTION_NOT_STREAMED")
    except NotValid as error:
        return Answered({"errors": [failure_of(problem) for problem in error.problems]}, 400)
    except ApiError as error:
        body = {"errors": [failure_before(error)]}
        return Answered(body, error.status, error.retry_after, is_malformed=isinstance(error, Malformed))
    return await run(prepared, GraphContext(request, principal, identifier_of(principal, presented)))


def _is_awaitable(value: Any) -> TypeGuard[Awaitable[Any]]:
    """Tells whether a resolver has still to be awaited. All of ours that are not plain are coroutines."""
    return iscoroutine(value)


def _follow_up(errors: list[GraphQLError], context: GraphContext) -> None:
    """Does after the answer what REST does after a refusal: the audit log records each field that was denied, once."""
    denied: dict[tuple[str, str], None] = {}
    for error in errors:
        cause = error.original_error
        if not isinstance(cause, ApiError):
            continue
        if cause.afterwards is not None:
            context.tasks.add_task(cause.afterwards)
        elif cause.status == 403:
            # By the names of the schema: a client chooses those of the path.
            names = [node.name.value for node in error.nodes or () if isinstance(node, FieldNode)]
            denied["#".join([context.request.url.path, *names[:1]]), cause.code] = None
    token = current_context().access_token
    if token:
        for path, code in list(denied)[:_MAX_DENIALS]:
            context.tasks.add_task(record_denial, token, context.request.method, path, code)


async def _executed(prepared: Prepared, context: GraphContext, root: Any) -> ExecutionResult:
    outcome = execute(
        get_schema(),
        prepared.document.node,
        root,
        context_value=context,
        variable_values=prepared.asked.variables,
        operation_name=prepared.asked.operation_name,
        executor_class=QuickExecutor,
        is_awaitable=_is_awaitable,
        max_coercion_errors=_MAX_COERCION_ERRORS,
        plans=prepared.document.plans,
    )
    return outcome if isinstance(outcome, ExecutionResult) else await outcome


async def run(prepared: Prepared, context: GraphContext, root: Any = None) -> Answered:
    """Executes a query or a mutation, or answers one event of a subscription, which is the root.

    Has ``SECONDS`` for it, also within a stream that lasts longer.
    """
    with at_most(SECONDS):
        result = await _executed(prepared, context, root)
    body: dict[str, Any] = {}
    if result.errors:
        body["errors"] = [failure_of(error) for error in result.errors]
        _follow_up(result.errors, context)
    status = 200
    if result.data is None and result.errors and all(error.path is None for error in result.errors):
        status = 400  # the variables do not fit
    else:
        body["data"] = result.data
    body["extensions"] = {"cost": {"cost": prepared.cost, "points": prepared.points}}
    return Answered(body, status, tasks=context.tasks)
