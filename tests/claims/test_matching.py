"""Tests how claims and rules are found in texts."""

import random
import time
from typing import Any
from uuid import UUID, uuid4

import pytest

from lib.claims.checks.claims import claims_of
from lib.claims.checks.matching import Market
from lib.claims.checks.rules import Rule
from lib.claims.checks.texts import Section, as_text, sections_of, words_of
from lib.core.http.errors import ValidationFailed


def row(text: str, status: str = "allowed", **more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "version": 1,
        "text": text,
        "original": text,
        "texts": {},
        "status": status,
        "is_demanded": True,
        "evidence": "none",
        "has_reference": False,
    } | more


def rule(kind: str, phrases: str, required: str = "") -> Rule:
    return Rule.from_row(
        {
            "id": f"gb.{kind}",
            "markets": ["GB"],
            "kind": kind,
            "phrases": phrases.split(", ") if phrases else [],
            "required": required.split(", ") if required else [],
            "message": "A rule.",
        }
    )


def check(text: str, *rows: dict[str, Any], rules: tuple[Rule, ...] = (), language: str | None = None) -> Any:
    return Market("GB", claims_of(rows), rules, language).check([Section("text", text)])


def verdicts(text: str, *rows: dict[str, Any], rules: tuple[Rule, ...] = ()) -> list[tuple[str, str, str]]:
    found = check(text, *rows, rules=rules).findings
    return [(each.verdict, each.match, text[each.start : each.end]) for each in found]


@pytest.mark.parametrize(
    ("claim", "text", "found"),
    [
        ("Soothes dry skin", "It SOOTHES\n dry  skin.", "SOOTHES\n dry  skin"),
        ("Reduces wrinkles by 20%", "It reduces wrinkles by 20 %!", "reduces wrinkles by 20 %"),
        ("Anti-ageing", "An anti ageing cream", "anti ageing"),
        ("100% natural", "100% natural", "100% natural"),
        ("1,5 g protein", "With 1.5 g protein", "1.5 g protein"),
        ("Straße", "STRASSE", "STRASSE"),
        ("美白効果", "この美白効果です", "美白効果"),
        ("Frei von Öl", "frei von öl", "frei von öl"),
        ("Frei von Öl", "frei von o\u0308l", "frei von o\u0308l"),
        ("Frei von O\u0308l", "Für sie frei von öl", "frei von öl"),
        ("त्वचा को निखारे", "यह त्वचा को निखारे।", "त्वचा को निखारे"),
    ],
)
def test_exact(claim: str, text: str, found: str) -> None:
    assert verdicts(text, row(claim)) == [("allowed", "exact", found)]


@pytest.mark.parametrize("text", ["Soothes drywall skin", "Soothes dry", "unsoothes dry skinny"])
def test_parts_of_words_are_no_claim(text: str) -> None:
    assert [each for each in verdicts(text, row("Soothes dry skin")) if each[1] == "exact"] == []


def test_vowel_signs_are_part_of_words() -> None:
    assert verdicts("कल", row("काल")) == []


def test_hidden_characters_hide_no_claim() -> None:
    markup = "<p>He\u00adals <b>ec</b>zema&nbsp;fast</p>"
    text = as_text(markup, is_html=True)
    assert verdicts(text, row("Heals eczema fast", "disallowed"))[0][:2] == ("disallowed", "exact")


def test_an_allowed_claim_hides_no_resemblance_to_one_that_may_not_be_made() -> None:
    forbidden = row("Clinically proven to cure dry skin overnight", "disallowed")
    text = "clinically proven to cures dry skin overnight"
    assert ("disallowed", "near", text) in verdicts(text, forbidden, row("Dry skin"))
    # The words of an allowed claim alone are no resemblance.
    longer = row("Clinically proven to care for dry skin overnight")
    found = verdicts("Clinically proven to care for dry skin overnight", forbidden, longer)
    assert [each[:2] for each in found] == [("allowed", "exact")]


