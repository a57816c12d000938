create type private.notice as (
  source_id uuid, user_id uuid, brand_id uuid, permission text, actor_id uuid, category text, type text, event text,
  title text, message text, action_url text, content_id uuid, bundle_key text, bundle_noun text, subject text,
  rank integer, is_urgent boolean, is_pushed boolean, is_shared boolean, metadata jsonb
);
comment on type private.notice is
'What one person is to be told of one thing. source_id: told once for it. permission: without it in the brand the person
is not told. actor_id: is not told. bundle_noun and subject make the title of several: 5 comments on “Launch”. rank: of
several about one source the least is told. is_urgent: passes quiet hours. is_pushed: goes to mail and chats at once.
is_shared: fits the chats of a brand as well.';

create function private.are_channel_choices(choices jsonb)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  return private.is_sound_json(choices, 5000, 3) and jsonb_typeof(choices) = 'object' and not exists (
    select from jsonb_each(choices) as choice
    where
      choice.key not in ('tasks', 'content', 'comments', 'digests', 'quota', 'system', 'marketing')
      or not private.has_shape(
        choice.value, '{"in_app": "flag", "email": "flag", "slack": "flag", "teams": "flag", "webhook": "flag"}'
      )
  );
end;
$$;
comment on function private.are_channel_choices is
'Whether JSON has choices by category and channel, all of them true or false.';
grant execute on function private.are_channel_choices to authenticated, service_role;
