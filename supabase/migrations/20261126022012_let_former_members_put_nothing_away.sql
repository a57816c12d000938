-- Let former members put nothing away
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP POLICY "People may put away what they are told" ON "public"."notifications";

CREATE POLICY "People may put away what they are told" ON "public"."notifications" FOR UPDATE TO "authenticated" USING (((user_id = ( SELECT auth.uid() AS uid)) AND ((brand_id IS NULL) OR (brand_id = ANY (( SELECT private.brands_permitting('brand.read'::text) AS brands_permitting)::uuid[]))))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));
