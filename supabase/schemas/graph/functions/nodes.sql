-- Which type has an id: `node(id)` of GraphQL. Ids are unique over all tables (ADR 79).

create function public.find_nodes(ids uuid[])
returns table (id uuid, type_name text)
language sql
stable
set search_path = ''
as $$
  -- Under the policies of each table: what the caller may not read is not there.
  select item.id, 'Content' from public.contents as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Brand' from public.brands as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Template' from public.templates as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Workflow' from public.workflows as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Task' from public.workflow_tasks as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Notification' from public.notifications as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Generation' from public.ai_generations as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Claim' from public.claims as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'ClaimBrand' from public.master_claim_brands as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Product' from public.products as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Ingredient' from public.ingredients as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'MarketOverride' from public.market_overrides as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Channel' from public.channels as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Delegation' from private.readable_delegations(find_nodes.ids) as item (id)
  union all
  select item.id, 'Webhook' from private.managed_webhooks(find_nodes.ids) as item (id)
$$;
comment on function public.find_nodes is
'Returns the type of each id that the caller may read, by the names of GraphQL. Ids that are nowhere are left out.';
grant execute on function public.find_nodes to authenticated;
