create table private.content_status_transitions (
  from_status public.content_status not null,
  to_status public.content_status not null,
  trigger_name text not null,
  primary key (from_status, to_status)
);
comment on table private.content_status_transitions is
'The status machine of domain §3. Every other change of status is refused, whoever asks. Who may make a change is in
private.content_rules.';
alter table private.content_status_transitions enable row level security;

create table private.content_rules (
  name text primary key check (name ~ '^content\.[a-zA-Z]+(\.[a-z]+)*$'),
  action text not null check (action ~ '^[a-z]+([A-Z][a-z]+)*$'),
  position integer not null,
  is_link boolean not null default false,
  states text[] not null,
  permission text not null references private.permissions (name),
  others_permission text references private.permissions (name),
  excludes_creator boolean not null default false,
  creator_in text[] not null default '{}',
  grants_assignee boolean not null default false,
  grants_decider boolean not null default false,
  grant_scope text references private.permissions (name),
  condition text check (condition in ('workflow', 'no_workflow', 'run', 'step', 'publishable'))
);
comment on table private.content_rules is
'Who may do what with a content, and when (reference §5.1, domain §2 and §3). An action is allowed if a rule has the
state of the content, and every rule of the action that has it grants the action and its condition holds.
private.content_verdicts evaluates the rules, for answers and for commands.';
comment on column private.content_rules.action is
'The name in the API: requestChanges for POST /contents/{id}/request-changes.';
comment on column private.content_rules.position is 'The order of the actions in answers.';
comment on column private.content_rules.is_link is 'Whether it is about what a content links to, and no action.';
comment on column private.content_rules.states is 'The statuses of a content for which the rule is; deleted is one.';
comment on column private.content_rules.permission is 'The permission in the brand that grants the action.';
comment on column private.content_rules.others_permission is
'The permission that is needed as well for what others created.';
comment on column private.content_rules.excludes_creator is
'Whether the permission does not count for what the caller created.';
comment on column private.content_rules.creator_in is
'The statuses in which the creator needs no permission. A restriction of the permission outweighs this grant and those
to assignees.';
comment on column private.content_rules.grants_assignee is
'Whether the holder of a pending review task of the content needs no permission.';
comment on column private.content_rules.grants_decider is
'Whether those whom the open step of the review asks need no permission.';
comment on column private.content_rules.grant_scope is
'The permission that the scopes of an API key must give for a grant to a creator or assignee; null: that of the rule.';
comment on column private.content_rules.condition is
'What must be so besides. workflow: the brand has a workflow, or a review goes on. no_workflow: the rule is for
contents with neither. run: a review goes on. step: the step is open, offers the decision, and the caller has not
decided it. publishable: not expired and no open violation of claims.';
create index content_rules_permission_idx on private.content_rules (permission);
create index content_rules_others_permission_idx on private.content_rules (others_permission);
create index content_rules_grant_scope_idx on private.content_rules (grant_scope);
alter table private.content_rules enable row level security;
