create function private.may_join_topic(topic text)
returns boolean
language sql
stable
security definer -- finds the brand of a topic's subject, which the caller may not be able to read
set search_path = ''
as $$
  -- A brand's topic has the events of its contents, workflows, generations, claims and files: it requires the
  -- permissions to read all of them.
  select case split_part(topic, ':', 1)
    when 'brand' then private.permits(subject.id, 'content.read') and private.permits(subject.id, 'workflow.read')
      and private.permits(subject.id, 'ai.read') and private.permits(subject.id, 'claim.read')
      and private.permits(subject.id, 'file.read')
    when 'content' then exists (
      select 1 from public.contents
      where
        contents.id = subject.id
        and contents.deleted_at is null
        and private.permits(contents.brand_id, 'content.read')
    )
    when 'workflow' then exists (
      select 1 from public.workflow_instances as instance
      where instance.id = subject.id and private.permits(instance.brand_id, 'workflow.read')
        and private.permits(instance.brand_id, 'content.read')
    )
    when 'ai' then exists (
      select 1 from public.ai_generations as generation
      where generation.id = subject.id and private.permits(generation.brand_id, 'ai.read')
    )
    when 'user' then subject.id = auth.uid() and private.person_trusted()
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
'Whether the caller may subscribe to brand:{id}, content:{id}, workflow:{id}, ai:{id} or user:{id}.';
grant execute on function private.may_join_topic to authenticated, service_role;
