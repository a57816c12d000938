"""Makes the embeddings of contents and of brand knowledge, from the jobs that changes enqueue.

Jobs are processed brand by brand, because each brand pays for its own. The queue repeats jobs that fail.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from lib.ai.embeddings import repository
from lib.ai.embeddings.repository import EmbeddingOutcome
from lib.ai.providers import Capability, Provider, ProviderError, Workload, configured_providers
from lib.ai.settings import get_ai_settings
from lib.ai.text.tokens import count_tokens, cut_to_tokens
from lib.core.data.db import Db, Row
from lib.core.http.deadline import time_left
from lib.core.http.errors import ApiError
from lib.jobs import Job, JobFailed, JobHandler

BATCH_JOBS: Final = 60
DIMENSIONS: Final = 512
SECONDS: Final = 20.0
# A batch usually takes less than this. The slice of a scheduled run is seldom as long as the longest one.
MIN_SECONDS: Final = 5.0
# A chunk of knowledge fits into a prompt as a whole and is about one subject.
CHUNK_TOKENS: Final = 300


@dataclass(slots=True)
class _Texts:
    """The texts of one brand."""

    contents: list[Row] = field(default_factory=list[Row])
    knowledge: list[Row] = field(default_factory=list[Row])

    @property
    def bodies(self) -> list[str]:
        return [item["body"] for item in (*self.contents, *self.knowledge)]


def chunks(text: str) -> list[str]:
    """Splits a text into chunks of at most 300 tokens: of whole paragraphs, or of words if a paragraph is longer."""
    pieces: list[str] = []
    for paragraph in (part.strip() for part in text.split("\n")):
        rest = paragraph
        while rest:
            if pieces and count_tokens(f"{pieces[-1]}\n{rest}") <= CHUNK_TOKENS:
                pieces[-1] = f"{pieces[-1]}\n{rest}"
                break
            head = cut_to_tokens(rest, CHUNK_TOKENS)
            pieces.append(head)
            rest = rest[len(head) :].strip()
    return pieces


def _by_brand(rows: Sequence[Row]) -> dict[str, _Texts]:
    texts: defaultdict[str, _Texts] = defaultdict(_Texts)
    for row in rows:
        if row["kind"] == "content":
            texts[row["brand_id"]].contents.append(row)
        else:
            pieces = enumerate(chunks(row["body"]))
            texts[row["brand_id"]].knowledge += [row | {"position": place, "body": piece} for place, piece in pieces]
    return texts


async def _embed(db: Db, provider: Provider, model: str, brand_id: str, texts: _Texts) -> str | None:
    """Embeds the texts of one brand. Returns why it failed; None if all is stored."""
    tokens = sum(map(count_tokens, texts.bodies))
    generation_id = await repository.begin(db, brand_id=brand_id, provider=provider.name, model=model, tokens=tokens)
    if generation_id is None:
        return "the budget of the brand does not cover the embeddings"
    began, error, vectors, used = time.monotonic(), None, list[list[float]](), 0
    try:
        seconds = min(SECONDS, time_left())
        embedded = await provider.embed(texts.bodies, dimensions=DIMENSIONS, seconds=seconds)
        vectors, used = embedded.vectors, embedded.tokens
    except ProviderError as failure:
        error = f"{provider.name} {failure}"
        used = (failure.usage and failure.usage.prompt_tokens) or 0
    rows: list[Row] = [
        item | {"embedding": str(vector)}
        for item, vector in zip((*texts.contents, *texts.knowledge), vectors, strict=error is None)
    ]
    outcome = EmbeddingOutcome(
        generation_id=generation_id,
        tokens=used,
        latency_ms=int((time.monotonic() - began) * 1000),
        error=error,
        contents=[_columns(row, "id", "version", "embedding") for row in rows if row["kind"] == "content"],
        knowledge=[
            _columns(row, "id", "version", "position", "body", "embedding")
            for row in rows
            if row["kind"] == "knowledge"
        ],
    )
    await repository.settle(db, outcome=outcome)
    return error


def _columns(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}


async def _work(db: Db, jobs: Sequence[Job]) -> dict[UUID, JobFailed]:
    """Embeds the texts of jobs, one brand after another. A problem fails all jobs of its brand."""
    provider, *_ = _providers()
    model = provider.embedding_model or provider.model
    ids = {
        kind: list({job.payload["id"] for job in jobs if job.kind == kind})
        for kind in ("embed_content", "embed_knowledge")
    }
    rows = await repository.list_texts(db, contents=ids["embed_content"], knowledge=ids["embed_knowledge"], model=model)
    problems: dict[str, str] = {}
    for brand_id, texts in _by_brand(rows).items():
        if not texts.bodies:
            continue
        try:
            problem = await _embed(db, provider, model, brand_id, texts)
        except ApiError as error:
            problem = error.message
        if problem is not None:
            problems[brand_id] = problem
    return {job.id: JobFailed(problems[str(job.brand_id)]) for job in jobs if str(job.brand_id) in problems}


def _providers() -> list[Provider]:
    return configured_providers(get_ai_settings(), Workload.ANALYSIS, frozenset({Capability.EMBED}))


EMBEDDINGS: Final = JobHandler(
    queue="embeddings",
    handle=_work,
    batch=BATCH_JOBS,
    jobs_per_call=BATCH_JOBS,
    seconds=2 * SECONDS,
    min_seconds=MIN_SECONDS,
    is_ready=lambda: bool(_providers()),
)
