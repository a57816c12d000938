"""Measures searches and suggestions: rare and frequent words, few and many brands, every order, filter and page.

``python -m bench.search --rows 1000000`` fills a scratch database (100 brands, texts of 100 to 300 words whose
frequencies follow Zipf's law) and prints for each shape of question p50 and p95 of the database, over different
queries in one session. On Linux these are milliseconds on the processor, which other processes do not change.
"""

import argparse
import json
import random
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.search_data import FLOOD, Audience, fill, make_unspaced_vocabulary, make_vocabulary
from lib.core.security.signing import PROOF_HEADER, make_proof
from local.stack.client import running_stack
from local.stack.scratch import scratch_database
from local.stack.settings import SIGNING_SECRET

GOAL_MS = 60
SUGGEST_GOAL_MS = 15
BANDS = {"frequent": (0, 30), "usual": (30, 1000), "rare": (1000, 30_000)}
"""Places of words in the vocabulary, the most frequent first."""
SORTS = ("relevance", "updated_at", "created_at", "title", "status", "score")
type Question = Callable[["Asker"], tuple[str, list[Any]]]


@dataclass(frozen=True)
class Asker:
    random: random.Random
    vocabulary: list[str]
    unspaced: list[str]

    def ideographs(self, band: str, words: int = 1) -> str:
        return "".join(self.unspaced[self.random.randrange(*BANDS[band])] for _ in range(words))

    def word(self, band: str) -> str:
        return self.vocabulary[self.random.randrange(*BANDS[band])]

    def mistyped(self) -> str:
        word = max((self.word("usual") for _ in range(3)), key=len)
        return word[:3] + word[4:]


def search(words: Callable[[Asker], str], **arguments: Any) -> Question:
    """Makes a call of search_contents with new words each time."""

    def ask(asker: Asker) -> tuple[str, list[Any]]:
        given = {name: json.dumps(value) if name == "filters" else value for name, value in arguments.items()}
        names = "".join(f", {name} => %s" for name in given)
        return f"select public.search_contents(%s{names})", [words(asker), *given.values()]

    return ask


def suggest(typed: Callable[[Asker], str]) -> Question:
    """Makes a call of suggest_contents with a new beginning each time."""
    return lambda asker: ("select count(*) from public.suggest_contents(%s)", [typed(asker)])


def one(band: str) -> Callable[[Asker], str]:
    return lambda asker: asker.word(band)


def two(first: str, second: str) -> Callable[[Asker], str]:
    return lambda asker: f"{asker.word(first)} {asker.word(second)}"


QUESTIONS: dict[str, Question] = {
    **{f"one {band} word": search(one(band)) for band in BANDS},
    "two frequent words": search(two("frequent", "frequent")),
    "a frequent and a usual word": search(two("frequent", "usual")),
    "two usual words": search(two("usual", "usual")),
    "a usual and a rare word": search(two("usual", "rare")),
    "a word and not another": search(lambda asker: f"{asker.word('frequent')} -{asker.word('frequent')}"),
    "a phrase": search(lambda asker: f'"{asker.word("frequent")} {asker.word("frequent")}"'),
    "-exclusions alone": search(lambda asker: f"-{asker.word('frequent')} -{asker.word('usual')}"),
    "a phrase and not another": search(
        lambda asker: f'"{asker.word("frequent")} {asker.word("frequent")}" -"{asker.word("usual")}"'
    ),
    "ideographs, frequent": search(lambda asker: asker.ideographs("frequent")),
    "ideographs, usual": search(lambda asker: asker.ideographs("usual")),
    "ideographs, rare": search(lambda asker: asker.ideographs("rare")),
    "ideographs, two words": search(lambda asker: asker.ideographs("frequent", 2)),
    "ideographs, three words": search(lambda asker: asker.ideographs("usual", 3)),
    "an ideograph": search(lambda asker: asker.ideographs("frequent")[0]),
    "a typing error": search(Asker.mistyped),
    "a word that others flood": search(lambda _: FLOOD),
    **{f"by {sort}, frequent": search(one("frequent"), sort=sort) for sort in SORTS[1:]},
    **{f"by {sort}, usual": search(one("usual"), sort=sort) for sort in SORTS[1:]},
    "of a status, frequent": search(one("frequent"), filters={"status": ["draft"]}),
    "of a status and type, usual": search(one("usual"), filters={"status": ["approved"], "type": ["email"]}),
    "of a tag, frequent": search(one("frequent"), filters={"tag": ["t3"]}),
    "of one year, frequent": search(
        one("frequent"), filters={"updated_from": "2025-01-01T00:00:00Z", "updated_to": "2026-01-01T00:00:00Z"}
    ),
    "50th page, frequent": search(one("frequent"), page_offset=980),
    "50th page, usual": search(one("usual"), page_offset=980),
    "suggest, two letters": suggest(lambda asker: asker.word("frequent")[:2]),
    "suggest, five letters": suggest(lambda asker: asker.word("usual")[:5]),
    "suggest, words further on": suggest(lambda asker: f"{asker.word('rare')} {asker.word('rare')}"),
    "suggest, ideographs": suggest(lambda asker: asker.ideographs("usual", 2)),
    "suggest, a typing error": suggest(Asker.mistyped),
}


