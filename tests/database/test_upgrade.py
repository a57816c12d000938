"""Applies the migrations to a database in use: existing data is still there, and complete."""

import json
from uuid import UUID, uuid4

import psycopg

from lib.core.security.signing import PROOF_HEADER, make_proof
from local.stack.client import RunningStack
from local.stack.scratch import apply_migrations, scratch_database
from local.stack.settings import ROOT, SIGNING_SECRET
from tests.support.sql import Database
from tools.database.landed import BASELINE

CONTENTS = "select id, title, status::text, version, fields, updated_at from public.contents order by id"
COMMENTS = "select id, body, updated_by, updated_at from public.comments order by id"
EDITOR = "00000000-0000-7000-8000-0000000000a2"
VIEWER = "00000000-0000-7000-8000-0000000000a3"


def act_as(database: Database, person: str) -> None:
    """Opens a session of the user; later statements run in their name."""
    session = str(uuid4())
    database.run("insert into public.user_sessions (id, user_id) values (%s, %s)", session, person)
    claims = {"sub": person, "session_id": session}
    database.run(
        "select set_config('request.jwt.claims', %s, false), set_config('request.jwt.claim.sub', %s, false), "
        "set_config('request.headers', %s, false)",
        json.dumps(claims),
        person,
        json.dumps({PROOF_HEADER.lower(): make_proof(claims, SIGNING_SECRET)}),
    )


def test_existing_data_survives_the_migrations(stack: RunningStack) -> None:
    with (
        scratch_database(stack.database_url, until=BASELINE) as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        database = Database(connection)
        connection.execute((ROOT / "supabase" / "seed.sql").read_text().encode())
        of_aurora = "select id from public.contents where brand_id::text like '%0a'"
        contents = [row["id"] for row in database.rows(of_aurora)]
        database.run('update public.contents set fields = fields || \'{"headline": "H", "body": "B"}\'')
        act_as(database, EDITOR)
        for content in contents:
            database.run("select public.submit_content(%s)", content)
        act_as(database, VIEWER)
        database.run("select public.approve_content(%s)", contents[0])
        before = database.rows(CONTENTS)
        comment = "select id from public.add_comment(%s, 'First')"
        edited, untouched = (database.value(comment, contents[0]) for _ in range(2))
        database.run("select public.edit_comment(%s, 'Second')", edited)
        comments = database.rows(COMMENTS)

        apply_migrations(url, after=BASELINE)

        assert database.rows(CONTENTS) == before
        slugs = [row["slug"] for row in database.rows("select slug from public.contents")]
        assert len(set(slugs)) == len(slugs)
        assert all(slugs)
        found = database.rows("select count(*) from private.content_search join public.contents on id = content_id")
        assert found == [{"count": len(before)}]
        assert database.rows(COMMENTS) == comments
        when = "select edited_at from public.comments where id = %s"
        revised = "select created_at from public.comment_revisions where comment_id = %s"
        assert database.value(when, edited) == database.value(revised, edited)
        assert database.value(when, untouched) is None
        # The open review continues: the same reviewer decides the same step.
        open_step = "select status::text from public.workflow_step_runs where content_id = %s"
        assert database.value(open_step, contents[1]) == "active"
        approved = database.row("select status::text, slug from public.approve_content(%s)", contents[1])
        assert approved["status"] == "approved"


def test_workflows_and_claims_keep_what_they_are_as_a_version(stack: RunningStack) -> None:
    """Resolution reads the places where claims count, and publishing the catalogues that have claims."""
    with (
        scratch_database(stack.database_url, until=BASELINE) as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        database = Database(connection)
        connection.execute((ROOT / "supabase" / "seed.sql").read_text().encode())
        before = {
            table: database.rows(f"select id, version from public.{table} order by id")
            for table in ("workflows", "claims")
        }

        apply_migrations(url, after=BASELINE)

        kept = {
            "workflows": "select workflow_id as id, version from public.workflow_versions order by 1",
            "claims": "select claim_id as id, version from public.claim_versions order by 1",
        }
        assert all(before.values())
        assert {table: database.rows(statement) for table, statement in kept.items()} == before
        counts = "select workflow_id, jsonb_array_length(definition -> 'steps') as steps from public.workflow_versions"
        steps = "select workflow_id, count(*) as steps from public.workflow_steps group by workflow_id order by 1"
        assert database.rows(f"{counts} order by 1") == database.rows(steps)
        scopes = "select claim_id, country, is_approved from private.claim_scopes order by claim_id"
        assert database.rows(scopes) == [
            {"claim_id": claim["id"], "country": "__GLOBAL__", "is_approved": True} for claim in before["claims"]
        ]
        assert database.rows("select master_claim_brand_id::text as id from private.claim_catalogues") == [
            {"id": "00000000-0000-7000-8000-0000000000e1"}
        ]


def test_people_of_other_brands_leave_existing_events(stack: RunningStack) -> None:
    """Events of claims named the person to all linked brands. Former members of the brand keep their names."""
    with (
        scratch_database(stack.database_url, until=BASELINE) as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        database = Database(connection)
        connection.execute((ROOT / "supabase" / "seed.sql").read_text().encode())
        aurora, borealis = (
            database.value("select id from public.brands where slug = %s", slug)
            for slug in ("aurora-skincare", "borealis-coffee")
        )
        master = database.value("insert into public.master_claim_brands (name) values ('Shared') returning id")
        event = (
            "insert into public.domain_events (brand_id, aggregate_type, aggregate_id, type, actor_id, correlation_id) "
            "values (%s, %s, %s, %s, %s, 'chosen-by-a-client') returning id"
        )
        claimed: dict[UUID, UUID] = {}
        for brand in (aurora, borealis):
            database.run("insert into public.brand_master_claim_brands values (%s, %s)", brand, master)
            claimed[brand] = database.value(event, brand, "claim", uuid4(), "ClaimChanged", EDITOR)
        written = database.value(event, aurora, "content", uuid4(), "ContentUpdated", VIEWER)
        database.run("delete from public.brand_members where user_id = %s and brand_id = %s", VIEWER, aurora)
        file = database.value(
            "insert into public.files (brand_id, path, name, mime_type, size_bytes) "
            "values (%s, '', '..', 'image/png', 1) returning id",
            aurora,
        )

        apply_migrations(url, after=BASELINE)

        kept = "select actor_id::text, actor_account, correlation_id from public.domain_events where id = %s"
        assert database.row(kept, claimed[aurora])["actor_id"] == EDITOR
        assert database.row(kept, claimed[borealis]) == {
            "actor_id": None,
            "actor_account": database.value(
                "select coalesce(accounts.name, brands.name) from public.brands "
                "left join public.accounts on accounts.id = brands.account_id where brands.id = %s",
                aurora,
            ),
            "correlation_id": None,
        }
        assert database.row(kept, written)["actor_id"] == VIEWER
        former = database.rows("select brand_id, name from private.former_members where user_id = %s", UUID(VIEWER))
        assert former == [{"brand_id": aurora, "name": "Vera Viewer"}]
        path = f"{aurora}/{file}/file"
        assert database.row("select name, path from public.files where id = %s", file) == {"name": "file", "path": path}
