"""Tests every table × select, insert, update, delete × every caller, against one matrix, with existing rows.

The tables come from the catalogue: a new table without a line in the matrix or a row in the scene fails here.
"""

from collections.abc import Callable

import psycopg
import pytest

from tests.tenancy.checks import guard_differences, mirrored, table_differences
from tests.tenancy.matrix import TABLES
from tests.tenancy.probe import VERBS, Probe
from tests.tenancy.scene import Scene

EXPOSED = (
    "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f') "
    "order by relname"
)
NOBODYS = ("plans", "countries", "ai_prices", "platform_settings", "feature_flags")


def test_every_table_is_in_the_matrix(probe: Probe, scene: Scene) -> None:
    tables = {name for (name,) in probe.connection.execute(EXPOSED).fetchall()}
    assert tables == set(TABLES)
    assert tables == set(scene.rows), "the scene makes no row of these: without one a test proves nothing"


@pytest.mark.parametrize("table", sorted(TABLES))
def test_table(probe: Probe, scene: Scene, table: str) -> None:
    assert table_differences(probe, scene, table) == []


@pytest.mark.parametrize("table", sorted(set(TABLES) - set(NOBODYS)))
def test_the_other_way_round(probe: Probe, scene: Scene, table: str) -> None:
    """The other brand's rows are closed to this one's admin, and open to its own."""
    assert table_differences(probe, mirrored(scene), table) == []


def test_count(scene: Scene, record_property: Callable[[str, object], None]) -> None:
    checks = (2 * len(TABLES) - len(NOBODYS)) * len(VERBS) * len(scene.callers)
    counted = f"{len(TABLES)} tables × {len(VERBS)} verbs × {len(scene.callers)} callers, both ways: {checks} checks"
    record_property("figure", counted)
    assert checks > 3000


@pytest.mark.parametrize("table", sorted(set(TABLES) - set(NOBODYS)))
def test_a_list_without_filter_holds_own_rows_only(probe: Probe, scene: Scene, table: str) -> None:
    """A request for all rows returns none of this brand to the other brand's admin."""
    row, key = scene.rows[table], probe.keys(f"public.{table}")
    try:
        with probe.acting(scene.callers["other"]) as cursor:
            cursor.execute(f"select {', '.join(key)} from public.{table}".encode())
            seen = [tuple(found.values()) for found in cursor.fetchall()]
    except psycopg.errors.InsufficientPrivilege:
        return
    assert tuple(row[name] for name in key) not in seen


def test_every_table_asks_for_a_trusted_session(probe: Probe) -> None:
    assert guard_differences(probe.connection) == []


def test_secret_columns_are_readable_by_no_api_role(probe: Probe) -> None:
    """Hashes, secrets and people of others: columns that no API role may read, in any row."""
    hidden: dict[str, set[str]] = {
        "mfa_factors": {
            "secret", "credential_id", "public_key", "sign_count", "last_used_step", "algorithm", "transports",
        },
        "trusted_devices": {"token_hash"},
        "invitations": {"token_hash", "email_index", "invitee_id"},
        "api_keys": {"key_hash"},
        "channels": {"credentials"},
        "channel_publications": {"memory"},
        # Authors of rows that several tenants read, or that the platform writes for a tenant.
        **{
            table: {"created_by", "updated_by"}
            for table in (
                "brands", "claims", "ingredients", "market_overrides", "master_claim_brands", "products",
            )
        },
        "templates": {"created_by", "updated_by", "markup_version"},
        **{table: {"created_by"} for table in ("claim_versions", "claim_reviewers")},
        "template_versions": {"created_by", "markup_version"},
        "workflow_versions": {"created_by"},
        "platform_settings": {"updated_by"},
        "claim_approvals": {"actor_id"},
        "brand_members": {"assigned_by", "expiry_announced_at"},
        "audit_log": {"actor_id", "session_id", "address"},
        "profiles": {
            "phone", "email_index", "last_login_at", "login_count", "locked_until", "deactivated_at", "deactivated_by",
        },
    }  # fmt: skip
    rows = probe.connection.execute(
        "select relname, attname from pg_attribute join pg_class on pg_class.oid = attrelid "
        "where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attnum > 0 and not attisdropped "
        "and not has_column_privilege('authenticated', attrelid, attnum, 'select')"
    ).fetchall()
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    assert found == hidden


@pytest.mark.parametrize("column", ["phone", "address", "email", "credentials"])
def test_encrypted_columns_refuse_plain_text(probe: Probe, scene: Scene, column: str) -> None:
    tables = {
        "phone": "profiles",
        "address": "user_sessions",
        "email": "invitations",
        "credentials": "channels",
    }
    table = tables[column]
    key = probe.keys(f"public.{table}")[0]
    for clear in ("+44 20 7946 0000", "jane@people.test", "v1.", "v1.c2hvcnQ"):
        with pytest.raises(psycopg.errors.CheckViolation), probe.connection.transaction(force_rollback=True):
            probe.connection.execute(
                f"update public.{table} set {column} = %s where {key} = %s".encode(), [clear, scene.rows[table][key]]
            )
