"""Our code finds the parts of a claim that another wording lost or added, by language."""

import pytest

from lib.ai.text.meaning import differences, knows_qualifiers, reading_ease

CLAIM = "Reduces dry skin by up to 30% in 4 weeks*"


@pytest.mark.parametrize(
    ("claim", "wording", "language"),
    [
        (CLAIM, "In four weeks, as much as 30 percent less dry skin*", "en"),
        (CLAIM, "Up to 30 % less dry skin in 4 weeks*", "en-GB"),
        ("Contains 1,000 mg of calcium", "1000 milligrams of calcium inside", "en"),
        ("Holds for 24 hours", "A 24-hour hold", "en"),
        ("May help to calm the skin", "It could support calm skin", "en"),
        ("Does not contain sugar", "Sugar-free", "en"),
        ("Bis zu 2,5 Stunden Schutz", "Höchstens 2.5 Stunden geschützt", "de"),
        ("Aide à apaiser la peau", "Contribue à apaiser la peau", "fr"),
        ("効果は30%です", "30%の効果", "ja"),
    ],
)
def test_meaning_is_kept(claim: str, wording: str, language: str) -> None:
    assert [str(item) for item in differences(claim, wording, language)] == []


@pytest.mark.parametrize(
    ("claim", "wording", "language", "found"),
    [
        (CLAIM, "Up to 40% less dry skin in 4 weeks*", "en", ["the number 30 % is missing", "the number 40 % is new"]),
        (CLAIM, "30% less dry skin in 4 weeks*", "en", ['the qualifier "up to" is missing']),
        (CLAIM, "Up to 30% less dry skin in 4 weeks", "en", ["the mark * is missing"]),
        (
            CLAIM,
            "Up to 30% less dry skin in 4 days*",
            "en",
            ["the number 4 week is missing", "the number 4 day is new"],
        ),
        ("Helps calm skin", "Calms skin", "en", ['the qualifier "help" is missing']),
        ("Contains no sugar", "Contains sugar", "en", ['the qualifier "no" is missing']),
        ("Soothes skin", "Cures skin", "en", ['the word "cure" is new']),
        ("Soothes skin", "Does not soothe skin", "en", ['the word "not" is new']),
        ("Kann die Haut beruhigen", "Beruhigt die Haut", "de", ['the qualifier "kann" is missing']),
        ("30%の効果", "効果があります", "ja", ["the number 30 % is missing"]),
    ],
)
def test_a_difference_is_found(claim: str, wording: str, language: str, found: list[str]) -> None:
    assert [str(item) for item in differences(claim, wording, language)] == found


def test_words_are_found_whole() -> None:
    assert differences("The mayor notes it", "The mayor wrote it", "en") == []


def test_languages_without_a_list_are_known() -> None:
    assert knows_qualifiers("de-AT")
    assert not knows_qualifiers("ja")


def test_reading_ease() -> None:
    easy, hard = (
        reading_ease("It calms the skin. It is mild."),
        reading_ease("Dermatologically investigated formulations demonstrably ameliorate transepidermal dehydration"),
    )
    assert easy is not None
    assert hard is not None
    assert easy < 30
    assert hard > 60
    assert reading_ease("Soft skin") is None


@pytest.mark.parametrize("text", ["1" * 500, "1,1" * 160, "not " * 125, "per" * 160, "-" * 500])
def test_no_text_is_slow(text: str) -> None:
    differences(text, text[::-1], "en")
    reading_ease(text)
