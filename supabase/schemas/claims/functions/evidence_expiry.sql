create function private.expiry_mark(expires_on date)
returns integer
language sql
stable
set search_path = ''
as $$
  select case
    when expires_on <= current_date then 0
    when expires_on <= current_date + 7 then 7
    when expires_on <= current_date + 30 then 30
    when expires_on <= current_date + 90 then 90
  end;
$$;
comment on function private.expiry_mark is
'Returns the last of 90, 30, 7 and 0 days before its end that evidence has reached; null before the first.';

create function private.announce_expiry(evidence_id uuid)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
  evidence private.claim_evidence;
  reached integer;
  brand uuid;
begin
  -- The claim before its evidence, as when it is deleted.
  perform from public.claims
  where claims.id = (
    select found.claim_id from private.claim_evidence as found where found.id = announce_expiry.evidence_id
  )
  for key share skip locked;
  if not found then
    return null;
  end if;
  select * into evidence
  from private.claim_evidence as found
  where found.id = announce_expiry.evidence_id and found.status = 'accepted'
  for update skip locked;
  reached := private.expiry_mark(evidence.expires_on);
  if reached is null or evidence.announced_days <= reached then
    return null;
  end if;
  for brand in
    select distinct link.brand_id
    from public.brand_master_claim_brands as link
    inner join public.brands on brands.id = link.brand_id and brands.deleted_at is null
    where link.master_claim_brand_id in (select private.claim_master_brands(evidence.claim_id))
    order by link.brand_id
  loop
    -- The new task takes the place of that of an earlier mark.
    update private.claim_tasks as task
    set state = 'dismissed', closed_at = now(), closing_comment = 'a later reminder took its place'
    where task.brand_id = brand and task.evidence_id = evidence.id and task.state = 'open' and task.mark > reached;
    insert into private.claim_tasks (brand_id, kind, claim_id, evidence_id, title, mark, due_on)
    values (
      brand, 'evidence_expiring', evidence.claim_id, evidence.id,
      format(
        case reached when 0 then 'Evidence "%s" has expired' else 'Evidence "%s" expires on %s' end,
        evidence.title, evidence.expires_on
      ), reached, evidence.expires_on
    )
    on conflict do nothing;
    perform private.append_event(brand, 'claim', evidence.claim_id, 'EvidenceExpiring', jsonb_build_object(
      'evidenceId', evidence.id, 'expiresOn', evidence.expires_on, 'days', reached
    ));
  end loop;
  update private.claim_evidence as kept set announced_days = reached where kept.id = evidence.id;
  return case reached when 0 then 'expired' else 'expiring' end;
end;
$$;
comment on function private.announce_expiry is
'Tells each linked tenant that evidence reached 90, 30 or 7 days before its end, or its end: by an event and a task,
once each. Returns expiring or expired; null if there is nothing to tell, or another scheduler has it.';

create function public.announce_expiring_evidence(batch integer default 100, seconds integer default 8)
returns table (evidence_id uuid, outcome text)
language plpgsql
volatile
security definer -- evidence is written by commands only
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
  item record;
begin
  for item in
    -- In turns: the first of each tenant before the second of any.
    select due.id, due.brand_id
    from (
      select
        evidence.id, owner.brand_id,
        row_number() over (partition by owner.brand_id order by evidence.expires_on, evidence.id) as turn
      from private.claim_evidence as evidence
      left join lateral (
        select link.brand_id
        from public.brand_master_claim_brands as link
        where link.master_claim_brand_id in (select private.claim_master_brands(evidence.claim_id))
        order by link.brand_id
        limit 1
      ) as owner on true
      where
        evidence.status = 'accepted' and evidence.announced_days is distinct from 0
        and evidence.expires_on <= current_date + 90
        and (evidence.announced_days is null or evidence.announced_days > private.expiry_mark(evidence.expires_on))
        and not exists (
          select from private.setbacks
          where
            setbacks.task = 'announce_expiring_evidence' and setbacks.subject_id = evidence.id
            and setbacks.next_attempt_at > clock_timestamp()
        )
    ) as due
    order by due.turn, due.brand_id
    limit greatest(batch, 0)
  loop
    exit when clock_timestamp() > until;
    evidence_id := item.id;
    begin
      outcome := private.announce_expiry(item.id);
      perform private.clear_setback('announce_expiring_evidence', item.id);
    exception when others then
      outcome := 'failed';
      perform private.set_back('announce_expiring_evidence', item.id, item.brand_id, sqlstate, sqlerrm);
    end;
    if outcome is not null then
      return next;
    end if;
  end loop;
end;
$$;
comment on function public.announce_expiring_evidence is
'For the scheduler: raises an event and a task in each linked brand for evidence that reached 90, 30 or 7 days before
its end, or its end, once each, in turns by brand. Returns each with its outcome, `failed` for those to be tried
again.';
grant execute on function public.announce_expiring_evidence to service_role;
