"""The claims that texts are compared with, and the wordings by which a text makes them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from lib.core.http.heavy import check_time
from lib.core.texts import folded

_STRICTEST: Final = ("none", "disallowed", "mandatory", "allowed")
_FORBIDDEN: Final = frozenset({"none", "disallowed"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it applies in a market."""

    id: UUID
    version: int
    text: str
    original: str
    """The text of the master claim, which differs where an override replaces it."""
    original_texts: dict[str, str]
    """The translations of the master claim, where an override replaces it."""
    texts: dict[str, str]
    """The translations by language."""
    status: str
    is_demanded: bool
    """Whether the text has to make it, if it is mandatory."""
    evidence: str
    has_reference: bool
    is_replaced: bool = False
    """Whether this is the wording of a master claim that an override replaced: it may not be used."""
    wordings: tuple[str, ...] = field(default=())

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "Claim":
        """Makes a claim of a row of ``read_claims_to_check``."""
        texts = _texts(row["texts"])
        return cls(
            id=UUID(row["id"]),
            version=row["version"],
            text=row["text"],
            original=row["original"],
            original_texts=_texts(row.get("original_texts", {})),
            texts=texts,
            status=row["status"],
            is_demanded=row["is_demanded"],
            evidence=row["evidence"],
            has_reference=row["has_reference"],
            wordings=(row["text"], *texts.values()),
        )

    @property
    def is_forbidden(self) -> bool:
        """Whether it may not be made."""
        return self.is_replaced or self.status in _FORBIDDEN

    @property
    def rank(self) -> int:
        """Its place among claims with the same wording: the strictest counts."""
        return 0 if self.is_replaced else _STRICTEST.index(self.status)

    def in_language(self, language: str | None) -> str:
        """Returns its text in a language, or as it was written."""
        return self.texts.get(language or "", self.text)


def claims_of(rows: Iterable[dict[str, Any]]) -> list[Claim]:
    """Makes claims of rows, and of each wording that an override replaced, unless a claim of the market has it.

    A wording is replaced in all languages of the master claim. That another claim has the same translation permits
    nothing: claims are told apart by their texts as they were written.
    """
    claims: list[Claim] = []
    for row in rows:
        check_time()
        claims.append(Claim.from_row(row))
    spoken = {_plain(claim.text) for claim in claims}
    replaced: list[Claim] = []
    for claim in claims:
        check_time()
        own = {_plain(wording) for wording in claim.wordings}
        wordings = (claim.original, *claim.original_texts.values())
        unspoken = tuple(
            wording for wording in wordings if _plain(wording) not in spoken and _plain(wording) not in own
        )
        if unspoken:
            former = replace(claim, text=claim.original, texts=claim.original_texts, status="none", wordings=unspoken)
            replaced.append(replace(former, is_demanded=False, is_replaced=claim.status not in _FORBIDDEN))
    return claims + replaced


def _plain(wording: str) -> str:
    return folded(wording.strip())


def _texts(stored: dict[str, Any]) -> dict[str, str]:
    return {language: text for language, text in stored.items() if isinstance(text, str)}
