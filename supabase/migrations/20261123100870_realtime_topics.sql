-- Who may listen to what: the one question that the policy on realtime.messages asks.

-- Security definer: finds the brand of a topic's subject, which the caller may not be able to read.
create function private.may_join_topic(topic text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select case split_part(topic, ':', 1)
    when 'brand' then subject.id in (select private.brand_ids('viewer'))
    when 'content' then exists (
      select 1 from public.contents
      where
        contents.id = subject.id
        and contents.deleted_at is null
        and contents.brand_id in (select private.brand_ids('viewer'))
    )
    when 'workflow' then exists (
      select 1 from public.workflow_instances as instance
      where instance.id = subject.id and instance.brand_id in (select private.brand_ids('viewer'))
    )
    when 'ai' then exists (
      select 1 from public.ai_generations as generation
      where generation.id = subject.id and generation.brand_id in (select private.brand_ids('viewer'))
    )
    when 'user' then subject.id = auth.uid()
    else false
  end
  from (
    select case
      when topic ~ '^[a-z]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then split_part(topic, ':', 2)::uuid
    end as id
  ) as subject
  where subject.id is not null;
$$;
comment on function private.may_join_topic is
'Whether the caller may listen to brand:{id}, content:{id}, workflow:{id}, ai:{id} or user:{id}.';
grant execute on function private.may_join_topic to authenticated, service_role;
