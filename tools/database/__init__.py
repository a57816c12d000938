"""The database as source: building it from supabase/schemas, comparing catalogues, planning migrations."""
