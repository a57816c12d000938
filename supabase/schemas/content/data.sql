-- The status machine of domain §3.
insert into private.content_status_transitions (from_status, to_status, trigger_name, permission)
values
('draft', 'pending_review', 'submit for review', 'content.submit'),
('pending_review', 'in_review', 'first recorded action that does not finish the run', null),
('pending_review', 'draft', 'changes requested or withdrawn', null),
('in_review', 'draft', 'changes requested or withdrawn', null),
('pending_review', 'approved', 'last required step approved', null),
('in_review', 'approved', 'last required step approved', null),
('pending_review', 'rejected', 'reject', null),
('in_review', 'rejected', 'reject', null),
('rejected', 'pending_review', 'restart', 'content.review'),
('approved', 'draft', 'edit or reopen', 'content.edit'),
('approved', 'scheduled', 'schedule', 'content.publish'),
('scheduled', 'approved', 'unschedule', 'content.publish'),
('approved', 'published', 'publish', 'content.publish'),
('scheduled', 'published', 'publish', 'content.publish'),
('draft', 'archived', 'archive', 'content.publish'),
('pending_review', 'archived', 'archive', 'content.publish'),
('in_review', 'archived', 'archive', 'content.publish'),
('approved', 'archived', 'archive', 'content.publish'),
('scheduled', 'archived', 'archive', 'content.publish'),
('published', 'archived', 'archive', 'content.publish'),
('rejected', 'archived', 'archive', 'content.publish'),
('archived', 'draft', 'reopen', 'content.publish'),
('draft', 'approved', 'approve where the brand has no workflow for it', 'content.review')
on conflict (from_status, to_status) do update set
  trigger_name = excluded.trigger_name,
  permission = excluded.permission
where (content_status_transitions.trigger_name, content_status_transitions.permission) is distinct from (
  excluded.trigger_name, excluded.permission
);
