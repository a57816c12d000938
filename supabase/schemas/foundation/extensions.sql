create extension if not exists vector with schema extensions;
create extension if not exists pg_trgm with schema extensions;
-- Lets one GIN index hold a brand's id beside the words of its contents.
create extension if not exists btree_gin with schema extensions;
