"""Tests that nothing is changed before KV has admitted a request: reads call the data API beside KV."""

import ast
from collections.abc import Iterator
from typing import Final

import pytest

from local.stack.settings import ROOT
from tests.support.world import World

pytestmark = pytest.mark.anyio

# Functions that may change something and that no request that reads calls, other than by ``command``.
ELSEWHERE: Final = {
    "advance_publication",
    "add_webhook_deliveries",
    "announce_expired_memberships",
    "append_awaited_entries",
    "begin_channel_publication",
    "begin_jobs",
    "begin_mail",
    "claim_jobs",
    "claim_publications",
    "claim_webhook_deliveries",
    "complete_jobs",
    "create_contents",
    "end_channel_publication",
    "end_expired_sessions",
    "end_mail",
    "end_stolen_sessions",
    "fail_job",
    "forget_auth_records",
    "forget_auth_sessions",
    "forget_webhook_deliveries",
    "forget_ended_sessions",
    "keep_channel_memory",
    "note_api_key_use",
    "note_chat_outcomes",
    "postpone_mail",
    "publish_due_contents",
    "queue_digests",
    "queue_events",
    "queue_mails",
    "read_invitation",
    "record_channel_attempt",
    "record_denial",
    "record_mail_events",
    "record_validation",
    "record_webhook_attempts",
    "register_deployment",
    "release_channel_attempt",
    "release_jobs",
    "release_webhook_deliveries",
    "replace_ciphertext",
    "replace_email_index",
    "remove_old_notifications",
    "report_progress",
    "settle_invitation_mail",
    "take_digest",
    "unlock_user",
    "unsubscribe_mail",
    "write_notifications",
}


def calls_within(function: ast.AST) -> Iterator[tuple[str, str | None]]:
    """Yields the name of each function that is called, and its second argument if that is a text."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            second = node.args[1] if len(node.args) > 1 else None
            yield name, second.value if isinstance(second, ast.Constant) and isinstance(second.value, str) else None


def unguarded_calls() -> set[str]:
    """Returns the SQL functions that are called without waiting for the check of limits and session."""
    found: set[str] = set()
    for file in (ROOT / "lib").rglob("*.py"):
        for function in ast.walk(ast.parse(file.read_text())):
            if isinstance(function, ast.AsyncFunctionDef | ast.FunctionDef):
                calls = list(calls_within(function))
                if not any(name == "admitted" for name, _ in calls):
                    found |= {argument for name, argument in calls if argument and name in ("call", "_listed")}
    return found


async def test_reads_call_no_function_that_may_change_something(world: World) -> None:
    rows = world.rows("select proname from pg_proc where pronamespace = 'public'::regnamespace and provolatile = 'v'")
    volatile = {row["proname"] for row in rows}
    assert len(unguarded_calls()) > 50, "the calls are found"
    assert unguarded_calls() & volatile == ELSEWHERE
