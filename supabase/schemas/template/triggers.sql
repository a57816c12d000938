create trigger stamp_template
before insert or update on public.templates
for each row execute function private.stamp_template();
create trigger record_template_version
after insert or update on public.templates
for each row execute function private.record_template_version();
-- After the policies, which say whether the caller may write for the brand: the check tells of files and products.
create trigger check_template
after insert or update of input_fields, output_fields on public.templates
for each row execute function private.check_template();
create trigger check_template_quota
after insert on public.templates
for each row when (new.brand_id is not null) execute function private.check_template_quota();

create trigger refuse_change
before update on public.template_versions
for each row execute function private.refuse_version_change();
