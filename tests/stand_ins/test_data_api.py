"""Checks that the stand-in of the data API is as strict as PostgREST 14 over a hosted database.

Sources: PostgREST v14 src/PostgREST/Error.hs (statuses and shapes), Query/PreQuery.hs and
docs/references/transactions.rst (settings), supabase/postgres migrations/db (roles, time limits, safeupdate).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from local.stack.client import RunningStack
from local.stack.settings import JWT_SECRET, PUBLISHABLE_KEY, SECRET_KEY
from tests.support.supabase import supabase_with

pytestmark = pytest.mark.anyio

SCHEMA = """
create table public.things (
  id bigint primary key, amount numeric, label text not null default '', data jsonb, made_at timestamptz
);
alter table public.things enable row level security;
create policy everyone on public.things to anon, authenticated using (true) with check (true);
grant select, insert, update, delete on public.things to anon, authenticated, service_role;
create table public.closed (id bigint primary key);
insert into public.things (id, amount, data, label) values
  (9007199254740993, 1.10, '{"big": 9007199254740993, "text": "12345678901234567890", "tiny": 0.10}', 'one'),
  (2, 12345678901234567890.123456789, 'null', 'two'), (3, 'NaN', '[1]', 'three');

create function public.settings() returns jsonb language sql volatile as $$
  select jsonb_build_object(
    'user', current_user, 'session', session_user, 'search_path', current_setting('search_path'),
    'claims', current_setting('request.jwt.claims', true)::jsonb,
    'sub', current_setting('request.jwt.claim.sub', true), 'role', current_setting('request.jwt.claim.role', true),
    'method', current_setting('request.method', true), 'path', current_setting('request.path', true),
    'timeout', current_setting('statement_timeout'), 'lock', current_setting('lock_timeout'),
    'read_only', current_setting('transaction_read_only')
  )
$$;
create function public.settings_read() returns jsonb language sql stable as $$ select public.settings() $$;
create function public.sleeps(seconds double precision) returns integer language sql volatile as $$
  select 1 from pg_sleep(seconds)
$$;
create function public.sleeps_longer(seconds double precision) returns integer language sql volatile
set statement_timeout = '20s' as $$ select 1 from pg_sleep(seconds) $$;
create function public.numbers() returns table (a bigint, b numeric, c numeric) language sql stable as $$
  select 9007199254740993, 1.10, 'NaN'::numeric
$$;
create function public.echo(value jsonb) returns jsonb language sql stable as $$ select value $$;
create function public.raises(state text, reason text default 'no', more text default '') returns void
language plpgsql volatile as $$
begin
  raise exception using errcode = state, message = reason, detail = more;
end $$;
create function public.raises_plainly() returns void language plpgsql volatile as $$
begin
  raise exception 'a bare one';
end $$;
create table public.many (id integer primary key);
grant select on public.many to authenticated;
insert into public.many select generate_series(1, 1005);
create function public.counts(upto integer) returns setof integer language sql stable as $$
  select generate_series(1, upto)
$$;
create function public.counts_in_one(upto integer) returns jsonb language sql stable as $$
  select jsonb_agg(number) from generate_series(1, upto) as number
$$;
create function public.adds(id bigint) returns void language sql volatile as $$
  insert into public.things (id) values (adds.id)
