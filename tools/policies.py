"""Renders supabase/policies into a migration, so that the policies are written down in one place.

``python -m tools.policies`` writes a new migration when the policies changed since the last one;
``--check`` only says whether they did, with exit code 1 if so.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

SUPABASE: Final = Path(__file__).resolve().parents[1] / "supabase"
SUFFIX: Final = "_policies.sql"
HEADER: Final = """\
-- Rendered from supabase/policies by `make policies`: change them there, never here.
-- Takes away every policy and privilege of the API roles first, so that what was removed there is gone.

do $$
declare
  policy record;
begin
  for policy in
    select schemaname, tablename, policyname
    from pg_policies
    where schemaname in ('public', 'private')
      or (schemaname, tablename) in (('realtime', 'messages'), ('storage', 'objects'))
  loop
    execute format('drop policy %I on %I.%I', policy.policyname, policy.schemaname, policy.tablename);
  end loop;
end
$$;
revoke all on all tables in schema public from anon, authenticated;
"""


def render() -> str:
    """The text of the migration that makes a database agree with supabase/policies."""
    sources = {path.name: path.read_text() for path in sorted((SUPABASE / "policies").glob("*.sql"))}
    parts = [HEADER.rstrip()]
    parts += [f"-- policies/{name}\n\n{text.strip()}" for name, text in sources.items()]
    return "\n\n".join(parts) + "\n"


def newest_migration() -> Path | None:
    rendered = sorted((SUPABASE / "migrations").glob(f"*{SUFFIX}"))
    return rendered[-1] if rendered else None


def is_current() -> bool:
    """Whether the last of all migrations is what they say: one after it may have made what they do not guard yet."""
    newest = newest_migration()
    last = max((SUPABASE / "migrations").glob("*.sql"))
    return newest is not None and newest == last and newest.read_text() == render()


def main() -> int:
    if is_current():
        print("supabase/migrations agrees with supabase/policies")
        return 0
    if "--check" in sys.argv[1:]:
        print("supabase/policies is not the last migration as it stands: run `make policies`", file=sys.stderr)
        return 1
    path = SUPABASE / "migrations" / f"{datetime.now(UTC):%Y%m%d%H%M%S}{SUFFIX}"
    path.write_text(render())
    print(f"wrote {path.relative_to(SUPABASE.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
