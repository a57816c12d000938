create function private.has_open_violations(content public.contents)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
  written jsonb;
begin
  -- Most contents have no open review of claims: their texts need not be compared.
  if not exists (
    select from public.claim_reviews as review
    where
      review.content_id = content.id and review.violations > 0 and review.overridden_at is null and review.is_current
  ) then
    return false;
  end if;
  written := private.edited_part(private.content_state(content));
  return exists (
    select from public.claim_reviews as review
    where
      review.content_id = content.id
      and review.violations > 0
      and review.overridden_at is null
      and review.is_current
      -- A check of another market tells what would be wrong there, and keeps nothing from being published here.
      and (review.source <> 'check' or review.country = any (private.markets_to_check(content.brand_id)))
      and case
        -- Not by its version, which may be an autosave and is dropped after some others.
        when review.checked_text is not null then review.checked_text = md5(written::text)
        else exists (
          select from public.content_versions as checked
          where
            checked.content_id = content.id
            and checked.version = review.content_version
            and private.edited_part(checked.snapshot) = written
        )
      end
  );
end;
$$;
comment on function private.has_open_violations is
'Whether a check of the present text of a content found a violation of a claim that nobody has overridden with a
reason. Reviews from before their text was recorded are compared by their version.';

create function private.content_completeness(content public.contents, form jsonb)
returns numeric
language plpgsql
stable
set search_path = ''
as $$
declare
  hidden constant text [] := private.hidden_fields(form, private.as_object(content.fields));
  field jsonb;
  required integer := 0;
  filled integer := 0;
begin
  for position in 0 .. jsonb_array_length(form) - 1 loop
    field := form -> position;
    if field -> 'required' = 'true' and field ->> 'id' <> all (hidden) then
      required := required + 1;
      filled := filled + (not private.is_blank(content.fields -> (field ->> 'id'), field ->> 'type'))::integer;
    end if;
  end loop;
  return case when required = 0 then 100 else 100.0 * filled / required end;
end;
$$;
comment on function private.content_completeness is 'Returns the share of required fields that have a value, 0 to 100.';

create function private.content_quality(content public.contents, form jsonb)
returns numeric
language plpgsql
stable
set search_path = ''
as $$
declare
  fields constant jsonb := private.as_object(content.fields);
  written text := private.text_of_html(content.body);
  has_image boolean := not private.is_blank(content.metadata -> 'ogImage');
  field jsonb;
  value jsonb;
  words integer;
begin
  for position in 0 .. jsonb_array_length(form) - 1 loop
    field := form -> position;
    value := fields -> (field ->> 'id');
    if value is not null and field ->> 'type' in ('rich_text', 'html') then
      written := written || ' ' || coalesce(private.text_of_html(value #>> '{}'), '');
    elsif value is not null and field ->> 'type' in ('plain_text', 'long_text') then
      written := written || ' ' || coalesce(value #>> '{}', '');
    elsif field ->> 'type' = 'image' and not private.is_blank(value) then
      has_image := true;
    end if;
  end loop;
  words := private.word_count(written);
  return greatest(0, 100
    - case when words < 50 then 30 when words < 100 then 15 else 0 end
    - case when private.is_blank(content.metadata -> 'metaDescription') then 10 else 0 end
    - case when private.is_blank(content.metadata -> 'metaTitle') then 10 else 0 end
    - case when has_image then 0 else 10 end);
end;
$$;
comment on function private.content_quality is
'Returns 100 less what a content lacks: words in body and text fields, meta description, meta title, an image.';

create function private.content_score(content public.contents)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  form constant jsonb := coalesce(private.content_form(content), '[]');
  completeness constant numeric := private.content_completeness(content, form);
  quality constant numeric := private.content_quality(content, form);
  compliance constant numeric := case when private.has_open_violations(content) then 0 else 100 end;
  alignment constant numeric := (
    select found.alignment from private.content_alignments as found where found.content_id = content.id
  );
begin
  return jsonb_build_object(
    'completeness', round(completeness, 1), 'quality', quality, 'compliance', compliance, 'alignment', alignment,
    -- Until a model has assessed the alignment, the score consists of the other parts.
    'score', round(
      (0.3 * completeness + 0.3 * quality + 0.2 * compliance + coalesce(0.2 * alignment, 0))
      / case when alignment is null then 0.8 else 1 end, 1
    )
  );
end;
$$;
comment on function private.content_score is
'Returns the score of a content and its parts, each 0 to 100 (domain §3):
{completeness, quality, compliance, alignment, score}. alignment is null until it is assessed.';

create function private.new_score(content public.contents)
returns numeric
language plpgsql
stable
set search_path = ''
as $$
declare
  form constant jsonb := coalesce(private.content_form(content), '[]');
begin
  -- Of a content that is being created: nobody has checked or assessed it.
  return round((
    0.3 * private.content_completeness(content, form) + 0.3 * private.content_quality(content, form) + 20
  ) / 0.8, 1);
end;
$$;
comment on function private.new_score is 'Returns the score of a content that is being created.';

create function private.changed_score(former public.contents, changed public.contents)
returns numeric
language plpgsql
stable
set search_path = ''
as $$
begin
  -- The parts of the score that an update can change: completeness and quality by these columns, compliance by any edit
  -- of a text that a review objects to.
  if
    former.score is not null
    and (
      (former.fields, former.metadata, former.body, former.template_id, former.template_version)
      is not distinct from
      (changed.fields, changed.metadata, changed.body, changed.template_id, changed.template_version)
    )
    and not exists (
      select from public.claim_reviews as review
      where review.content_id = changed.id and review.violations > 0 and review.overridden_at is null
    )
  then
    return former.score;
  end if;
  return private.content_score(changed) ->> 'score';
end;
$$;
comment on function private.changed_score is
'Returns the score of a content after an update: the former one where the update changed no part of it.';

create function private.rescore_content()
returns trigger
language plpgsql
security definer -- nobody may write the score by themselves
set search_path = ''
as $$
begin
  -- Only where the score differs: an update without a difference would count as a change of the content.
  update public.contents set score = rescored.score
  from (
    select contents.id, (private.content_score(contents) ->> 'score')::numeric as score
    from public.contents where contents.id = new.content_id
  ) as rescored
  where contents.id = rescored.id and contents.score is distinct from rescored.score;
  return null;
end;
$$;
comment on function private.rescore_content is
'Writes the score of a content after a claims review or an assessment of its alignment.';

create function public.record_alignment(content_id uuid, content_version integer, alignment numeric)
returns void
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  insert into private.content_alignments (content_id, brand_id, content_version, alignment)
  select contents.id, contents.brand_id, record_alignment.content_version, record_alignment.alignment
  from public.contents
  where contents.id = record_alignment.content_id
  on conflict (content_id) do update
    set
      content_version = excluded.content_version, alignment = excluded.alignment, assessed_at = now();
$$;
comment on function public.record_alignment is
'For the service: records how well a content fits the voice of its brand, 0 to 100.';
grant execute on function public.record_alignment to service_role;

create function public.score_content(content_id uuid)
returns jsonb
language plpgsql
stable
security definer -- reads claims reviews and templates for readers of the content
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_visible_content(content_id);
  select * into content from public.contents where contents.id = score_content.content_id;
  return private.content_score(content);
end;
$$;
comment on function public.score_content is 'Returns the score of a content and its parts: see private.content_score.';
grant execute on function public.score_content to authenticated, service_role;
