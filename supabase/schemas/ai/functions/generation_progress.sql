create function public.report_progress(generation_id uuid, progress jsonb)
returns void
language plpgsql
volatile
security definer -- callers may not write to realtime.messages themselves
set search_path = ''
as $$
begin
  perform private.require_functions();
  if not exists (
    select from public.ai_generations as generation
    where
      generation.id = report_progress.generation_id and generation.user_id = auth.uid()
      and generation.status = 'pending' and private.permits(generation.brand_id, 'ai.read')
      and private.scope_allows('ai.use')
  ) then
    perform private.refuse(404, 'generation not found');
  end if;
  if jsonb_typeof(progress) is distinct from 'object' or octet_length(progress::text) > 2000 then
    perform private.refuse(400, 'progress is a small object');
  end if;
  perform realtime.send(
    jsonb_build_object('type', 'AIGenerationProgress', 'requestId', generation_id, 'data', progress),
    'AIGenerationProgress', 'ai:' || generation_id, true
  );
end;
$$;
comment on function public.report_progress is
'Sends the progress of the caller''s own pending generation to the subscribers of ai:{id}; nothing is stored. progress:
an object of at most 2000 bytes.';
grant execute on function public.report_progress to authenticated, service_role;
