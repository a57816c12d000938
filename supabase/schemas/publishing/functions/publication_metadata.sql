create function private.first_sentences(written text, most integer)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  line constant text := private.on_one_line(written);
begin
  if char_length(line) <= most then
    return nullif(line, '');
  end if;
  -- Never the beginning of a sentence: what follows may be what makes it true.
  return substring(left(line, most + 1) from '^(.*[.!?。！？])(?:\s.*)?$');
end;
$$;
comment on function private.first_sentences is
'Returns the first sentences of a text on one line, so many characters at most; null where not one of them fits.';

create function private.made_metadata(content public.contents)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  said constant jsonb := private.as_object(content.metadata);
  made jsonb := '{}';
  summary text;
begin
  if private.is_blank(said -> 'metaTitle') then
    made := jsonb_build_object('metaTitle', case when char_length(content.title) <= 60 then content.title end);
  end if;
  if private.is_blank(said -> 'metaDescription') then
    summary := private.first_sentences(
      private.text_of_value(content.excerpt, private.typed_kind(content, 'excerpt')), 155
    );
    -- Part of a text with claims may lack the words that another part adds to them.
    if summary is null and private.claims_state(content.brand_id) is null then
      -- The beginning is enough.
      summary := private.first_sentences(
        private.text_of_html(private.beginning_of_html(content.body, 1000)), 155
      );
    end if;
    -- Metadata is plain text, which holds no beginning of a tag.
    made := made || jsonb_build_object('metaDescription', regexp_replace(summary, '<+(?=[a-zA-Z/!?]|$)', '', 'g'));
  end if;
  return nullif(jsonb_strip_nulls(made), '{}');
end;
$$;
comment on function private.made_metadata is
'Returns the title and description for search engines that nobody wrote in a content, made from its title and text:
always the same of the same content. They are whole titles and whole sentences. Null where there are none, or people wrote
both.';

create function private.shown_metadata(content public.contents)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- a page of deliveries asks it for each of its contents
as $$
begin
  return (private.as_object(content.metadata) - 'targetAudience') || coalesce(
    (
      select kept.metadata from private.publications as kept
      where kept.content_id = content.id and kept.metadata is not null
      limit 1
    ), '{}'
  );
end;
$$;
comment on function private.shown_metadata is
'Returns the metadata of a content as websites and channels get it: what people wrote, and what was made where they
wrote nothing.';