def test_a_longer_claim_hides_a_forbidden_one_only_where_it_is_made() -> None:
    rows = (row("Reduces wrinkles by 20%"), row("reduces wrinkles", "disallowed"))
    assert [each[0] for each in verdicts("It reduces wrinkles by 20%", *rows)] == ["allowed"]
    assert [each[0] for each in verdicts("It reduces wrinkles by 99%", *rows)] == ["disallowed", "conditional"]
    unproven = (row("Reduces wrinkles by 20%", evidence="expired"), rows[1])
    assert [each[0] for each in verdicts("It reduces wrinkles by 20%", *unproven)] == ["disallowed", "conditional"]


def test_an_asterisk_of_a_claim_is_a_footnote() -> None:
    assert [each for each in verdicts("kills germsxyz", row("kills germs*")) if each[1] == "exact"] == []
    assert [each[:2] for each in verdicts("kills germs* fast", row("kills germs*"))] == [("allowed", "exact")]


def test_other_figures_need_a_look() -> None:
    assert verdicts("Reduces wrinkles by 50%", row("Reduces wrinkles by 20%")) == [
        ("conditional", "figures", "Reduces wrinkles by 50%")
    ]
    assert verdicts("Reduces wrinkles by 50%", row("Reduces wrinkles by 20%", "disallowed"))[0][0] == "disallowed"
    both = (row("Reduces wrinkles by 50%", "disallowed"), row("Reduces wrinkles by 20%"))
    assert [verdicts(f"Reduces wrinkles by {share}%", *both)[0][0] for share in (20, 50, 30)] == [
        "allowed",
        "disallowed",
        "disallowed",
    ]


def test_the_longest_wording_counts() -> None:
    rows = (row("Reduces the look of wrinkles"), row("wrinkles", "disallowed"))
    assert verdicts("Reduces the look of wrinkles", *rows) == [("allowed", "exact", "Reduces the look of wrinkles")]
    assert [each[0] for each in verdicts("No wrinkles", *rows)] == ["disallowed"]


def test_the_strictest_status_of_one_wording_counts() -> None:
    assert [each[0] for each in verdicts("Soft skin", row("Soft skin"), row("Soft skin", "none"))] == ["disallowed"]


def test_nearly_a_claim() -> None:
    claim = row("Heals eczema in seven days", "disallowed")
    [near] = check("It heals eczemas in seven days.", claim).findings
    assert (near.verdict, near.match) == ("disallowed", "near")
    assert near.similarity > 0.85
    [near] = check("Soothes the dry skin today.", row("Soothes dry skin")).findings
    assert (near.verdict, near.match) == ("conditional", "near")
    assert check("An entirely different sentence.", claim).findings == []


def test_an_expired_proof_makes_it_conditional() -> None:
    assert [each[0] for each in verdicts("Soft skin", row("Soft skin", evidence="expired"))] == ["conditional"]


def test_mandatory_claims() -> None:
    claim = row("For external use only", "mandatory", texts={"de": "Nur zur äußerlichen Anwendung"})
    assert verdicts("For external use only.", claim)[0][0] == "allowed"
    assert verdicts("NUR zur äußerlichen Anwendung", claim)[0][0] == "allowed"
    result = check("Nothing", claim)
    assert [(each.verdict, each.section) for each in result.findings] == [("missing", "")]
    assert (result.overall, result.violations) == ("needs_revision", 0)
    assert check("Nothing", claim | {"is_demanded": False}).findings == []


def test_replacements() -> None:
    replaced = row("Feels softer", original="Heals skin", texts={"de": "Fühlt sich weicher an"})
    [found] = check("Heals skin", replaced).findings
    assert found.verdict == "disallowed"
    assert (found.replacement.text, found.replacement.source) == ("Feels softer", "override")
    [found] = check("Heals skin", replaced, language="de").findings
    assert found.replacement.text == "Fühlt sich weicher an"
    forbidden, allowed = row("Heals dry skin overnight", "disallowed"), row("Soothes dry skin overnight")
    [found] = check("Heals dry skin overnight", forbidden, allowed, row("Vegan")).findings
    assert found.replacement.claim_id == UUID(allowed["id"])
    translated = replaced | {"original_texts": {"de": "Heilt die Haut"}}
    assert [each[0] for each in verdicts("Heilt die Haut", translated)] == ["disallowed"]
    # Another claim with that translation permits nothing: it is another claim.
    other = row("Calms the skin", texts={"de": "Heilt die Haut"})
    assert [each[0] for each in verdicts("Heilt die Haut", translated, other)] == ["disallowed"]
    # A claim of the market with the wording of the master stays (domain §6, example 11).
    assert [each[0] for each in verdicts("Heals skin", replaced, row("Heals skin"))] == ["allowed"]


