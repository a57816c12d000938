-- The permission matrix (domain §2).
insert into private.permissions (name, least_role, seen_with, description)
values
('brand.read', 'viewer', 'brand.read', 'read the brand'),
('brand.update', 'admin', 'brand.read', 'change the brand, its settings and its agencies'),
('member.read', 'editor', 'brand.read', 'read who is a member, in which role'),
('member.manage', 'admin', 'brand.read', 'invite, assign and remove members'),
('content.read', 'viewer', 'content.read', 'read contents, their versions and their comments'),
('content.create', 'editor', 'brand.read', 'create and duplicate contents'),
('content.edit', 'editor', 'content.read', 'edit contents that are not published'),
('content.edit_others', 'editor', 'content.read', 'edit what others created'),
('content.submit', 'editor', 'content.read', 'submit for review'),
('content.review', 'admin', 'content.read', 'approve, reject and ask for changes without being named'),
('content.publish', 'admin', 'content.read', 'publish, schedule, archive and reopen'),
('content.delete', 'admin', 'content.read', 'delete contents'),
('content.restore', 'editor', 'content.read', 'restore versions and deleted contents'),
('comment.write', 'viewer', 'content.read', 'comment on contents'),
('comment.moderate', 'admin', 'content.read', 'edit, resolve and delete the comments of others'),
('template.read', 'viewer', 'template.read', 'read and use templates'),
('template.write', 'admin', 'template.read', 'create and change templates'),
('workflow.read', 'viewer', 'workflow.read', 'read workflows, runs and tasks'),
('workflow.write', 'admin', 'workflow.read', 'create and change workflows'),
('workflow.control', 'admin', 'workflow.read', 'skip steps, reassign tasks, cancel runs'),
('ai.use', 'editor', 'content.read', 'use the AI tools'),
('ai.read', 'viewer', 'ai.read', 'read generations'),
('ai.manage', 'admin', 'ai.read', 'set budgets, prompts and knowledge'),
('claim.read', 'viewer', 'claim.read', 'read claims and the matrix'),
('claim.write', 'admin', 'claim.read', 'write claims of brands and products, and market overrides'),
('file.read', 'viewer', 'file.read', 'read files'),
('file.write', 'editor', 'file.read', 'add and remove files'),
('analytics.read', 'viewer', 'brand.read', 'read analytics'),
('audit.read', 'admin', 'brand.read', 'read the audit log'),
('export.run', 'admin', 'content.read', 'export'),
('integration.manage', 'admin', 'brand.read', 'manage API keys and webhooks')
on conflict (name) do update set
  least_role = excluded.least_role,
  seen_with = excluded.seen_with,
  description = excluded.description
where (permissions.least_role, permissions.seen_with, permissions.description) is distinct from (
  excluded.least_role, excluded.seen_with, excluded.description
);

-- The permissions that each scope gives to an API key.
insert into private.scope_permissions (scope, permission)
select
  granted.scope,
  permissions.name
from private.permissions
cross join
  lateral (
    values
    ('read', permissions.name like '%.read' and permissions.name <> 'audit.read'),
    -- "write" excludes people, keys, brand settings and the audit log.
    ('write', permissions.name not in ('audit.read', 'member.manage', 'integration.manage', 'brand.update')),
    -- API keys cannot create keys.
    ('admin', permissions.name <> 'integration.manage'),
    ('brands:read', permissions.name in ('brand.read', 'analytics.read')),
    ('brands:write', permissions.name in ('brand.read', 'analytics.read', 'brand.update')),
    ('content:read', permissions.name in (
      'brand.read', 'content.read', 'template.read', 'workflow.read', 'claim.read', 'file.read'
    )),
    (
      'content:write',
      permissions.name in ('brand.read', 'template.read', 'workflow.read', 'claim.read')
      or permissions.name ~ '^(content|comment|file)\.'
    ),
    ('ai:generate', permissions.name in ('brand.read', 'content.read', 'template.read', 'ai.use', 'ai.read')),
    ('users:manage', permissions.name in ('brand.read', 'member.read', 'member.manage'))
  ) as granted (scope, is_granted)
where granted.is_granted
on conflict do nothing;
