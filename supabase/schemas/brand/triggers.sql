create trigger stamp_row
before insert or update on public.accounts
for each row execute function private.stamp_row();
create trigger check_recent_authentication after insert or update on public.accounts
for each row execute function private.check_recent_authentication();

create trigger stamp_row
before insert or update on public.brands
for each row execute function private.stamp_row('actors', 'version');
create trigger announce_change
after insert or update on public.brands
for each row execute function private.announce_change('brand', 'BrandCreated', 'BrandUpdated', '-');
create trigger mark_search_stale
after update of language on public.brands
for each row when (old.language is distinct from new.language) execute function private.mark_search_stale();
create trigger touch_parent_of_new
after insert on public.brands
for each row when (new.parent_brand_id is not null) execute function private.touch_brand('parent_brand_id');
create trigger touch_parent
after update of parent_brand_id, name, slug, deleted_at on public.brands
for each row when (
  (old.parent_brand_id, old.name, old.slug, old.deleted_at)
  is distinct from (new.parent_brand_id, new.name, new.slug, new.deleted_at)
) execute function private.touch_brand('parent_brand_id');

create trigger stamp_row
before insert or update on public.vetting_agencies
for each row execute function private.stamp_row('actors');
create trigger keep_brand
before update on public.vetting_agencies
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update or delete on public.vetting_agencies
for each row execute function private.announce_change(
  'vetting_agency', 'VettingAgencyAdded', 'VettingAgencyChanged', 'VettingAgencyRemoved'
);
create trigger touch_brand
after insert or update or delete on public.vetting_agencies
for each row execute function private.touch_brand();

create trigger stamp_setting
before insert or update on public.platform_settings
for each row execute function private.stamp_setting();

create trigger stamp_setting
before insert or update on public.feature_flags
for each row execute function private.stamp_setting();
