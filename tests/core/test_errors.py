import pytest

from lib.core.errors import from_data_api


@pytest.mark.parametrize(
    ("code", "status", "own_code"),
    [
        ("PT404", 404, "NOT_FOUND"),
        ("PT412", 412, "CONFLICT"),
        ("42501", 403, "FORBIDDEN"),
        ("23505", 409, "ALREADY_EXISTS"),
        ("23514", 400, "VALIDATION_ERROR"),
        ("22P02", 400, "VALIDATION_ERROR"),
        ("57014", 504, "TIMEOUT"),
        ("PGRST003", 503, "SERVICE_UNAVAILABLE"),
        ("40001", 503, "SERVICE_UNAVAILABLE"),
        ("502", 503, "SERVICE_UNAVAILABLE"),
        ("PGRST303", 401, "TOKEN_EXPIRED"),
    ],
)
def test_codes_of_the_data_api(code: str, status: int, own_code: str) -> None:
    error = from_data_api(code, 'relation "secret_table" is on fire', None)
    assert error is not None
    assert (error.status, error.code) == (status, own_code)
    if not code.startswith("PT"):
        assert "secret_table" not in error.message
    assert (error.retry_after is not None) == (status in (503, 504))


@pytest.mark.parametrize("code", [None, "", "42883", "PT999", "PTabc", "XX000"])
def test_our_own_mistakes_are_nobody_elses_error(code: str | None) -> None:
    assert from_data_api(code, "function does not exist", None) is None


def test_details_are_ours_or_none() -> None:
    error = from_data_api("PT400", "no", '[{"field": "a", "code": "INVALID_FORMAT", "message": "m"}]')
    assert error is not None
    assert error.details == [{"field": "a", "code": "INVALID_FORMAT", "message": "m"}]
    for raw in ("Key (slug)=(x) already exists.", '{"a": 1}', None, 7):
        other = from_data_api("PT400", "no", raw)
        assert other is not None
        assert other.details == []
