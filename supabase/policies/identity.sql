-- profiles, brands, brand_members

grant select on public.profiles to authenticated;
grant update (first_name, last_name, timezone, language) on public.profiles to authenticated;

create policy "People may see themselves and those they share a brand with"
on public.profiles for select to authenticated
using (id = (select auth.uid()) or id in (select private.colleague_ids()));

create policy "People may change their own profile"
on public.profiles for update to authenticated
using (id = (select auth.uid()))
with check (id = (select auth.uid()));

grant select on public.brands to authenticated;

create policy "Brands may be read by their members"
on public.brands for select to authenticated
using (id in (select private.brand_ids('viewer')));

grant select on public.brand_members to authenticated;

create policy "Memberships may be read by members of the same brand"
on public.brand_members for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));
