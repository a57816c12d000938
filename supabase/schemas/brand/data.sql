-- The plans of domain §11; null is unlimited.
insert into public.plans (
  name, brands, users, contents_per_month, generations_per_month, templates, storage_bytes, has_api, has_sso,
  workflows
)
values
('starter', 3, 20, 100, 1000, 10, 10737418240, false, false, '{simple_review}'),
('professional', 10, 100, 1000, 5000, 50, 107374182400, true, false, '{simple_review,marketing_legal,custom}'),
('enterprise', null, null, null, null, null, 1099511627776, true, true, null)
on conflict (name) do update set
  brands = excluded.brands,
  users = excluded.users,
  contents_per_month = excluded.contents_per_month,
  generations_per_month = excluded.generations_per_month,
  templates = excluded.templates,
  storage_bytes = excluded.storage_bytes,
  has_api = excluded.has_api,
  has_sso = excluded.has_sso,
  workflows = excluded.workflows
where (
  plans.brands,
  plans.users,
  plans.contents_per_month,
  plans.generations_per_month,
  plans.templates,
  plans.storage_bytes,
  plans.has_api,
  plans.has_sso,
  plans.workflows
) is distinct from (
  excluded.brands,
  excluded.users,
  excluded.contents_per_month,
  excluded.generations_per_month,
  excluded.templates,
  excluded.storage_bytes,
  excluded.has_api,
  excluded.has_sso,
  excluded.workflows
);
