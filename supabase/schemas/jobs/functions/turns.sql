create function private.set_back(task text, subject_id uuid, brand_id uuid, state text, message text)
returns void
language sql
volatile
set search_path = ''
as $$
  -- Messages of the database may quote what a tenant wrote. Only our own refusals are kept in words.
  insert into private.setbacks as known (task, subject_id, brand_id, reason, next_attempt_at)
  values (
    set_back.task, set_back.subject_id, set_back.brand_id,
    case
      when set_back.state ~ '^PT[0-9]{3}$' then left(set_back.message, 250) || ' (' || substr(set_back.state, 3) || ')'
      else 'SQLSTATE ' || set_back.state
    end,
    clock_timestamp() + private.retry_delay(1)
  )
  on conflict (task, subject_id) do update
    set
      attempts = known.attempts + 1, reason = excluded.reason,
      next_attempt_at = case
        when known.attempts >= 7 then 'infinity' else clock_timestamp() + private.retry_delay(known.attempts + 1)
      end,
      died_at = case when known.attempts >= 7 then clock_timestamp() end;
$$;
comment on function private.set_back is
'Records that a scheduled task failed with an item. Its next attempts come 5, 10, 20 … seconds later; after eight it is
set aside as a dead letter.';

create function private.clear_setback(task text, subject_id uuid)
returns void
language sql
volatile
set search_path = ''
as $$
  delete from private.setbacks
  where setbacks.task = clear_setback.task and setbacks.subject_id = clear_setback.subject_id;
$$;
comment on function private.clear_setback is 'Forgets the failures of a scheduled task with an item that is done.';

create function private.next_by_turns(
  task text, source regclass, condition text, due text, batch integer, of_deleted_brands boolean default true
)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  answer uuid[];
begin
  execute format(
    $statement$
      with recursive waiting (brand_id) as (
        (select item.brand_id from %1$s as item where %2$s order by item.brand_id limit 1)
        union all
        select (
          select item.brand_id from %1$s as item
          where %2$s and item.brand_id > waiting.brand_id
          order by item.brand_id limit 1
        )
        from waiting
        where waiting.brand_id is not null
      ),
      ready as (
        select found.id, found.turn, found.due
        from waiting
        inner join public.brands on brands.id = waiting.brand_id and ($3 or brands.deleted_at is null)
        cross join lateral (
          select item.id, %3$s as due, row_number() over (order by %3$s, item.id) as turn
          from %1$s as item
          where
            %2$s and item.brand_id = waiting.brand_id and %3$s <= now()
            and not exists (
              select from private.setbacks
              where
                setbacks.task = $1 and setbacks.subject_id = item.id
                and setbacks.next_attempt_at > clock_timestamp()
            )
          order by %3$s, item.id
          limit least($2, greatest(10000 / (select count(*) from waiting), 1))
        ) as found
        order by found.turn, found.due, found.id
        limit $2
      )
      select coalesce(array_agg(ready.id order by ready.turn, ready.due, ready.id), '{}') from ready
    $statement$,
    source, condition, due
  )
  into answer using task, greatest(batch, 0), of_deleted_brands;
  return answer;
end;
$$;
comment on function private.next_by_turns is
'Returns the ids of items of a table that are due, in the order of their turns: the first of each brand, then the second
of each. Finds the brands step by step in an index that begins with brand_id and has the condition, so that the number
of items does not matter. Leaves out items whose next attempt is later (private.setbacks). condition, and due, the
time: SQL about "item".';
