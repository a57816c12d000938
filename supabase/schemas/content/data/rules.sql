-- Who may do what with a content, and when: the matrix of domain §2 with its grants to creators and assignees.
insert into private.content_rules
select rule.*
from (
  values
  -- Editing, and what needs the right to edit as well
  (
    'content.edit', 'edit', 1, 'editable', 'content.edit',
    '{"others_permission": "content.edit_others", "grants_assignee": true}'
  ),
  ('content.restoreVersion', 'restoreVersion', 2, 'editable', 'content.restore', '{}'),
  (
    'content.restoreVersion.edit', 'restoreVersion', 2, 'editable', 'content.edit',
    '{"others_permission": "content.edit_others", "grants_assignee": true}'
  ),
  ('content.generate', 'generate', 3, 'editable', 'ai.use', '{}'),
  (
    'content.generate.edit', 'generate', 3, 'editable', 'content.edit',
    '{"others_permission": "content.edit_others", "grants_assignee": true}'
  ),
  ('content.comment', 'comment', 4, 'any', 'comment.write', '{}'),
  ('content.duplicate', 'duplicate', 5, 'any', 'content.create', '{}'),
  -- Review: authors do not decide on their own content unless the step names them
  ('content.submit', 'submit', 6, 'draft', 'content.submit', '{"creator_in": ["draft"], "condition": "workflow"}'),
  (
    'content.approve', 'approve', 7, 'reviewed', 'content.review',
    '{"excludes_creator": true, "grants_decider": true, "condition": "step"}'
  ),
  ('content.approve.draft', 'approve', 7, 'draft', 'content.review', '{"condition": "no_workflow"}'),
  (
    'content.reject', 'reject', 8, 'reviewed', 'content.review',
    '{"excludes_creator": true, "grants_decider": true, "condition": "step"}'
  ),
  (
    'content.requestChanges', 'requestChanges', 9, 'reviewed', 'content.review',
    '{"excludes_creator": true, "grants_decider": true, "condition": "step"}'
  ),
  (
    'content.withdraw', 'withdraw', 10, 'draft reviewed', 'workflow.control',
    '{"creator_in": ["draft", "pending_review", "in_review"], "grant_scope": "content.submit", "condition": "run"}'
  ),
  ('content.restart', 'restart', 11, 'rejected', 'content.review', '{"condition": "workflow"}'),
  -- Publication
  ('content.publish', 'publish', 12, 'approved scheduled', 'content.publish', '{"condition": "publishable"}'),
  ('content.schedule', 'schedule', 13, 'approved', 'content.publish', '{"condition": "publishable"}'),
  ('content.unschedule', 'unschedule', 14, 'scheduled', 'content.publish', '{}'),
  (
    'content.reopen', 'reopen', 15, 'approved', 'content.edit',
    '{"others_permission": "content.edit_others", "grants_assignee": true}'
  ),
  ('content.reopen.archived', 'reopen', 15, 'archived', 'content.publish', '{}'),
  ('content.archive', 'archive', 16, 'editable scheduled published', 'content.publish', '{}'),
  -- The bin
  ('content.delete', 'delete', 17, 'editable archived', 'content.delete', '{"creator_in": ["draft"]}'),
  ('content.restore', 'restore', 18, 'deleted', 'content.delete', '{"creator_in": ["draft"]}'),
  -- What a content links to
  ('content.brand', 'brand', 19, 'any deleted', 'brand.read', '{"is_link": true}'),
  ('content.template', 'template', 20, 'any', 'template.read', '{"is_link": true}')
) as given (name, action, position, states, permission, more)
cross join
  lateral jsonb_populate_record(
    null::private.content_rules,
    '{"is_link": false, "excludes_creator": false, "creator_in": [], "grants_assignee": false, "grants_decider": false}'
    || jsonb_build_object(
      'name', given.name, 'action', given.action, 'position', given.position, 'permission', given.permission,
      'states', (
        select jsonb_agg(status)
        -- RF03: the linter does not know that `given` is of the query around this one.
        from string_to_table(given.states, ' ') as given_state (name) -- noqa: RF03
        cross join lateral unnest(case given_state.name
          when 'editable' then array['draft', 'pending_review', 'in_review', 'approved', 'rejected']
          when 'reviewed' then array['pending_review', 'in_review']
          when 'any'
            then
              array[
                'draft', 'pending_review', 'in_review', 'approved', 'scheduled', 'published', 'archived', 'rejected'
              ]
          else array[given_state.name]
        end) as status
      )
    )
    || given.more::jsonb
  ) as rule
on conflict (name) do update set
  action = excluded.action,
  position = excluded.position,
  is_link = excluded.is_link,
  states = excluded.states,
  permission = excluded.permission,
  others_permission = excluded.others_permission,
  excludes_creator = excluded.excludes_creator,
  creator_in = excluded.creator_in,
  grants_assignee = excluded.grants_assignee,
  grants_decider = excluded.grants_decider,
  grant_scope = excluded.grant_scope,
  condition = excluded.condition
where to_jsonb(content_rules) is distinct from to_jsonb(excluded);
