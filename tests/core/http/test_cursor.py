from base64 import urlsafe_b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.http.cursor import Cursor, decode_cursor
from lib.core.http.errors import ValidationFailed

ORDERS = st.sampled_from(["-updated_at", "title", "score"])
PLACES = st.one_of(
    st.none(), st.text(alphabet=st.characters(exclude_characters="\x00", codec="utf-8")), st.floats(0, 9)
)


@given(order=ORDERS, value=PLACES, item=st.uuids())
def test_a_cursor_comes_back_as_it_was(order: str, value: str | float | None, item: UUID) -> None:
    cursor = Cursor(order, value, item)
    assert decode_cursor(cursor.encode(), order) == cursor


@given(text=st.text(max_size=200))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValidationFailed):
        decode_cursor(text, "title")


SOME_ID = "00000000-0000-7000-8000-000000000001"
PLACES_THAT_ARE_NONE = [f'["title", {value}, "{SOME_ID}"]' for value in ("NaN", "Infinity", '"\\ud800"', '"\\u0000"')]


@pytest.mark.parametrize(
    "inside", ["[]", "{}", '["title", {}, "x"]', '["title", true, null]', "[" * 5000, '"x"', "7", *PLACES_THAT_ARE_NONE]
)
def test_encoded_text_that_is_no_cursor_is_refused(inside: str) -> None:
    with pytest.raises(ValidationFailed):
        decode_cursor(urlsafe_b64encode(inside.encode()).decode(), "title")
