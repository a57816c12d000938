create function public.resolve_claims(product_id uuid, market text, at timestamptz default now())
returns setof public.resolved_claim
language plpgsql
stable
security definer -- reads shared claims of ingredients, of which the caller may list only some
set search_path = ''
as $$
begin
  perform private.require_product_in_use(product_id);
  perform private.check_market(market);
  return query
    select * from private.resolve_product_claims(
      array[resolve_claims.product_id], market, coalesce(resolve_claims.at, now())
    );
end;
$$;
comment on function public.resolve_claims is
'Lists the claims that apply to a product in a market at a time, the strongest scope first.';
grant execute on function public.resolve_claims to authenticated, service_role;

create function public.list_stacked_claims(
  product_id uuid, market text, at timestamptz default null, language text default null
)
returns jsonb
language plpgsql
stable
security definer -- see resolve_claims
set search_path = ''
as $$
declare
  product public.products;
begin
  product := private.require_product_in_use(product_id);
  perform private.check_market(market);
  return (
    with stacked as materialized (
      select
        found.*,
        coalesce(claim.text ->> list_stacked_claims.language, claim.text ->> 'original') as claim_text,
        case when claim.text ? list_stacked_claims.language then list_stacked_claims.language else 'original' end
          as text_language
      from private.stack_claims(
        array[product.id], array[list_stacked_claims.market], coalesce(list_stacked_claims.at, now())
      ) as found
      inner join public.claims as claim on claim.id = found.claim_id
    ),
    held as materialized (
      select stacked.* from stacked where stacked.place = 1 and not stacked.is_replaced
    ),
    pairs as (
      -- One join by text and one by override: together they would compare each with each.
      select held.text_key, held.scope, held.level, held.status, to_jsonb(other) as other, other.place,
        other.scope as other_scope, other.level as other_level, other.status as other_status
      from held
      inner join stacked as other on other.text_key = held.text_key and other.place > 1 and not other.is_replaced
      union all
      select held.text_key, 1, held.level, held.status, to_jsonb(other), other.place, other.scope, other.level, other.status
      from held
      inner join stacked as other on other.override_id = held.override_id and other.is_replaced
      where held.scope = 1
    ),
    beaten as (
      select
        pairs.text_key,
        jsonb_agg(
          jsonb_build_object(
            'claim_id', pairs.other -> 'claim_id', 'text', pairs.other -> 'claim_text', 'status', pairs.other_status,
            'scope', pairs.other_scope, 'level', pairs.other_level,
            'override_id', case pairs.other_scope when 1 then pairs.other -> 'override_id' end,
            'lost_by', case
              when pairs.scope = 1 and pairs.other_scope > 1 then 'override'
              when pairs.other_scope > pairs.scope then 'scope'
              when pairs.other_level > pairs.level then 'level'
              when pairs.other_status <> pairs.status then 'status'
              else 'id'
            end
          )
          order by pairs.place
        ) as others
      from pairs
      group by pairs.text_key
    )
    select jsonb_build_object(
      'items', coalesce(jsonb_agg(
        jsonb_build_object(
          'text', held.claim_text, 'language', held.text_language,
          'original_text', coalesce(master.text, claim.text) ->> 'original', 'status', held.status, 'scope', held.scope,
          'level', held.level, 'source', case held.scope when 1 then 'override' else held.level::text end,
          'claim_id', held.claim_id, 'master_claim_id', held.master_claim_id, 'is_master', held.is_master,
          'override', case when override.id is not null then jsonb_build_object(
            'id', override.id, 'market', override.market_country, 'is_blocked', override.is_blocked,
            'replacement_claim_id', override.replacement_claim_id
          ) end,
          'category', claim.category, 'over', coalesce(beaten.others, '[]')
        )
        order by held.scope, held.level, held.claim_text, held.claim_id
      ), '[]'),
      'total', count(*)
    )
    from held
    inner join public.claims as claim on claim.id = held.claim_id
    left join public.claims as master on held.scope = 1 and master.id = held.master_claim_id
    left join public.market_overrides as override
      on override.id = case held.scope when 1 then held.override_id else held.exemption_id end
    left join beaten on beaten.text_key = held.text_key
  );
end;
$$;
comment on function public.list_stacked_claims is
'Returns {items, total}: the claims that hold for a product in a market at a time, the strongest scope first, each with
those that it holds over. lost_by: override, scope, level, status or id. A text is in the language if the claim has it,
else the original. The override of a claim that is not of scope 1 is the rule that exempts the market.';
grant execute on function public.list_stacked_claims to authenticated, service_role;
