"""Tests what is kept of a receiver's answer, and that no answer holds the event loop up."""

import time

import pytest

from lib.webhooks.answers import shown, wait_seconds


def seconds_of(body: bytes) -> float:
    """Returns the processor time that the best of ten takes, which a busy machine does not change much."""
    best = 1.0
    for _ in range(10):
        began = time.thread_time()
        shown(body)
        best = min(best, time.thread_time() - began)
    return best


@pytest.mark.parametrize(
    "text",
    [
        "." * 500 + "@" + "-" * 1000, "a." * 768, "a." * 500 + "@" + "a." * 200, "a@" * 768, ".eyJ" * 380,
        "bearer" + " " * 1500, "bearer " * 220, "token" + " " * 1500, "1 " * 768, "-" * 1536, "whsec_ " * 220,
    ],
)  # fmt: skip
def test_no_answer_takes_long_to_read(text: str) -> None:
    assert seconds_of(text.encode()) < 0.004


def test_a_secret_across_the_edge_is_not_shown_in_part() -> None:
    kept = shown(b"x " * 508 + b"Bearer " + b"s3cret_" * 50)
    assert kept is not None
    assert "s3c" not in kept
    assert "Bearer" not in kept
    assert len(kept) <= 1024


@pytest.mark.parametrize(
    "secret",
    [
        "Bearer abcdefghijkl", "jane@people.test", "jane.doe+x@a.b.people.test", "whsec_abcDEF",
        "v1,abcdefghijklmnopqrstuvwxyz=", "eyJabc.def.ghi", "password: hunter2", "a1" * 16,
    ],
)  # fmt: skip
def test_secrets_are_left_out(secret: str) -> None:
    assert shown(f"it was {secret} then".encode()) == "it was [redacted] then"


def test_ids_are_shown() -> None:
    text = "0192f3aa-0000-7000-8000-000000000000 is known"
    assert shown(text.encode()) == text


@pytest.mark.parametrize("asked", ["Fri, 31 Dec 9999 23:59:59 -2359", "soon", "Fri, 99 Foo"])
def test_a_date_that_is_none_asks_for_nothing(asked: str) -> None:
    assert wait_seconds(503, {"retry-after": asked}) is None