def test_a_stronger_claim_is_proposed() -> None:
    longer = row("Soothes dry skin for 24 hours", evidence="valid", texts={"de": "Beruhigt 24 Stunden"})
    rows = (row("Soothes dry skin"), longer, row("Soothes dry skin for 24 hours and more", evidence="expiring"))
    [found] = check("It soothes dry skin.", *rows).findings
    assert (found.stronger.claim_id, found.stronger.text) == (UUID(longer["id"]), longer["text"])
    [found] = check("It soothes dry skin.", *rows, language="de").findings
    assert found.stronger.text == "Beruhigt 24 Stunden"
    # A claim without proof, one that may not be made and one with the words in another order are not proposed.
    for more in ({"evidence": "none"}, {"evidence": "expired"}, {"evidence": "valid", "status": "disallowed"}):
        [found] = check("It soothes dry skin.", row("Soothes dry skin"), longer | more).findings
        assert found.stronger is None
    other = row("Dry skin it soothes", evidence="valid")
    assert check("It soothes dry skin.", row("Soothes dry skin"), other).findings[0].stronger is None


def test_sentences_against_rules_get_a_replacement() -> None:
    barred = rule("barred", "cure*, heal*")
    rows = (row("Cares for dry skin"), row("Heals dry skin fast"), row("Vegan"))
    [found] = check("It cures dry skin.", *rows, rules=(barred,)).findings
    assert (found.rule_id, found.replacement.claim_id) == ("gb.barred", UUID(rows[0]["id"]))
    assert check("It cures.", row("Vegan"), rules=(barred,)).findings[0].replacement is None


def test_rules() -> None:
    assert verdicts("It CURES acne", rules=(rule("barred", "cures, cure for"),)) == [("disallowed", "rule", "CURES")]
    assert verdicts("Permanent  results", rules=(rule("barred", "permanent result*"),))[0][0] == "disallowed"
    proof = rule("evidence", "clinically proven")
    claim = "Clinically proven to soften"
    assert [each[0] for each in verdicts(claim, rules=(proof,))] == ["conditional"]
    assert {each[0] for each in verdicts(claim, row(claim), rules=(proof,))} == {"allowed", "conditional"}
    assert [each[0] for each in verdicts(claim, row(claim, evidence="valid"), rules=(proof,))] == ["allowed"]
    register = rule("register", "immune")
    assert [each[0] for each in verdicts("Immune boost", rules=(register,))] == ["disallowed"]
    assert [
        each[0] for each in verdicts("Immune boost", row("Immune boost", has_reference=True), rules=(register,))
    ] == ["allowed"]
    # The evidence of one claim proves no other in the same sentence.
    beside = "Immune boost and immune magic"
    assert [each[0] for each in verdicts(beside, row("Immune boost", has_reference=True), rules=(register,))] == [
        "allowed",
        "disallowed",
    ]
    note = rule("text", "digestion", "not evaluated")
    assert [each[0] for each in verdicts("For digestion", rules=(note,))] == ["conditional"]
    assert verdicts("For digestion. Not evaluated.", rules=(note,)) == []
    number = rule("text", "vitamin*", "NPN 00000000")
    assert verdicts("Vitamins. NPN 80012345", rules=(number,)) == []
    both = rule("languages", "", "en, fr")
    assert [each[0] for each in verdicts("The cream is for your skin", rules=(both,))] == ["conditional"]
    assert verdicts("The cream is for your skin. La crème est pour votre peau.", rules=(both,)) == []