def become(connection: psycopg.Connection, audience: Audience) -> None:
    claims = {"role": "authenticated", "sub": str(audience.user_id), "session_id": str(audience.user_id)}
    proof = {PROOF_HEADER.lower(): make_proof(claims, SIGNING_SECRET)}
    connection.execute(
        "select set_config('role', 'authenticated', false), set_config('request.jwt.claims', %s, false), "
        "set_config('request.jwt.claim.sub', %s, false), set_config('request.headers', %s, false)",
        [json.dumps(claims), str(audience.user_id), json.dumps(proof)],
    )


class Clock:
    """The time that the server process of a connection has had on a processor, or else the time that has passed."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._file = Path(f"/proc/{connection.info.backend_pid}/schedstat")
        self.is_exact = self._file.exists()

    def milliseconds(self) -> float:
        if self.is_exact:
            return int(self._file.read_text().split()[0]) / 1_000_000
        return time.perf_counter() * 1000


def measure(connection: psycopg.Connection, question: Question, rounds: int) -> list[float]:
    """Returns milliseconds, one figure for each query. Every name has the same queries in every run."""
    asker = Asker(random.Random(7), make_vocabulary(), make_unspaced_vocabulary())
    clock, times = Clock(connection), list[float]()
    for number in range(rounds + 2):
        text, arguments = question(asker)
        begun = clock.milliseconds()
        connection.execute(text.encode(), arguments).fetchall()
        if number >= 2:
            times.append(clock.milliseconds() - begun)
    return times


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def print_searches(url: str, audiences: list[Audience], rounds: int, only: str = ".") -> None:
    """Prints a line for each shape of question, with p50 and p95 for each audience."""
    print(f"{'milliseconds, p50 / p95':30}" + "".join(f"{audience.name:>18}" for audience in audiences))
    for name, question in QUESTIONS.items():
        if not re.search(only, name):
            continue
        goal = SUGGEST_GOAL_MS if name.startswith("suggest") else GOAL_MS
        line, slow = f"{name:30}", False
        for audience in audiences:
            with psycopg.connect(url, autocommit=True) as connection:
                become(connection, audience)
                times = measure(connection, question, rounds)
            line += f"{statistics.median(times):9.1f} /{p95(times):7.1f}"
            slow = slow or p95(times) > goal
        print(line + (f"  over {goal} ms" if slow else ""), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="how many contents")
    parser.add_argument("--rounds", type=int, default=40, help="how many queries of each shape")
    parser.add_argument("--only", default=".", help="a regular expression for the names of shapes")
    options = parser.parse_args()
    with running_stack() as stack, scratch_database(stack.database_url) as url:
        begun = time.perf_counter()
        with psycopg.connect(url) as loader:
            audiences = fill(loader, options.rows)
        print(f"{options.rows:,} contents, loaded in {time.perf_counter() - begun:.0f} s\n")
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("select public.register_signing_key(%s)", [SIGNING_SECRET])
        print_searches(url, audiences, options.rounds, options.only)


if __name__ == "__main__":
    main()
