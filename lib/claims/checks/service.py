"""The use cases of checks: `(principal, *, …)`, with typed payloads."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from lib.claims.checks import repository
from lib.claims.checks.claims import claims_of
from lib.claims.checks.matching import MAX_ANSWERED, Market, require_few
from lib.claims.checks.models import (
    CheckOptions,
    CheckOverride,
    ClaimFinding,
    ContentCheck,
    ContentCheckResult,
    MarketCheck,
    TextCheck,
    TextCheckRequest,
)
from lib.claims.checks.rules import Rule
from lib.claims.checks.texts import Section, as_text, sections_of
from lib.core.auth.principal import Principal
from lib.core.data.db import Db, Row
from lib.core.data.reading import read_row, read_rows
from lib.core.http.envelope import PageRequest
from lib.core.http.heavy import run_heavy


def _compare(claims: Row, sections: Sequence[Section], language: str | None) -> list[MarketCheck]:
    rules = [Rule.from_row(row) for row in claims["rules"]]
    results = [
        Market(each["market"], claims_of(each["claims"]), rules, language or claims["language"]).check(sections)
        for each in claims["markets"]
    ]
    require_few(sum(len(result.findings) for result in results), MAX_ANSWERED, do="check fewer markets at once")
    return results


def _sections(request: TextCheckRequest) -> list[Section]:
    if request.sections is None:
        text = as_text(request.text or request.html or "", is_html=request.html is not None)
        return [Section("text", text)]
    return [
        Section(part.name, as_text(part.text or part.html or "", is_html=part.html is not None))
        for part in request.sections
    ]


async def check_text(principal: Principal, *, request: TextCheckRequest) -> TextCheck:
    """Checks a text against the claims and rules of markets, without storing anything.

    Raises NotFound for brands and products that the caller may not read, and ValidationFailed for unknown markets.
    """
    claims = await repository.fetch_claims(
        principal.db, brand_id=request.brand_id, markets=list(request.markets), product_ids=request.product_ids
    )
    sections = await run_heavy(_sections, request)
    results = await run_heavy(_compare, claims, sections, request.language)
    return TextCheck(
        brand_id=request.brand_id,
        product_ids=claims["product_ids"],
        characters=sum(len(section.text) for section in sections),
        valid_until=claims["valid_until"],
        markets=results,
    )


_STORED = frozenset(ClaimFinding.model_fields) - {"has_reference"}


def _stored(result: MarketCheck, claims: Row) -> dict[str, Any]:
    return {
        "market": result.market,
        "overall": result.overall,
        "violations": result.violations,
        "product_ids": claims["product_ids"],
        "valid_until": claims["valid_until"],
        "findings": [
            found.model_dump(mode="json", by_alias=True, exclude_none=True, include=set(_STORED))
            for found in result.findings
        ],
    }


def _in_list(row: Row) -> Row:
    return row | {"market": row["country"]}


def _as_check(row: Row) -> Row:
    """Returns a row with the findings of models in the shape of our own."""
    findings = row["findings"]
    if row["source"] == "ai":
        findings = [
            {
                "verdict": {"approved": "allowed", "rejected": "disallowed"}.get(each["status"], "conditional"),
                "source": "ai", "match": "ai", "section": "", "sentence": each["text"], "sentenceStart": 0, "start": 0,
                "end": len(each["text"]), "reason": each["feedback"],
            }
            for each in findings
            if isinstance(each, dict) and {"status", "text", "feedback"} <= each.keys()
        ]  # fmt: skip
    return _in_list(row) | {"findings": findings}


async def check_content(principal: Principal, *, content_id: UUID, options: CheckOptions) -> list[ContentCheckResult]:
    """Checks the present text of a content and stores a check for each market: publishing asks for them.

    Raises NotFound, Forbidden without `content.submit`, Conflict where the text was changed meanwhile, and what
    ``check_text`` raises.
    """
    claims = await repository.fetch_claims_of_content(
        principal.db, content_id=content_id, markets=list(options.markets)
    )
    results = await _checked(claims)
    rows = await repository.record(
        principal.db, content=claims["content"], claims_state=claims["state"], results=results
    )
    return read_rows(ContentCheckResult, rows, shape=_as_check)


async def _checked(claims: Row) -> list[dict[str, Any]]:
    sections = await run_heavy(sections_of, claims["content"]["document"])
    return [_stored(result, claims) for result in await run_heavy(_compare, claims, sections, None)]


async def check_again(db: Db, *, content_id: UUID) -> None:
    """Checks a scheduled content, as the service, in the markets in which its last check no longer holds."""
    claims = await repository.fetch_claims_to_recheck(db, content_id=content_id)
    if claims is not None:
        results = await _checked(claims)
        await repository.record_again(db, content=claims["content"], claims_state=claims["state"], results=results)


async def get_check(principal: Principal, *, content_id: UUID, check_id: UUID) -> ContentCheckResult:
    """Returns a check with its findings. Raises NotFound."""
    row = await repository.fetch_check(principal.db, content_id=content_id, check_id=check_id)
    return read_row(ContentCheckResult, row, shape=_as_check)


async def list_checks(principal: Principal, *, content_id: UUID, page: PageRequest) -> tuple[list[ContentCheck], int]:
    """Lists the checks of a content, newest first, and how many there are. Raises NotFound."""
    rows, total = await repository.fetch_checks(principal.db, content_id=content_id, page=page)
    return read_rows(ContentCheck, rows, shape=_in_list), total


async def override_check(
    principal: Principal, *, content_id: UUID, check_id: UUID, request: CheckOverride
) -> ContentCheckResult:
    """Accepts the violations of a check, with a reason.

    Raises NotFound, Forbidden without `claim.write`, and Conflict where they are accepted already, where a later check
    replaced this one, and where it found none.
    """
    row = await repository.override(principal.db, content_id=content_id, check_id=check_id, reason=request.reason)
    return read_row(ContentCheckResult, row, shape=_as_check)
