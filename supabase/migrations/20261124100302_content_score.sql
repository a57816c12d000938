-- How good a content is (domain §3), written with each change of it.

create function private.content_score(content public.contents)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  form jsonb := coalesce(private.content_form(content), '[]');
  hidden text [] := private.hidden_fields(form, content.fields);
  written text := private.visible_characters(content.body);
  words integer;
  has_image boolean;
  completeness numeric;
  quality numeric;
  compliance numeric := case when private.has_open_violations(content) then 0 else 100 end;
  alignment numeric := (
    select found.alignment from private.content_alignments as found where found.content_id = content.id
  );
begin
  select coalesce(100.0 * count(*) filter (where not private.is_blank(content.fields -> (field ->> 'id')))
    / nullif(count(*), 0), 100)
  into completeness
  from jsonb_array_elements(form) as field
  where (field ->> 'required')::boolean and field ->> 'id' <> all (hidden);
  select
    private.word_count(written || ' ' || coalesce(string_agg(private.visible_characters(entry.value #>> '{}'), ' ')
      filter (where field ->> 'type' in ('rich_text', 'html', 'plain_text', 'long_text')), '')),
    coalesce(bool_or(field ->> 'type' = 'image' and not private.is_blank(entry.value)), false)
      or not private.is_blank(content.metadata -> 'ogImage')
  into words, has_image
  from jsonb_each(content.fields) as entry
  left join jsonb_array_elements(form) as field on field ->> 'id' = entry.key;
  quality := greatest(0, 100
    - case when words < 50 then 30 when words < 100 then 15 else 0 end
    - case when private.is_blank(content.metadata -> 'metaDescription') then 10 else 0 end
    - case when private.is_blank(content.metadata -> 'metaTitle') then 10 else 0 end
    - case when has_image then 0 else 10 end);
  return jsonb_build_object(
    'completeness', round(completeness, 1), 'quality', quality, 'compliance', compliance, 'alignment', alignment,
    -- Until a model has assessed the alignment, the other parts are the whole.
    'score', round(
      (0.3 * completeness + 0.3 * quality + 0.2 * compliance + coalesce(0.2 * alignment, 0))
      / case when alignment is null then 0.8 else 1 end, 1
    )
  );
end;
$$;
comment on function private.content_score is
'{completeness, quality, compliance, alignment, score}, each 0 to 100 (domain §3); alignment null until assessed.';
