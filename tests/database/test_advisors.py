"""Runs Supabase's linter over the migrated database: security and performance."""

import json
import subprocess

from local.stack.client import RunningStack
from local.stack.parts import cli_environment, supabase_cli

# Accepted findings, each with its reason. A new one fails the test.
EXPLAINED: dict[str, str] = {
    "unused_index": "an index is unused for as long as nobody has used it: this database is minutes old",
    "rls_enabled_no_policy": "tables of the private schema and partitions: nobody reaches them by name",
}


def test_advisors(stack: RunningStack) -> None:
    command = [supabase_cli(), "db", "advisors", f"--remote={stack.database_url}", "--output-format=json"]
    result = subprocess.run(
        [*command, "--level=info"], capture_output=True, text=True, check=True, env=cli_environment()
    )
    findings = json.loads(result.stdout)["results"]
    unexplained = [
        f"{finding['name']}: {finding.get('detail')}" for finding in findings if finding["name"] not in EXPLAINED
    ]
    assert unexplained == []
