"""Tests how claims and rules are found in texts."""

import time
from typing import Any
from uuid import UUID, uuid4

import pytest

from lib.claims.checks.matching import Market, claims_of
from lib.claims.checks.rules import Rule
from lib.claims.checks.texts import Section, as_text, sections_of, words_of


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
    ],
)
def test_exact(claim: str, text: str, found: str) -> None:
    assert verdicts(text, row(claim)) == [("allowed", "exact", found)]


@pytest.mark.parametrize("text", ["Soothes drywall skin", "Soothes dry", "unsoothes dry skinny"])
def test_parts_of_words_are_no_claim(text: str) -> None:
    assert [each for each in verdicts(text, row("Soothes dry skin")) if each[1] == "exact"] == []


def test_hidden_characters_hide_no_claim() -> None:
    markup = "<p>He\u00adals <b>ec</b>zema&nbsp;fast</p>"
    text = as_text(markup, is_html=True)
    assert verdicts(text, row("Heals eczema fast", "disallowed"))[0][:2] == ("disallowed", "exact")


def test_other_figures_need_a_look() -> None:
    assert verdicts("Reduces wrinkles by 50%", row("Reduces wrinkles by 20%")) == [
        ("conditional", "figures", "Reduces wrinkles by 50%")
    ]
    assert verdicts("Reduces wrinkles by 50%", row("Reduces wrinkles by 20%", "disallowed"))[0][0] == "disallowed"


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
    # A claim of the market with the wording of the master stays (domain §6, example 11).
    assert [each[0] for each in verdicts("Heals skin", replaced, row("Heals skin"))] == ["allowed"]


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
        "fields": {"faq": {"entries": [{"answer": "Yes"}]}, "count": 3},
        "metadata": {"metaTitle": "Meta"},
        "tags": ["skin"],
    }
    sections = {section.name: section.text for section in sections_of(document)}
    assert sections == {
        "title": "A <3 title",
        "body": "One.\nTwo & three.\n",
        "fields.faq.entries.answer": "Yes",
        "metadata.metaTitle": "Meta",
        "tags": "skin",
    }
    assert [Section("x", "One. Two! 2.5 g.\nThree").sentence_at(place, place + 1) for place in (0, 5, 12, 17)] == [
        (0, 4),
        (5, 9),
        (10, 16),
        (17, 22),
    ]


def test_a_long_sentence_is_cut_around_the_claim() -> None:
    text = "word " * 2000 + "heals eczema " + "word " * 2000
    [found] = check(text, row("Heals eczema", "disallowed")).findings
    assert len(found.sentence) <= 1000
    place = found.start - found.sentence_start
    assert found.sentence[place : place + 12] == "heals eczema"


def test_time_is_linear() -> None:
    """Repeated words, and claims that begin alike, cost no more than others."""
    rows = [row(f"soft {'soft ' * (number % 20)}end{number}") for number in range(2000)]
    market = Market("GB", claims_of(rows), (), None)
    began = time.process_time()
    market.check([Section("text", "soft " * 20_000)])
    assert time.process_time() - began < 5
    assert words_of("a" * 100_000)
