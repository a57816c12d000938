create trigger stamp_row before insert or update on public.master_claim_brands
for each row execute function private.stamp_row('actors', 'version');

create trigger stamp_row before insert or update on public.products
for each row execute function private.stamp_row('actors', 'version');

create trigger stamp_row before insert or update on public.ingredients
for each row execute function private.stamp_row('actors', 'version');

create trigger guard_claim before insert or update on public.claims
for each row execute function private.guard_claim();
create trigger stamp_row before insert or update on public.claims
for each row execute function private.stamp_row('actors', 'version');
create trigger keep_pending_claim before delete on public.claims
for each row execute function private.keep_pending_claim();
create trigger record_claim_version after insert or update on public.claims
for each row execute function private.record_claim_version();
create trigger propagate_claim after insert or update on public.claims
for each row execute function private.propagate_claim();
create trigger tell_claim_reviewers after update of approval, approval_position on public.claims
for each row when (
  new.approval = 'pending'
  and (old.approval, old.approval_position) is distinct from (new.approval, new.approval_position)
)
execute function private.tell_claim_reviewers();
create constraint trigger check_claim_subjects after insert or update on public.claims
deferrable initially deferred for each row execute function private.check_claim_subjects();

create trigger refuse_change before update on public.claim_versions
for each row execute function private.refuse_version_change();

create trigger propagate_claim after insert or update or delete on public.claim_subjects
for each row execute function private.propagate_claim();
create constraint trigger check_claim_subjects after insert or update or delete on public.claim_subjects
deferrable initially deferred for each row execute function private.check_claim_subjects();

create trigger stamp_row before insert or update on public.market_overrides
for each row execute function private.stamp_row('actors', 'version');
create trigger guard_override before insert or update on public.market_overrides
for each row execute function private.guard_override();
create trigger announce_override after insert or update or delete on public.market_overrides
for each row execute function private.announce_override();

create trigger rescore_content
after insert or update on public.claim_reviews
for each row when (new.content_id is not null) execute function private.rescore_content();

create trigger touch_brand
after insert or update or delete on public.brand_master_claim_brands
for each row execute function private.touch_brand();

-- Checks of contents hold until a claim changes. Before a claim is deleted, since its subjects go with it.
create trigger count_claim_change before delete on public.claims
for each row execute function private.count_claim_change();
create trigger count_claim_change_after after insert or update on public.claims
for each row execute function private.count_claim_change();
create trigger count_claim_change after insert or update or delete on public.claim_subjects
for each row execute function private.count_claim_change();
create trigger count_claim_change after insert or update or delete on public.market_overrides
for each row execute function private.count_claim_change();
create trigger count_claim_change after insert or delete on public.product_ingredients
for each row execute function private.count_claim_change();
create trigger count_claim_change_before before delete on public.products
for each row execute function private.count_claim_change();
create trigger count_claim_change after update of archived_at on public.products
for each row when (new.archived_at is distinct from old.archived_at) execute function private.count_claim_change();
create trigger count_claim_change after update of archived_at on public.ingredients
for each row when (new.archived_at is distinct from old.archived_at) execute function private.count_claim_change();
create trigger count_claim_change after update of archived_at on public.master_claim_brands
for each row when (new.archived_at is distinct from old.archived_at) execute function private.count_claim_change();

create trigger stamp_row before insert or update on private.claim_evidence
for each row execute function private.stamp_row('actors', 'version');
create trigger count_claim_change after insert or update or delete on private.claim_evidence
for each row execute function private.count_claim_change();

create trigger store_publication_claims
after update of status on public.contents
for each row when (new.status = 'published' and old.status is distinct from 'published')
execute function private.store_publication_claims();
