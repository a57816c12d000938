-- Match list indexes to their orders
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP INDEX "public"."contents_brand_id_idx";

CREATE OR REPLACE FUNCTION private.content_order(sort text, is_descending boolean, has_cursor boolean)
 RETURNS TABLE(order_by text, after text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- As the indexes have it, or they would not be used: a column that is never null is ordered without a word on nulls.
  select
    format(
      '%I %s%s, id', sort, case when is_descending then 'desc' else 'asc' end,
      case when sort <> 'score' then '' when is_descending then ' nulls last' else ' nulls first' end
    ),
    case when has_cursor then format(
      ' and contents.%1$I %2$s= ($2 ->> ''value'')::%3$s and (contents.%1$I %2$s ($2 ->> ''value'')::%3$s '
      'or contents.id > ($2 ->> ''id'')::uuid)',
      sort, case when is_descending then '<' else '>' end,
      case sort when 'score' then 'numeric' when 'title' then 'text' when 'status' then 'text' else 'timestamptz' end
    ) else '' end;
$function$;

CREATE INDEX contents_brand_due_idx ON public.contents USING btree (brand_id, due_at, id) WHERE (deleted_at IS NULL);

CREATE INDEX contents_brand_by_status_idx ON public.contents USING btree (brand_id, status DESC, id);
