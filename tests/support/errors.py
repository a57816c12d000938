"""Checks the shape that every refusal must have (reference §6.3)."""

from typing import Any

import httpx


def assert_problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Asserts the documented envelope with a request id, and no internal details in it."""
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    body = response.json()
    assert body.keys() == {"success", "error"}
    assert body["success"] is False
    error = body["error"]
    assert error.keys() == {"code", "message", "details", "requestId"}
    assert error["code"] == code, error
    assert error["requestId"] == response.headers["X-Request-Id"]
    for inside in ("Traceback", 'File "', "postgres", "PGRST", "httpx", "select "):
        assert inside not in response.text
    return error
