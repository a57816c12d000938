"""The database as source: builds it from supabase/schemas, compares catalogues, plans migrations."""
