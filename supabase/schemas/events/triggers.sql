create trigger refuse_change
before update or delete on public.domain_events
for each row execute function private.refuse_change();
create trigger refuse_truncate
before truncate on public.domain_events
for each statement execute function private.refuse_change();
create trigger broadcast_event
after insert on public.domain_events
-- Commands of many send a summary of their own: see private.begin_summary.
for each row when (coalesce(current_setting('mixerai.broadcasts', true), '') <> 'summary')
execute function private.broadcast_event();
create trigger audit_event
after insert on public.domain_events
for each row when (new.type in (
  'ClaimsReviewOverridden', 'WorkflowStepSkipped', 'TaskReassigned', 'UserInvited', 'InvitationChanged',
  'BrandUpdated', 'WorkflowCreated', 'WorkflowChanged', 'WorkflowDeleted'
))
execute function private.audit_event();
-- A command of one tenant writes these to all that share the claim, and must hold the log of none of them.
create trigger audit_event_later
after insert on public.domain_events
for each row when (new.type in ('ClaimChanged', 'ClaimDeleted', 'MarketOverrideChanged'))
execute function private.audit_event_later();
