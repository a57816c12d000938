"""Lists the SQLSTATEs that our functions may raise: the data API treats some of them specially."""

import re

from tools.database.source import source_files

# `raise … using errcode = '…'`, `raise sqlstate '…'` and `raise some_condition`; a re-raise has no state of its own.
RAISED = re.compile(r"\braise\b(?P<rest>[^;]*);", re.IGNORECASE)
# A warning or a notice ends nothing. ZZ001 is caught in the function that raises it, and
# `code` is the state of a broken constraint that is raised again without its details (run_command).
ALLOWED = re.compile(
    r"errcode = '(PT\d{3}|PT' \|\| status|ZZ001')|^ exception using errcode = code, message = reason$"
    r"|^\s*$|^\s*(warning|notice|log|debug)\b",
    re.IGNORECASE,
)


def refused_raises(text: str) -> list[str]:
    code = re.sub(r"--[^\n]*|comment on [^;]*;|'(?:[^']|'')*'\s*;(?=\n(grant|revoke|$))", "", text)
    return [raised[0] for raised in RAISED.finditer(code) if not ALLOWED.search(raised["rest"])]


def test_functions_raise_states_of_ours() -> None:
    """PostgREST 14 repeats a transaction that ends with 40001 or 40P01, at once and without limit.

    Hosted, a function that raised 40001 ran 68,825 times in the 125 s until the gateway gave up, and continued after
    it (https://github.com/PostgREST/postgrest/issues/3673, fixed in 16.0). A bare ``raise exception`` is P0001,
    which the API reports as an error of ours (500).
    """
    found = {path.name: refused_raises(path.read_text()) for path in source_files()}
    assert {name: raises for name, raises in found.items() if raises} == {}


def test_the_search_notices() -> None:
    for raised in (
        "raise exception using errcode = '40001', message = 'again';",
        "raise exception using errcode = '40P01';",
        "raise serialization_failure;",
        "raise sqlstate '40001' using message = 'x';",
        "raise exception 'no: %', name;",
    ):
        assert refused_raises(f"begin\n  {raised}\nend;"), raised
    assert (
        refused_raises("raise; raise warning 'x: %', y; raise exception using errcode = 'PT409', message = 'x';") == []
    )
