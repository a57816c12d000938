-- The status machine of domain §3.
insert into private.content_status_transitions (from_status, to_status, trigger_name)
values
('draft', 'pending_review', 'submit for review'),
('pending_review', 'in_review', 'first recorded action that does not finish the run'),
('pending_review', 'draft', 'changes requested or withdrawn'),
('in_review', 'draft', 'changes requested or withdrawn'),
('pending_review', 'approved', 'last required step approved'),
('in_review', 'approved', 'last required step approved'),
('pending_review', 'rejected', 'reject'),
('in_review', 'rejected', 'reject'),
('rejected', 'pending_review', 'restart'),
('approved', 'draft', 'edit or reopen'),
('approved', 'scheduled', 'schedule'),
('scheduled', 'approved', 'unschedule'),
('approved', 'published', 'publish'),
('scheduled', 'published', 'publish'),
('draft', 'archived', 'archive'),
('pending_review', 'archived', 'archive'),
('in_review', 'archived', 'archive'),
('approved', 'archived', 'archive'),
('scheduled', 'archived', 'archive'),
('published', 'archived', 'archive'),
('rejected', 'archived', 'archive'),
('archived', 'draft', 'reopen'),
('draft', 'approved', 'approve where the brand has no workflow for it')
on conflict (from_status, to_status) do update set
  trigger_name = excluded.trigger_name
where content_status_transitions.trigger_name is distinct from excluded.trigger_name;
