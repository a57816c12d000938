"""Files of each format give back what a content holds: generated contents, without the platform."""

import base64
import json
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lib.content.transfer.exports import begin_file
from lib.content.transfer.models import ExportQuery, ImportRequest
from lib.content.transfer.tables import as_content, read_rows

BRAND = UUID("01a20dcb-7194-7b81-a325-e45b26eae744")
KEPT = ("title", "excerpt", "body", "tags", "fields", "metadata", "dueAt")
PIECES = st.sampled_from(
    [
        *"=+-@'\";,|\t\r\n ",
        "'=",
        "sep=;",
        "_x000D_",
        "\ufeff",
        "\u200b",
        "\U0001f600",
        "1e5",
        "TRUE",
        "46022",
        "é",
        "深",
    ]
)
# NUL and halves of surrogate pairs are refused before: the database cannot store them.
TEXTS = st.lists(PIECES, max_size=10).map("".join) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30
)
TAGS = st.lists(TEXTS.map(str.strip).filter(bool), max_size=3)
VALUES = st.recursive(
    TEXTS | st.integers(-(10**9), 10**9) | st.booleans() | st.none() | st.floats(-1e6, 1e6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=5,
)
CONTENTS = st.fixed_dictionaries(
    {
        "id": st.just(str(BRAND)),
        "title": TEXTS.filter(bool),
        "excerpt": TEXTS,
        "body": TEXTS,
        "tags": TAGS,
        "fields": st.dictionaries(st.sampled_from(["topic", "price", "list"]), VALUES, max_size=3),
        "metadata": st.dictionaries(st.sampled_from(["metaTitle"]), TEXTS, max_size=1),
        "dueAt": st.none() | st.just("2026-12-31T13:30:00Z"),
    }
)
CSV: dict[str, Any] = {"format": "csv"}


def same(left: Any, right: Any) -> bool:
    """Compares as JSON does: 1 is not true."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


# Strategies of patterns take seconds to be made, at the first example.
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    contents=st.lists(CONTENTS, min_size=1, max_size=3),
    told=st.sampled_from(
        [
            (CSV, CSV),
            (CSV | {"bom": True}, CSV),
            (CSV | {"delimiter": "semicolon"}, CSV),
            (CSV | {"delimiter": "semicolon", "bom": True}, CSV | {"locale": "de-DE", "timeZone": "Europe/Berlin"}),
            (CSV | {"delimiter": "tab"}, CSV),
            ({"format": "xlsx"}, {"format": "xlsx"}),
            ({"format": "json"}, {"format": "json"}),
            ({"format": "ndjson"}, {"format": "ndjson"}),
        ]
    ),
)
@example(contents=[{"id": "x", "title": "a;b,c", "excerpt": "\r", "body": "'=1", "tags": ["[x]"], "fields": {}, "metadata": {}, "dueAt": None}], told=(CSV, CSV))  # fmt: skip # noqa: E501
def test_what_is_exported_comes_back(
    contents: list[dict[str, Any]], told: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    query = ExportQuery.model_validate({"brandId": BRAND} | told[0])
    file = begin_file(query)
    written = b"".join([*(file.add([content]) for content in contents), file.end()])
    request = ImportRequest.model_validate(
        {
            "brandId": str(BRAND),
            "file": base64.b64encode(written).decode(),
            "mapping": {name: name for name in KEPT},
        }
        | told[1]
    )
    read = [as_content(row, request) for _, row in read_rows(request)]
    assert len(read) == len(contents)
    for found, content in zip(read, contents, strict=True):
        for name in KEPT:
            wanted, value = content[name], found.get(name)
            # Empty values are left out of a content.
            assert same(value, wanted) or (not wanted and not value), (name, value, wanted)
