"""The media type of an answer, by the Accept header (RFC 9110 §12.5.1)."""

import pytest

from lib.core.http.negotiation import preferred_media_type

JSON, STREAM = "application/json", "text/event-stream"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/json", JSON),
        ("application/*", JSON),
        ("text/event-stream", STREAM),
        ("TEXT/Event-Stream", STREAM),
        ("text/*", STREAM),
        # With equal quality, a named media type wins over a wildcard, and JSON over the stream.
        ("text/event-stream, */*", STREAM),
        ("application/json, text/event-stream", JSON),
        ("text/event-stream, application/json", JSON),
        ("application/json;q=0.5, text/event-stream", STREAM),
        ("text/event-stream;q=0.5, */*", JSON),
        ("text/event-stream; q=0.9, application/json; q=0.8", STREAM),
        ("text/event-stream;charset=utf-8", STREAM),
        # The most precise range counts, whatever a wildcard says.
        ("text/event-stream;q=0, */*", JSON),
        ("application/json;q=0, */*", STREAM),
        ("text/event-stream;q=0.1, */*;q=0.2, application/*;q=0.05", STREAM),
        ("text/html", None),
        ("application/json;q=0", None),
        ("*/*;q=0", None),
        ("text/event-stream;q=0", None),
        # Malformed elements are ignored.
        ("text/event-stream;q=2", None),
        ("nonsense, text/event-stream", STREAM),
        ("nonsense", None),
        (",,,", None),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
    ],
)
def test_preferred_media_type(accept: str, expected: str | None) -> None:
    assert preferred_media_type(accept, (JSON, STREAM)) == expected