def test_sections_of_a_content() -> None:
    document = {
        "title": "A <3 title",
        "excerpt": "",
        "body": "<p>One.</p><p>Two &amp; three.</p>",
        "fields": {"faq": {"entries": [{"answer": "Yes"}, {"answer": "No"}]}, "count": 3, "a.b": "x", "a": {"b": "y"}},
        "metadata": {"metaTitle": "Meta"},
        "tags": ["skin"],
        "categories": ["Balms"],
        "slug": "a-balm",
    }
    sections = {section.name: section.text for section in sections_of(document)}
    assert sections == {
        "title": "A <3 title",
        "body": "One.\nTwo & three.",
        "fields.faq.entries.1.answer": "Yes",
        "fields.faq.entries.2.answer": "No",
        "fields.count": "3",
        "fields.a.b": "x",
        "fields.a.b~2": "y",
        "metadata.metaTitle": "Meta",
        "tags.1": "skin",
        "categories.1": "Balms",
        "slug": "a-balm",
    }
    assert [Section("x", "One. Two! 2.5 g.\nThree").sentence_at(place, place + 1) for place in (0, 5, 12, 17)] == [
        (0, 4),
        (5, 9),
        (10, 16),
        (17, 22),
    ]


def test_each_place_is_judged_by_itself() -> None:
    """An allowed claim in one answer says nothing about the same place of another."""
    entries = [{"answer": "Immune boost."}, {"answer": "Immune magic."}, {"answer": "Heals eczemas in seven days."}]
    rows = (row("Immune boost", has_reference=True), row("Heals eczema in seven days", "disallowed"))
    market = Market("GB", claims_of(rows), (rule("register", "immune"),), None)
    found = market.check(sections_of({"fields": {"faq": entries}})).findings
    assert [(each.section, each.verdict) for each in found] == [
        ("fields.faq.1.answer", "allowed"),
        ("fields.faq.2.answer", "disallowed"),
        ("fields.faq.3.answer", "disallowed"),
    ]


def test_a_long_sentence_is_cut_around_the_claim() -> None:
    text = "word " * 2000 + "heals eczema " + "word " * 2000
    [found] = check(text, row("Heals eczema", "disallowed")).findings
    assert len(found.sentence) <= 400
    place = found.start - found.sentence_start
    assert found.sentence[place : place + 12] == "heals eczema"


@pytest.mark.parametrize("length", [3, 29, 30, 31, 100])
@pytest.mark.parametrize("before", [0, 25, 29, 31, 59, 100])
def test_nearly_a_claim_anywhere_in_a_sentence(length: int, before: int) -> None:
    claim = " ".join(f"term{chr(97 + place % 26)}{chr(97 + place // 26)}" for place in range(length))
    text = "other " * before + claim.replace("termaa", "termaas", 1) + " other" * 100
    [near] = check(text, row(claim, "disallowed")).findings
    assert near.match == "near"


def test_more_claims_than_can_be_kept() -> None:
    assert len(check("Soft skin. " * 1000, row("Soft skin")).findings) == 1000
    with pytest.raises(ValidationFailed, match="in more than 1,000 places"):
        check("Soft skin. " * 1001, row("Soft skin"))


def test_time_is_linear() -> None:
    """Repeated words, claims that begin alike, and sentences without an end cost no more than others."""
    rows = [row(f"soft {'soft ' * (number % 20)}end{number}") for number in range(2000)]
    market = Market("GB", claims_of(rows), (), None)
    began = time.process_time()
    market.check([Section("text", "soft " * 20_000)])
    assert time.process_time() - began < 5
    assert words_of("a" * 100_000)

    every = [
        f"{verb} {kind} {what} {end}"
        for verb in ("Soothes", "Reduces", "Softens", "Protects", "Renews", "Calms", "Lifts", "Cleans")
        for kind in ("dry", "tired", "young", "mature", "oily", "dull", "soft")
        for what in ("skin", "wrinkles", "redness", "texture", "glow", "pores")
        for end in ("overnight", "in a week", "at once", "from the first use", "for a day", "without residue")
    ]
    market = Market("GB", claims_of(map(row, every)), (), None)
    words = " ".join(every).lower().split()
    random.Random(5).shuffle(words)
    began = time.process_time()
    market.check([Section("text", " ".join(words)[:5000])])
    assert time.process_time() - began < 5
