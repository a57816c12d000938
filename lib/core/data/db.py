"""The data API as the caller: the caller's own token travels to PostgreSQL, and its policies decide."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol
from uuid import uuid4

import httpx

from lib.core.config import get_settings
from lib.core.data.answers import Query, send
from lib.core.data.calls import DataApi
from lib.core.data.errors import DataApiError, from_data_api, is_clock_error
from lib.core.http.admission import admitted, beside_admission
from lib.core.http.client import TOTAL_SECONDS
from lib.core.http.conditional import current_if_expected
from lib.core.http.deadline import within
from lib.core.http.errors import (
    RETRY_AFTER_SECONDS,
    GatewayTimeout,
    InternalError,
    PreconditionFailed,
    ServiceUnavailable,
)
from lib.core.security.signing import proof_headers, require_secret
from lib.core.telemetry.context import current_context, timed
from lib.core.telemetry.logs import log

CLOCK_PAUSE_SECONDS: Final = 0.1
# The version that a command expects which does not take one: see private.expected_version.
_VERSION_HEADER: Final = "X-Expected-Version"
_EXPECTED: Final = "expected_version"
# The header that tells whether an answer is that of an earlier call under the same key.
REPLAYED: Final = "Idempotency-Replayed"
# The messages of private.from_functions for a proof by a secret that it does not know, and of
# private.require_functions for a request without a proof.
UNKNOWN_KEY: Final = "the proof of this request has an unknown key"
NO_PROOF: Final = "this is for the platform's own functions"

type Db = DataApi
type Row = dict[str, Any]


class Answer(Protocol):
    """The answer to a query."""

    @property
    def data(self) -> Any:
        """The rows, or the value of a function that returns one value."""
        ...

    @property
    def count(self) -> int | None:
        """The number of all rows, if the query asked for it."""
        ...


def connect_with(key: str, token: str | None = None, *, proof: dict[str, str] | None = None) -> Db:
    """Returns a client with an API key of the project and, if given, a person's token and the header that proves us.

    Clients share the connections of the instance and hold nothing else.
    """
    headers = {"apikey": key, "X-Request-Id": current_context().request_id} | (proof or {})
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return DataApi(get_settings().supabase_url, headers)


def connect_as(access_token: str) -> Db:
    """Returns a client under the policies of the person or API key whose token this is.

    It may change something for two minutes, which is longer than a function runs: see lib/core/security/signing.py.
    """
    return connect_with(get_settings().supabase_publishable_key, access_token, proof=proof_headers(access_token))


def connect_anonymously() -> Db:
    """Returns a client without a person, which sees published contents only."""
    return connect_with(get_settings().supabase_publishable_key, proof=proof_headers(None))


def call(db: Db, function: str, arguments: Row) -> Query:
    """Builds a call of an SQL function, with arguments of any JSON type."""
    return db.rpc(function, arguments)


async def command(
    db: Db,
    function: str,
    arguments: Row,
    *,
    seconds: float = TOTAL_SECONDS,
    part: str = "",
    is_checked: bool = False,
) -> list[Row]:
    """Calls an SQL function that changes something, and returns its rows. A value that is no row is the only item.

    If the request has an Idempotency-Key, the call runs under it: a repeated request gets the answer of the first call,
    and the header Idempotency-Replayed. A request that makes several such calls tells them apart by ``part``;
    otherwise the second would be taken for the first. ``is_checked``: the caller has checked the change against the
    version that it names, so that another one, which If-Match may name too, raises PreconditionFailed.
    """
    await admitted()
    if is_checked:
        return await _run_command(db, function, arguments, seconds=seconds, part=part)
    return await _expecting(db, arguments, partial(_run_command, db, function, seconds=seconds, part=part))


async def command_once(
    db: Db, function: str, arguments: Row, *, seconds: float = TOTAL_SECONDS, expects: str = _EXPECTED
) -> list[Row]:
    """Calls a function like ``command``, under a random key, for calls that the Idempotency-Key does not cover.

    A gateway may repeat a call, as after a 502 that hid the first answer. It then gets that answer, and nothing is done
    twice. The key is not taken from the request: a client can choose its X-Request-Id, and so name another's.
    ``expects``: the name of the argument with the version that is expected.
    """
    await admitted()
    return await _expecting(db, arguments, partial(_run_once, db, function, seconds=seconds), expects)


async def _expecting(
    db: Db, arguments: Row, ask: Callable[[Row], Awaitable[list[Row]]], name: str = _EXPECTED
) -> list[Row]:
    """Runs a command, and once more where If-Match names the current version too: a list of versions, or any."""
    try:
        return await ask(arguments)
    except PreconditionFailed as error:
        current = current_if_expected(error)
        if current is None:
            raise
    if _VERSION_HEADER in db.headers:
        db.headers[_VERSION_HEADER] = str(current)
    return await ask(arguments | {name: current} if name in arguments else arguments)


async def _run_command(db: Db, function: str, arguments: Row, *, seconds: float, part: str) -> list[Row]:
    context = current_context()
    if context.idempotency is None:
        return await _run_once(db, function, arguments, seconds=seconds)
    keyed = {
        "command": function,
        "arguments": arguments,
        "key": context.idempotency.key_of(part) if part else context.idempotency.key,
        "fingerprint": context.idempotency.fingerprint,
    }
    answer = (await run(call(db, _runner(seconds), keyed), seconds=seconds)).data
    context.response_headers[REPLAYED] = str(answer["replayed"]).lower()
    return answer["rows"]


async def _run_once(db: Db, function: str, arguments: Row, *, seconds: float) -> list[Row]:
    keyed = {"command": function, "arguments": arguments, "key": uuid4().hex}
    return (await run(call(db, _runner(seconds), keyed), seconds=seconds)).data["rows"]


def _runner(seconds: float) -> str:
    """Returns the function that runs a command: the database ends one after 8 seconds, and the other after 30."""
    return "run_patient_command" if seconds > TOTAL_SECONDS else "run_command"


@dataclass(frozen=True, slots=True)
class BeyondTheEnd:
    """The answer to an offset past the last row: no rows, and how many there are."""

    count: int | None
    data: tuple[()] = ()


def _beyond_the_end(error: DataApiError) -> BeyondTheEnd | None:
    """Returns the answer to an offset past the last row. PostgREST refuses it (416, PGRST103) and names the count."""
    rows = re.search(r"only (\d+) rows", str(error.details)) if error.code == "PGRST103" else None
    return BeyondTheEnd(int(rows[1])) if rows else None


def _is_unknown_key(error: DataApiError) -> bool:
    """Tells whether the database refused our proof for its key: the caller did nothing wrong."""
    return error.code == "PT403" and error.message == UNKNOWN_KEY


async def _execute(query: Query) -> Answer:
    """Executes a query, and once more where the data API's clock was behind the token's, or our key was unknown."""
    try:
        return await send(query)
    except DataApiError as error:
        if error.code == "PT403" and error.message == NO_PROOF:
            require_secret()
            raise
        if _is_unknown_key(error):
            from lib.core.data.deployment import register_unknown_key  # which calls the data API itself

            await admitted()  # since it may change something
            if not await register_unknown_key():
                raise
        elif not is_clock_error(error.code, error.message):
            raise
    await asyncio.sleep(CLOCK_PAUSE_SECONDS)
    return await send(query)


async def run(query: Query, *, seconds: float = TOTAL_SECONDS) -> Answer:
    """Executes a query within so many seconds and the time of the request, beside the check of limits and session.

    A request that reads awaits ``admitted`` before a function that may change something
    (tests/core/data/test_reading_calls.py looks).
    Raises the errors of lib.core.http.errors, and the refusal of that check before any other.
    """
    return await beside_admission(_run(query, seconds))


async def _run(query: Query, seconds: float) -> Answer:
    """Executes a query. This is the only place that maps the errors of the data API to those of lib.core.http."""
    with timed("db"):
        try:
            async with within(seconds):
                return await _execute(query)
        except DataApiError as error:
            beyond = _beyond_the_end(error)
            if beyond is not None:
                return beyond
            if _is_unknown_key(error):
                log(logging.ERROR, "the database does not know SIGNING_SECRET, and takes no changes from here")
                raise ServiceUnavailable(
                    "changes are not possible right now", retry_after=RETRY_AFTER_SECONDS
                ) from error
            known = from_data_api(error.code, error.message, error.details)
            if known is not None:
                if known.status >= 500:
                    problem = {"code": error.code, "reason": str(error.message)[:300]}
                    level = logging.WARNING if known.status == 504 else logging.ERROR
                    log(level, "the data API is not available", fields=problem)
                raise known from error
            log(logging.ERROR, "the data API refused a query", error=error, fields={"code": error.code})
            raise InternalError("something went wrong on our side") from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise GatewayTimeout("the database took too long", retry_after=RETRY_AFTER_SECONDS) from error
        except httpx.RequestError as error:
            raise ServiceUnavailable(
                "the database is not available right now", retry_after=RETRY_AFTER_SECONDS
            ) from error


async def fetch_rows(query: Query) -> list[Row]:
    """Executes a query and returns its rows. Raises what ``run`` raises, like the other functions here."""
    return (await run(query)).data


async def fetch_page(query: Query) -> tuple[list[Row], int]:
    """Returns the rows of a page and the number of all rows, for a query that asked for an exact count."""
    answer = await run(query)
    return list(answer.data), answer.count or 0


async def fetch_listing(query: Query) -> tuple[list[Row], int]:
    """Returns the items and their total, for a function that answers {items, total}."""
    answer = (await run(query)).data
    return answer["items"], answer["total"] or 0


async def fetch_one(query: Query) -> Row | None:
    """Returns the first row or None, whether the data API answers with a list or with a single object."""
    data = (await run(query)).data
    if isinstance(data, list):
        return data[0] if data else None
    return data
