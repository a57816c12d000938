create function public.open_claim_tasks(
  claim_id uuid,
  override_id uuid default null,
  evidence_id uuid default null,
  change jsonb default '{}',
  assignee_id uuid default null,
  due_on date default null
)
returns jsonb
language plpgsql
volatile
security definer -- tasks are written by commands only
set search_path = ''
set statement_timeout = '30s'
as $$
#variable_conflict use_column
declare
  most constant integer := 500;
  claim public.claims;
  -- Where the caller only reads, others decide what is to be done.
  writable uuid[];
  readable uuid[];
  made jsonb := '[]';
  remaining bigint := 0;
  refused bigint := 0;
  item record;
  task_id uuid;
  outcome text;
  problem text;
begin
  perform private.require_functions();
  perform private.begin_summary();
  writable := private.brands_permitting('claim.write') || private.brands_permitting('content.edit');
  -- No lock of the claim: the look for its sentences takes time, and what it finds holds whatever becomes of the claim.
  claim := private.claim_to_write(open_claim_tasks.claim_id, is_for_author => true);
  readable := array(
    select each from unnest(private.brands_permitting('content.read')) as each where each <> all (writable)
  );
  select found.total into refused
  from private.impact_items(
    open_claim_tasks.claim_id, open_claim_tasks.override_id, open_claim_tasks.evidence_id, open_claim_tasks.change, 1,
    only_brands => readable, are_without_task => true
  ) as found;
  refused := coalesce(refused, 0);
  for item in
    -- A second call goes on after the tasks of the first one.
    select found.*
    from private.impact_items(
      open_claim_tasks.claim_id, open_claim_tasks.override_id, open_claim_tasks.evidence_id, open_claim_tasks.change,
      most, only_brands => writable, are_without_task => true
    ) as found
  loop
    remaining := greatest(item.total - most, 0);
    task_id := null;
    problem := null;
    begin
      if assignee_id is not null and not private.is_active_member(assignee_id, item.brand_id) then
        perform private.refuse(400, 'the assignee is no active member of the brand');
      end if;
      insert into private.claim_tasks (
        brand_id, kind, claim_id, evidence_id, content_id, market, title, sentence, draft, mark, due_on, assignee_id,
        created_by
      )
      values (
        item.brand_id, 'claim_changed', claim.id, open_claim_tasks.evidence_id, item.content_id, item.market,
        private.cut_text(format('Review "%s" in %s: %s', claim.text ->> 'original', item.market, item.effect), 500),
        item.sentence, item.draft, item.start_offset, open_claim_tasks.due_on, open_claim_tasks.assignee_id, auth.uid()
      )
      on conflict do nothing
      returning claim_tasks.id into task_id;
      outcome := case when task_id is null then 'exists' else 'opened' end;
      if task_id is not null then
        perform private.append_event(item.brand_id, 'claim', claim.id, 'ClaimTaskOpened', jsonb_build_object(
          'taskId', task_id, 'contentId', item.content_id, 'market', item.market
        ));
      end if;
    exception when others then
      outcome := 'failed';
      problem := case when sqlstate like 'PT%' then sqlerrm else 'this could not be stored' end;
    end;
    made := made || jsonb_build_object(
      'content_id', item.content_id, 'market', item.market, 'sentence', item.sentence, 'draft', item.draft,
      'outcome', outcome, 'task_id', task_id, 'problem', problem
    );
  end loop;
  perform private.send_summary('open_claim_tasks');
  return jsonb_build_object('items', made, 'remaining', remaining, 'refused', refused);
end;
$$;
comment on function public.open_claim_tasks is
'Opens a task with a drafted replacement for each sentence that read_claim_impact lists and that has no open one, at
most 500. Requires that the caller may write the claim, and claim.write or content.edit in the brand of a sentence.
Returns {items, remaining, refused}: items have the outcome opened, exists or failed; remaining counts the sentences for
further calls, refused those in brands where the caller only reads. Without an assignee a task is for the admins of its
brand.';
grant execute on function public.open_claim_tasks to authenticated, service_role;
