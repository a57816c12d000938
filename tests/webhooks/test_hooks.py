"""Tests database webhooks of Supabase: a shared secret in a header, and nothing of the body believed."""

from typing import Any

import httpx
import pytest

from local.stack.client import RunningStack
from tests.support.servers import functions_with

pytestmark = pytest.mark.anyio

SECRET = "a-secret-of-a-test-with-32-characters"
EVENT: dict[str, Any] = {
    "type": "INSERT", "table": "domain_events", "schema": "public", "record": {"id": "x"}, "old_record": None,
}  # fmt: skip
PATH = "/api/v1/hooks/supabase"


async def test_only_with_the_secret(stack: RunningStack) -> None:
    with functions_with(stack.environment | {"SUPABASE_HOOK_SECRET": SECRET}) as origin:
        async with httpx.AsyncClient(base_url=origin) as http:
            taken = await http.post(PATH, json=EVENT, headers={"X-Hook-Secret": SECRET})
            assert taken.status_code == 204, taken.text
            # Once more does what once does.
            assert (await http.post(PATH, json=EVENT, headers={"X-Hook-Secret": SECRET})).status_code == 204
            for headers in ({}, {"X-Hook-Secret": SECRET + "x"}, {"X-Hook-Secret": ""}):
                assert (await http.post(PATH, json=EVENT, headers=headers)).status_code == 401
            # The secret comes first: nothing of the body is read without it.
            for body in ({}, EVENT | {"record": {"text": "x" * 2_000_000}}):
                assert (await http.post(PATH, json=body)).status_code == 401
            assert (
                await http.post(PATH, content=b"{", headers={"Content-Type": "application/json"})
            ).status_code == 401
            for body in ({}, EVENT | {"type": "TRUNCATE"}, EVENT | {"table": "x" * 101}, EVENT | {"more": 1}):
                refused = await http.post(PATH, json=body, headers={"X-Hook-Secret": SECRET})
                assert refused.status_code in (400, 422)
            assert taken.headers["X-RateLimit-Limit"] == "20000"
            large = EVENT | {"record": {"text": "x" * 1_100_000}}
            assert (await http.post(PATH, json=large, headers={"X-Hook-Secret": SECRET})).status_code == 413


async def test_without_a_secret_in_the_settings_nothing_is_taken(stack: RunningStack) -> None:
    async with httpx.AsyncClient(base_url=stack.urls["web"]) as http:
        for headers in ({}, {"X-Hook-Secret": ""}, {"X-Hook-Secret": SECRET}):
            assert (await http.post(PATH, json=EVENT, headers=headers)).status_code == 401
