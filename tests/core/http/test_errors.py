import pytest

from lib.core.data.errors import from_data_api


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
        ("PGRST002", 503, "SERVICE_UNAVAILABLE"),
        ("PGRST003", 504, "TIMEOUT"),
        ("40001", 503, "SERVICE_UNAVAILABLE"),
        ("08006", 503, "SERVICE_UNAVAILABLE"),
        ("53100", 503, "SERVICE_UNAVAILABLE"),
        ("53300", 503, "SERVICE_UNAVAILABLE"),
        ("57P01", 503, "SERVICE_UNAVAILABLE"),
        ("PGRST116", 404, "NOT_FOUND"),
        ("PGRST301", 401, "INVALID_TOKEN"),
        # The schema cache is out of date, or the deployment is ahead of its migration.
        ("PGRST200", 503, "SERVICE_UNAVAILABLE"),
        ("PGRST202", 503, "SERVICE_UNAVAILABLE"),
        ("PGRST204", 503, "SERVICE_UNAVAILABLE"),
        ("PGRST205", 503, "SERVICE_UNAVAILABLE"),
        # The gateway's responses have no code: the client reports the status, as text or as a number, or nothing.
        ("502", 503, "SERVICE_UNAVAILABLE"),
        ("504", 504, "TIMEOUT"),
        ("524", 504, "TIMEOUT"),
        ("429", 503, "SERVICE_UNAVAILABLE"),
        (401, 503, "SERVICE_UNAVAILABLE"),
        ("", 503, "SERVICE_UNAVAILABLE"),
        (None, 503, "SERVICE_UNAVAILABLE"),
    ],
)
def test_codes_of_the_data_api(code: str | int | None, status: int, own_code: str) -> None:
    error = from_data_api(code, 'relation "secret_table" is on fire', None)
    assert error is not None
    assert (error.status, error.code) == (status, own_code)
    if not str(code).startswith("PT"):
        assert "secret_table" not in error.message
    assert (error.retry_after is not None) == (status in (503, 504))


@pytest.mark.parametrize(
    ("message", "status", "own_code"),
    [
        ("JWT expired", 401, "TOKEN_EXPIRED"),
        ("JWT not yet valid", 401, "INVALID_TOKEN"),
        ("JWT not in audience", 401, "INVALID_TOKEN"),
        ("Parsing claims failed", 401, "INVALID_TOKEN"),
        ("JWT issued at future", 503, "SERVICE_UNAVAILABLE"),
    ],
)
def test_a_refused_claim(message: str, status: int, own_code: str) -> None:
    error = from_data_api("PGRST303", message, None)
    assert error is not None
    assert (error.status, error.code) == (status, own_code)


@pytest.mark.parametrize("code", ["42883", "P0001", "21000", "PT999", "PTabc", "XX000", "404", "PGRST203"])
def test_our_own_mistakes_are_nobody_elses_error(code: str) -> None:
    assert from_data_api(code, "function does not exist", None) is None


def test_details_are_ours_or_none() -> None:
    error = from_data_api("PT400", "no", '[{"field": "a", "code": "INVALID_FORMAT", "message": "m"}]')
    assert error is not None
    assert error.details == [{"field": "a", "code": "INVALID_FORMAT", "message": "m"}]
    for raw in ("Key (slug)=(x) already exists.", '{"a": 1}', None, 7):
        other = from_data_api("PT400", "no", raw)
        assert other is not None
        assert other.details == []