$$;
create function public.writes_while_stable() returns void language sql stable as $$ select public.adds(77) $$;
"""


@pytest.fixture(scope="module")
def project(stack: RunningStack) -> Iterator[str]:
    with supabase_with(stack.database_url, SCHEMA) as (url, _):
        yield url


def token(**changes: Any) -> str:
    claims = {"role": "authenticated", "aud": "authenticated", "sub": str(uuid4()), "exp": int(time.time()) + 600}
    return jwt.encode(claims | changes, JWT_SECRET, "HS256")


class Caller:
    def __init__(self, url: str, key: str, bearer: str | None) -> None:
        headers = {"apikey": key} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        self.http = httpx.AsyncClient(base_url=f"{url}/rest/v1", headers=headers, timeout=30)

    async def rpc(self, name: str, **arguments: Any) -> httpx.Response:
        return await self.http.post(f"/rpc/{name}", json=arguments)


@pytest.fixture
async def anonymous(project: str) -> AsyncIterator[Caller]:
    caller = Caller(project, PUBLISHABLE_KEY, None)
    yield caller
    await caller.http.aclose()


@pytest.fixture
async def user(project: str) -> AsyncIterator[Caller]:
    caller = Caller(project, PUBLISHABLE_KEY, token())
    yield caller
    await caller.http.aclose()


@pytest.fixture
async def service(project: str) -> AsyncIterator[Caller]:
    caller = Caller(project, SECRET_KEY, None)
    yield caller
    await caller.http.aclose()


def assert_refused(response: httpx.Response, status: int, code: str, message: str | None = None) -> dict[str, Any]:
    assert response.status_code == status, response.text
    body = response.json()
    assert body["code"] == code, body
    assert set(body) == {"code", "message", "details", "hint"}
    if message is not None:
        assert body["message"] == message
    return body


async def test_a_request_runs_as_its_role_below_the_authenticator(user: Caller, anonymous: Caller) -> None:
    seen = (await user.rpc("settings")).json()
    assert (seen["user"], seen["session"]) == ("authenticated", "authenticator")
    assert (seen["timeout"], seen["lock"], seen["read_only"]) == ("8s", "5s", "off")
    assert seen["search_path"] == '"public", "extensions"'
    assert (seen["method"], seen["path"]) == ("POST", "/rpc/settings")
    # The separate claims of PostgREST before version 9 are not set.
    assert seen["sub"] in (None, "")
    assert seen["role"] in (None, "")
    assert seen["claims"]["role"] == "authenticated"
    nobody = (await anonymous.rpc("settings")).json()
    assert (nobody["user"], nobody["timeout"], nobody["claims"]) == ("anon", "3s", {"role": "anon"})


async def test_the_service_has_the_limit_of_the_authenticator(service: Caller) -> None:
    seen = (await service.rpc("settings")).json()
    assert (seen["user"], seen["timeout"]) == ("service_role", "8s")


async def test_a_statement_over_its_limit(anonymous: Caller) -> None:
    began = time.monotonic()
    cut, longer = await asyncio.gather(anonymous.rpc("sleeps", seconds=20), anonymous.rpc("sleeps_longer", seconds=3.3))
    assert_refused(cut, 500, "57014", "canceling statement due to statement timeout")
    assert longer.status_code == 200
    assert time.monotonic() - began < 15


async def test_reading_is_read_only(user: Caller) -> None:
    assert (await user.rpc("settings_read")).json()["read_only"] == "on"
    assert (await user.http.get("/rpc/settings")).json()["read_only"] == "on"
    answer = await user.rpc("writes_while_stable")
    assert_refused(answer, 405, "25006", "cannot execute INSERT in a read-only transaction")


async def test_numbers_are_exact(user: Caller) -> None:
    rows = (await user.http.get("/things", params={"select": "id,amount,data", "order": "label"})).text
    for text in (
        '"id":9007199254740993',
        '"amount":1.10',
        '"big": 9007199254740993',
        '"tiny": 0.10',
        '"text": "12345678901234567890"',
        '"amount":12345678901234567890.123456789',
        '"amount":"NaN"',
    ):
        assert text.replace(": ", ":") in rows.replace(": ", ":"), rows
    numbers = (await user.rpc("numbers")).text.replace(" ", "")
    assert '"a":9007199254740993,"b":1.10,"c":"NaN"' in numbers
    given = '{"value":{"a":9007199254740993,"b":1.10,"c":"9007199254740993"}}'
    echoed = await user.http.post("/rpc/echo", content=given, headers={"Content-Type": "application/json"})
    assert echoed.text.replace(" ", "") == '{"a":9007199254740993,"b":1.10,"c":"9007199254740993"}'


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("P0001", 400),
        ("P0002", 500),
        ("22023", 400),
        ("22P02", 400),
        ("23502", 400),
        ("23503", 409),
        ("23505", 409),
        ("23514", 400),
        ("21000", 500),
        ("25006", 405),
        ("42501", 403),
        ("53300", 503),
        ("54000", 500),
        ("55P03", 500),
        ("57014", 500),
        ("57P01", 503),
        ("08006", 503),
        ("XX000", 500),
        ("PT404", 404),
        ("PT429", 429),
    ],
)
async def test_the_status_of_a_state(user: Caller, state: str, status: int) -> None:
    assert_refused(await user.rpc("raises", state=state, reason="why", more="detail"), status, state, "why")


async def test_a_bare_exception(user: Caller) -> None:
    assert_refused(await user.rpc("raises_plainly"), 400, "P0001", "a bare one")


async def test_a_refused_right(user: Caller, anonymous: Caller) -> None:
    message = "permission denied for table closed"
    assert_refused(await user.http.get("/closed"), 403, "42501", message)
    answer = await anonymous.http.get("/closed")
    assert_refused(answer, 401, "42501", message)
    assert answer.headers["WWW-Authenticate"]
    assert_refused(await anonymous.rpc("raises", state="42501", reason="why"), 401, "42501", "why")


async def test_a_thousand_rows_at_most(user: Caller) -> None:
    """Nothing reports missing rows: only a count tells that there are more."""
    read = await user.http.get("/many?order=id")
    assert (read.status_code, len(read.json()), read.json()[-1]) == (200, 1000, {"id": 1000})
    assert len((await user.http.get("/many?order=id&limit=1003")).json()) == 1000
    later = await user.http.get("/many?order=id&offset=3", headers={"Prefer": "count=exact"})
    assert (len(later.json()), later.headers["content-range"]) == (1000, "3-1002/1005")
    assert len((await user.rpc("counts", upto=1001)).json()) == 1000
    assert len((await user.rpc("counts", upto=999)).json()) == 999
    # One value, whatever its length.
    assert len((await user.rpc("counts_in_one", upto=1001)).json()) == 1001


async def test_no_change_of_a_whole_table(user: Caller) -> None:
    refused = [
        (await user.http.patch("/things", json={"label": "all"}), "UPDATE requires a WHERE clause"),
        (await user.http.delete("/things"), "DELETE requires a WHERE clause"),
        (await user.http.patch("/things?select=id", json={"label": "all"}), "UPDATE requires a WHERE clause"),
    ]
    for answer, message in refused:
        assert_refused(answer, 400, "21000", message)
    assert (await user.http.get("/things", params={"label": "eq.all"})).json() == []


async def test_names_missing_from_the_schema_cache_are_refused(user: Caller) -> None:
    body = assert_refused(
        await user.rpc("nothing", b=1, a=2),
        404,
        "PGRST202",
        "Could not find the function public.nothing(a, b) in the schema cache",
    )
    assert body["details"] == (
        "Searched for the function public.nothing with parameters a, b or with a single unnamed json/jsonb parameter, "
        "but no matches were found in the schema cache."
    )
    assert_refused(
        await user.rpc("nothing"),
        404,
        "PGRST202",
        "Could not find the function public.nothing without parameters in the schema cache",
    )
    # With an unknown argument it is another function.
    assert_refused(await user.rpc("echo", value=1, more=2), 404, "PGRST202")
    assert_refused(await user.rpc("sleeps"), 404, "PGRST202")
    assert_refused(
        await user.http.get("/nothing"),
        404,
        "PGRST205",
        "Could not find the table 'public.nothing' in the schema cache",
    )
    answer = await user.http.post("/things", json={"id": 5, "colour": "red"})
    assert_refused(answer, 400, "PGRST204", "Could not find the 'colour' column of 'things' in the schema cache")
    answer = await user.http.patch("/things?id=eq.2", json={"colour": "red"})
    assert_refused(answer, 400, "PGRST204", "Could not find the 'colour' column of 'things' in the schema cache")
    assert_refused(await user.http.get("/things?select=colour"), 400, "42703")


async def test_one_row_where_there_are_none_or_many(user: Caller) -> None:
    one = {"Accept": "application/vnd.pgrst.object+json"}
    for query, rows in (("id=eq.0", 0), ("label=neq.x", 3)):
        answer = await user.http.get(f"/things?{query}", headers=one)
        body = assert_refused(answer, 406, "PGRST116", "Cannot coerce the result to a single JSON object")
        assert body["details"] == f"The result contains {rows} rows"


async def ask_with(project: str, bearer: str) -> httpx.Response:
    caller = Caller(project, PUBLISHABLE_KEY, bearer)
    try:
        return await caller.http.get("/things")
    finally:
        await caller.http.aclose()


async def test_tokens(project: str) -> None:
    now = int(time.time())
    wrong = jwt.encode({"role": "authenticated", "exp": now + 60}, "another secret of 32 characters, at least", "HS256")
    refused = [
        (token(exp=now - 60), "PGRST303", "JWT expired"),
        (token(nbf=now + 60), "PGRST303", "JWT not yet valid"),
        (token(iat=now + 60), "PGRST303", "JWT issued at future"),
        (wrong, "PGRST301", "No suitable key or wrong key type"),
        ("nonsense", "PGRST301", "Expected 3 parts in JWT; got 1"),
    ]
    for bearer, code, message in refused:
        answer = await ask_with(project, bearer)
        assert_refused(answer, 401, code, message)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    # Clocks may differ by thirty seconds.
    for bearer in (token(exp=now - 20), token(iat=now + 20), token(aud="anything")):
        assert (await ask_with(project, bearer)).status_code == 200
    assert_refused(await ask_with(project, token(role="nobody")), 401, "22023", 'role "nobody" does not exist')


async def test_the_gateway_asks_for_a_key(project: str) -> None:
    """Its refusals have no code."""
    async with httpx.AsyncClient(base_url=f"{project}/rest/v1") as http:
        answer = await http.get("/things")
        assert answer.status_code == 401
        assert "No API key" in answer.json()["message"]
        assert "code" not in answer.json()
        answer = await http.get("/things", headers={"apikey": "sb_publishable_wrong"})
        assert (answer.status_code, answer.json()["message"]) == (401, "Invalid API key")
        assert "code" not in answer.json()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("settings", {}),
        ("settings_read", {}),
        ("numbers", {}),
        ("echo", {"value": {"a": [1, None, "ü"], "b": {}}}),
        ("echo", {"value": None}),
        ("echo", {}),
        ("echo", {"value": 1, "other": 2}),
        ("counts", {"upto": 3}),
        ("counts", {"upto": 0}),
        ("counts", {"upto": 1001}),
        ("counts", {"upto": "many"}),
        ("counts_in_one", {"upto": 3}),
        ("sleeps", {"seconds": 0}),
        ("raises", {"state": "PT412", "more": "detail"}),
        ("raises", {"state": "42501"}),
        ("raises", {"state": "40001"}),
        ("writes_while_stable", {}),
    ],
    ids=str,
)
async def test_calls_are_answered_alike_in_any_form(user: Caller, name: str, arguments: dict[str, Any]) -> None:
    """Plain calls are made by local/supabase/data_api/calls.mjs, calls with a preference by the library."""
    plain = await user.rpc(name, **arguments)
    preferred = await user.http.post(f"/rpc/{name}", json=arguments, headers={"Prefer": "return=representation"})
    assert plain.status_code == preferred.status_code
    assert plain.text.replace("\n", "").replace(" ", "") == preferred.text.replace(" ", "")
    assert plain.headers.get("Content-Range") == preferred.headers.get("Content-Range")


async def test_errors_name_postgrest(user: Caller) -> None:
    answer = await user.rpc("raises_plainly")
    assert answer.headers["Proxy-Status"] == "PostgREST; error=P0001"
