"""Tests the check of wording: it finds the old dialect, and leaves plain English alone."""

import pytest

from tools.english.checking import check
from tools.english.texts import DESCRIPTION

# The table of the style guide: wording that must be found, and its replacement.
SAMPLES = (
    (
        "All of them; If-Match names the version that was seen.",
        "Replaces your notification preferences. Requires `If-Match` with the version you read.",
    ),
    ("what is not named is no more", "Replaces the whole set; assignments that are not listed are removed."),
    ("costs a look, and never a lie", "A stale entry costs one extra lookup and is never served."),
    (
        "as long as any other whatever the client's own is",
        "Derives a sub-command's idempotency key; hashed, so its length is fixed.",
    ),
    (
        "for who was deactivated; each as late as any other",
        "Raised for deactivated accounts. All refusals take the same time.",
    ),
    (
        "half an hour after the last proof of who it is",
        "if the caller last authenticated more than 30 minutes ago",
    ),
    ("that it counts once is the database's", "The database guarantees that a code is used once."),
    ("a rate limit of the settings cannot be", "ignoring an invalid entry in platform_settings.rate_limits"),
    ("One's own.", "Lists your second factors."),
    ("What knowing who is there costs a request.", "Measures the authentication overhead per request."),
    ("Mend what a last reading found", "Redact ids before card numbers"),
    ("Whoever holds a key", "Callers that hold a key"),
    ("Of a session that still lives.", "Changes the factor of an open session."),
    ("Raises NotFound for a connection that there is not.", "Raises NotFound if the connection does not exist."),
)


def phrases(path: str, source: str) -> list[str]:
    return [finding.phrase for finding in check(path, source)]


@pytest.mark.parametrize("place", ['"""{}"""\n', "# {}\n", 'raise ValueError("{}")\n'])
@pytest.mark.parametrize(("refused", "accepted"), SAMPLES)
def test_samples_in_python(place: str, refused: str, accepted: str) -> None:
    assert phrases("tools/x.py", place.format(refused))
    assert not phrases("tools/x.py", place.format(accepted))


@pytest.mark.parametrize(("refused", "accepted"), SAMPLES)
def test_samples_elsewhere(refused: str, accepted: str) -> None:
    for path, place in (
        ("docs/x.md", "- {}\n"),
        ("docs/x.md", "| a | {} |\n"),
        ("local/x.mjs", "/** {} */\n"),
        ("local/x.mjs", "call(); // {}\n"),
        (DESCRIPTION, '  "description": "{}",\n'),
    ):
        assert phrases(path, place.format(refused)), place
        assert not phrases(path, place.format(accepted)), place


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("docs/x.md", "Is it the right one? What if it is not?\n"),
        ("docs/x.md", "# What we assume\n"),
        ("docs/x.md", "```\nWhat is not named\n```\n\n    Whoever\n"),
        ("docs/x.md", "The column `what is not named` holds it.\n"),
        ("tools/x.py", '"""Gives the other brand\'s rows to this one\'s admin."""\n'),
        ("tools/x.py", 'text = "What a model finds"\n'),
    ],
)
def test_plain_wording_and_code_are_left_alone(path: str, source: str) -> None:
    assert phrases(path, source) == []


def test_a_phrase_over_two_lines_is_found_at_its_first() -> None:
    source = '"""Does it.\n\n    Raised for\n    who was deactivated.\n"""\n'
    (finding,) = check("tools/x.py", source)
    assert (finding.line, finding.phrase) == (3, "for who")


@pytest.mark.parametrize("docstring", ["Lists the keys.", "Re-encrypts a row.", "Whether a key is valid."])
def test_functions_of_the_product_begin_with_a_verb(docstring: str) -> None:
    assert phrases("lib/x.py", f'def f():\n    """{docstring}"""\n') == []


@pytest.mark.parametrize(
    "docstring", ["The keys, newest first.", "Rows of a page.", "Access to a brand.", "This lists the keys."]
)
def test_functions_that_do_not(docstring: str) -> None:
    source = f'def f():\n    """{docstring}"""\n'
    assert phrases("lib/x.py", source)
    assert phrases("api/_routes/x.py", f"class A:\n    async def f(self):\n        '''{docstring}'''\n")
    # Neither helpers, properties and fields of the product, nor functions elsewhere.
    assert not phrases("lib/x.py", source.replace("f()", "_f()"))
    assert not phrases("lib/x.py", f"@cached_property\n{source}")
    assert not phrases("lib/x.py", f'class A:\n    b: int\n    """{docstring}"""\n')
    assert not phrases("tests/x.py", source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("tools/x.py", "# Somebody asks. # english: a quotation\n"),
        ("tools/x.py", '"""Somebody\nasks."""  # english: a quotation\n'),
        ("local/x.mjs", "call(); // Somebody asks. // english: a quotation\n"),
        ("docs/x.md", "Somebody asks. <!-- english: a quotation -->\n"),
    ],
)
def test_an_escape_excuses_its_line(path: str, source: str) -> None:
    assert phrases(path, source) == []
    assert phrases(path, source.replace("a quotation", "")) != []
    assert phrases(path, source.replace("Somebody", "A user")) == ["english:"]


def test_examples_in_the_description_of_the_api_are_data() -> None:
    described = '  "description": "Whoever asks.",\n'
    for begin, end in (('"example": {', "}"), ('"examples": [', "],")):
        example = f" {begin}\n{described}  {end}\n {end}\n"
        assert phrases(DESCRIPTION, example) == []
        assert [finding.line for finding in check(DESCRIPTION, example + described)] == [5, 5]
    # A property of a schema may be named so.
    assert phrases(DESCRIPTION, f' "examples": {{\n{described} }}\n') != []
