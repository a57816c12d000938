"""Workflows: the steps by which contents are reviewed. Their rules are in supabase/schemas/workflow."""
