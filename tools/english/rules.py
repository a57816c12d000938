"""The wording that is refused, each with the wording to use instead."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Rule:
    pattern: re.Pattern[str]
    advice: str


def _rule(pattern: str, advice: str) -> Rule:
    return Rule(re.compile(pattern), advice)


# Each of these was found to be nearly always a riddle or a word of its own dialect in this code base.
RULES: Final = (
    _rule(
        r"(?:^|(?<=[.:;!?] ))(?:What|Who|Whom|Whose|Whoever|Whatever)\b(?![^.]*\?)",
        "name the noun, or begin with a verb",
    ),
    _rule(r"^(?:Of|Those|That) (?!course\b)", "begin with a verb or with the noun"),
    _rule(r"^As `", "say what it does, not what it is like"),
    _rule(r"\b(?:as|at|but|by|except|for|from|in|of|on|than|to|with) who\b", "name the noun: 'deactivated accounts'"),
    _rule(r"\b(?:except|for|than|with) what\b", "name the noun: 'contents that are not published'"),
    _rule(
        r"\bwhat (?:is|was|are) (?:not |no |to be )?(?:asked|given|left|named|no|said|there|written)\b", "name the noun"
    ),
    _rule(r"\b[Ww]hoever\b", "name the noun: 'users who', 'callers that'"),
    _rule(r"\b[Ss]omebody\b", "name the role: 'a user', 'another user', 'the caller'"),
    _rule(r"(?<!each )(?<!other )(?<!that )(?<!this )\b[Oo]ne's\b", "'your', or name the noun"),
    _rule(r"\bversion that (?:it saw|they saw|was seen)\b", "'the version you read'"),
    _rule(r"\bis no more\b", "'is removed'"),
    _rule(r"\b(?:costs?|needs?) (?:a|no) look\b", "'one extra lookup'"),
    _rule(r"\bnever a lie\b", "'is never served'"),
    _rule(r"\b(?:all|everything|none|nothing|,) save\b|\bsave (?:for|those|what|where)\b", "'except'"),
    _rule(r"\b[Mm]end(?:ed|ing|s)?\b", "'fix', 'correct' or 'repair'"),
    _rule(r"\banew\b", "'again'"),
    _rule(r"\bthat it [a-z]+ (?:once|twice) is\b", "say who guarantees it: 'The database guarantees that …'"),
    _rule(r"\bthat there (?:is|are)(?: not)?(?=[.,;:)]| (?:are|counts?|is)\b)", "'that exists', 'that does not exist'"),
    _rule(r"\bthat (?:are|is) none\b", "'that is not one', or name the fault"),
    _rule(r"\bwhere (?:none\b|there (?:are|is) (?:no|none|not)\b)", "'if there is none'"),
    _rule(r"\b(?:are|is) held against\b", "'is compared with', 'is validated against'"),
    _rule(r"\b(?:are|is|was|were) to be\b", "'must be', or name the event"),
    _rule(r"\b[Hh]ears? (?:of|so|that|what)\b", "'is notified of', 'receives'"),
    _rule(r"\bas [a-z]+ as any other\b", "'of fixed length', 'takes the same time'"),
    _rule(r"\bcannot be(?=$|[.;,])", "name the fault: 'an invalid entry'"),
    _rule(r"\bthat which\b", "name the noun"),
)
VERB: Final = "begin with a verb: 'Lists …', 'Returns …', 'Tells whether …'"
NO_VERBS: Final = frozenset({"Always", "As", "Its", "Perhaps", "Sometimes", "Their", "This", "Thus", "Us", "Yes"})
