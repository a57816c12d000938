"""Fills docs/performance.md from the newest saved run, or the one that is named: ``python -m bench.model [file]``."""

import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Final

from bench.api.results import FOLDER, Run, newest_saved
from bench.model import prices
from bench.model.deployment import Assumptions, Deployment, deployment_for

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
NOT_MEASURED: Final = "not measured"
VERBS: Final = {
    "get": "get",
    "list": "list by status, created",
    "search": "search, two words",
    "update": "update title",
    "create": "create",
}


def _number(figures: dict[str, dict[str, float]], key: str, name: str, form: str = "{:.2f}") -> str:
    value = figures.get(key, {}).get(name)
    return NOT_MEASURED if value is None else form.format(value)


def _ratio(run: Run, key: str, above: str, below: str) -> str:
    found = run.figures.get(key, {})
    return f"{found[above] / found[below]:.2f}" if found.get(below) else NOT_MEASURED


def _costs_table(run: Run) -> list[str]:
    lines = [
        "| | function, ms | Postgres, ms | × the plain table | × bare FastAPI | KV commands | data API calls |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for verb, name in VERBS.items():
        key = f"{name} | admin | 16"
        lines.append(
            f"| {verb} | {_number(run.figures, key, 'function')} | {_number(run.figures, key, 'postgres')} "
            f"| {_ratio(run, key, 'postgres', 'plain_postgres')} | {_ratio(run, key, 'function', 'bare')} "
            f"| {_number(run.figures, f'calls: {name}', 'kv', '{:.0f}')} "
            f"| {_number(run.figures, f'calls: {name}', 'data_api', '{:.0f}')} |"
        )
    return lines


def _highest(values: list[float]) -> str:
    return f"{max(values):.2f}" if values else NOT_MEASURED


def _targets_table(run: Run) -> list[str]:
    def each(above: str, below: str, verbs: tuple[str, ...]) -> str:
        return " / ".join(_ratio(run, f"{VERBS[verb]} | admin | 16", above, below) for verb in verbs)

    def absolute(name: str, verbs: tuple[str, ...]) -> str:
        return " / ".join(_number(run.figures, f"{VERBS[verb]} | admin | 16", name) for verb in verbs)

    def than_before(prefix: str, suffix: str, name: str) -> str:
        found: list[str] = []
        for verb in ("get", "list", "update", "create"):
            now = run.figures.get(f"{prefix}{VERBS[verb]}{suffix}", {})
            then = run.figures.get(f"then: {prefix}{VERBS[verb]}{suffix}", {})
            found.append(f"{now[name] / then[name]:.2f}" if now and then.get(name) else NOT_MEASURED)
        return " / ".join(found)

    lists = [
        found["postgres"] / found["plain_postgres"]
        for key, found in run.figures.items()
        if key.startswith("list") and found.get("plain_postgres")
    ]
    searches = [found["p95"] for key, found in run.figures.items() if key.startswith("search") and key.endswith("| 1")]
    verbs = ("get", "list", "update", "create")
    latency = "latency of get"
    rows = [
        ("function, ms: get / list / update / create", "1.6 / 2.2 / 2.0 / 2.0", absolute("function", verbs)),
        ("function, as a multiple of the commit before", "0.35", than_before("", " | admin | 16", "function")),
        ("function, as a multiple of bare FastAPI", "4", each("function", "bare", verbs)),
        ("Postgres, as a multiple of the plain table: get", "1.3", each("postgres", "plain_postgres", ("get",))),
        ("the same, the highest of all lists", "1.5", _highest(lists)),
        ("the same, update / create", "2.5 / 2.5", each("postgres", "plain_postgres", ("update", "create"))),
        ("latency of a GET over the slower of its hops", "1.3", _number(run.figures, latency, "over_slower_hop")),
        ("the same where each hop takes 15 ms", "1.3", _number(run.figures, latency, "over_fixed_hop")),
        (
            "p99 of 30 requests at once in one instance over one",
            "3",
            _number(run.figures, latency, "p99_of_30_over_one"),
        ),
        ("search, the highest p95 with one connection, ms", "60", _highest(searches)),
        (
            "requests a second of the whole local platform over the commit before",
            "2.5",
            than_before("whole: ", "", "rate"),
        ),
    ]
    return [
        "| | target | measured |",
        "|---|---:|---:|",
        *(f"| {name} | {most} | {found} |" for name, most, found in rows),
    ]


def _assumptions_table(assumed: Assumptions) -> list[str]:
    rows = [f"| `{each.name}` | {getattr(assumed, each.name):,} |" for each in fields(assumed)]
    return ["| assumed (`bench/model/deployment.py`) | |", "|---|---:|", *rows]


def _model_table(found: Deployment, assumed: Assumptions) -> list[str]:
    size = f"{found.size.name} ({found.size.cores} cores)" if found.size else f"{found.databases} × 16XL, as replicas"
    rows = [
        ("function, ms a request of the mix", f"{found.function_milliseconds:.2f}"),
        ("Postgres, ms a request of the mix", f"{found.postgres_milliseconds:.2f}"),
        ("instances of one core", f"{found.instances:,}"),
        ("requests at once in an instance", f"{found.at_once:.1f}"),
        ("cores of the database", f"{found.database_cores:.0f}"),
        ("size of the database", size),
        ("database connections at work", f"{found.database_connections:.0f}"),
        ("KV commands a second", f"{found.kv_commands:,.0f} (at most {prices.MAX_COMMANDS_A_SECOND:,} a database)"),
        (
            "Realtime messages a second",
            f"{found.messages:,.0f} (at most {prices.MAX_MESSAGES_A_SECOND:,} without support)",
        ),
        ("Realtime connections", f"{assumed.sockets:,} (at most {prices.MAX_CONNECTIONS:,} without support)"),
        ("seconds until all sockets have joined again", f"{assumed.sockets / prices.MAX_JOINS_A_SECOND:.0f}"),
    ]
    rows += [(f"{name}, $ a month", f"{dollars:,.0f}") for name, dollars in found.costs.items()]
    rows.append(("**all, $ a month**", f"**{sum(found.costs.values()):,.0f}**"))
    return [
        "| needed at the peak, and paid at the average | |",
        "|---|---:|",
        *(f"| {name} | {text} |" for name, text in rows),
    ]


def _profiles() -> list[str]:
    lines: list[str] = []
    for file in sorted((FOLDER / "profiles").glob("*.json")):
        kept = json.loads(file.read_text())
        lines += [
            f"**{kept['operation']}**: {kept['function']:.2f} ms; {kept['nested']:.0f} nested statements",
            "",
        ]
        lines += ["| part | ms |", "|---|---:|"]
        lines += [f"| {part} | {spent:.2f} |" for part, spent in kept["parts"].items()]
        lines.append("")
    return lines[:-1] or ["No profile has been saved: `make profile ROUTE=get PROFILE=--save`."]


def fill(text: str, run_name: str, run: Run) -> str:
    """Returns the page with the parts between its marks filled in."""
    described = ", ".join(f"{name} {value}" for name, value in run.machine.items())
    parts = {
        "run": [f"`{run_name}`, commit {run.commits[0]}, {run.rows:,} contents in {run.brands} brands; {described}."],
        "costs": _costs_table(run),
        "targets": _targets_table(run),
        "budget": _profiles(),
        "assumptions": _assumptions_table(Assumptions()),
        "prices": [f"- {name}: {url}" for name, url in prices.PAGES.items()],
    }
    try:
        assumed = Assumptions()
        parts["model"] = _model_table(deployment_for(run.figures, assumed), assumed)
    except KeyError as missing:
        parts["model"] = [f"The run lacks {missing}."]
    for name, lines in parts.items():
        before, rest = text.split(f"<!-- {name} -->\n", 1)
        _, after = rest.split(f"<!-- /{name} -->", 1)
        text = f"{before}<!-- {name} -->\n" + "\n".join(lines) + f"\n<!-- /{name} -->{after}"
    return text


def main() -> None:
    named = newest_saved()
    if len(sys.argv) > 1:
        file = Path(sys.argv[1])
        named = file.stem, Run(**json.loads(file.read_text()))
    if named is None:
        raise SystemExit("error: no run has been saved: make bench-api BENCH='--save NAME'")
    PAGE.write_text(fill(PAGE.read_text(), *named))
    print(f"{PAGE.relative_to(PAGE.parents[1])} now shows {named[0]}")


if __name__ == "__main__":
    main()
