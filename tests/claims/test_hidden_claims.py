"""Tries to hide a claim from a check: by characters that look alike, by other figures, and behind an allowed claim."""

import pytest

from lib.claims.checks.texts import as_text
from tests.claims.test_matching import row, verdicts


@pytest.mark.parametrize(
    "hidden",
    [
        *(
            f"Heals ec{unseen}zema"
            for unseen in "\u034f\u061c\u115f\u180e\u200b\u2066\u2800\u3164\ufe0f\uffa0\ufff9\U000e0061"
        ),
        "H\u0435\u0430ls eczema",  # Cyrillic
        "\u041d\u0415\u0410LS ECZEMA",
        "\u0397eals eczem\u03b1",  # Greek
        "He\u0251ls ecze\u0336ma",  # of the phonetic alphabet, and a line through a letter
        "Heals \u0336 eczema",
        "\U0001d407eals eczema",
    ],
)
def test_characters_that_look_alike_hide_no_claim(hidden: str) -> None:
    text = as_text(hidden, is_html=False)
    assert [each[:2] for each in verdicts(text, row("Heals eczema", "disallowed"))] == [("disallowed", "exact")]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("\u0421\u043d\u0438\u043c\u0430\u0435\u0442 \u0441\u0443\u0445\u043e\u0441\u0442\u044c", None),
        (
            "\u039c\u03b5\u03b9\u03ce\u03bd\u03b5\u03b9 \u03c4\u03b9\u03c2 \u03c1\u03c5\u03c4\u03af\u03b4\u03b5\u03c2",
            None,
        ),
        ("Scho\u0308n weich", "Sch\u00f6n weich"),
    ],
)
def test_claims_in_other_scripts_are_found_in_any_case(text: str, claim: str | None) -> None:
    assert verdicts(text, row(claim or text.upper()))[0][:2] == ("allowed", "exact")
    assert verdicts(text.upper(), row(claim or text))[0][:2] == ("allowed", "exact")


def test_what_is_no_claim_hides_none_that_is_forbidden() -> None:
    forbidden = row("Reduces wrinkles", "disallowed")
    longer = row("Reduces wrinkles by 50 %")
    assert verdicts("Reduces wrinkles by 50 %", longer, forbidden) == [("allowed", "exact", "Reduces wrinkles by 50 %")]
    assert {each[0] for each in verdicts("Reduces wrinkles by 99 %", longer, forbidden)} == {
        "disallowed",
        "conditional",
    }


def test_an_allowed_claim_hides_no_forbidden_one_around_it() -> None:
    rows = (row("Soothes dry skin"), row("Heals eczema for good and soothes dry skin", "disallowed"))
    found = verdicts("It heals eczemas for good and soothes dry skin.", *rows)
    assert {each[:2] for each in found} == {("disallowed", "near"), ("allowed", "exact")}
    # The words of the allowed claim alone are no forbidden one.
    assert verdicts("It soothes dry skin.", row("Soothes dry skin"), row("Soothes very dry skin", "disallowed")) == [
        ("allowed", "exact", "soothes dry skin")
    ]
