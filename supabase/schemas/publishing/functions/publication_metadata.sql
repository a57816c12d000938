create function private.first_sentences(written text, most integer)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  line constant text := btrim(regexp_replace(written, '[\s[:cntrl:]]+', ' ', 'g'));
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

create function private.opening_words(markup text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- The beginning is enough, and may end within a tag or an entity.
  opening constant text := regexp_replace(
    regexp_replace(left(markup, 1000), '(<[^>]*|&[a-zA-Z0-9#]*)$', ''), '<[^>]*>', ' ', 'g'
  );
begin
  return regexp_replace(
    replace(replace(replace(opening, '&quot;', '"'), '&#39;', ''''), '&amp;', '&'), '&#?[a-zA-Z0-9]{1,10};', ' ', 'g'
  );
end;
$$;
comment on function private.opening_words is 'Returns the beginning of HTML as plain text.';

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
    summary := private.first_sentences(regexp_replace(content.excerpt, '<[^>]*>', ' ', 'g'), 155);
    -- Part of a text with claims may lack the words that another part adds to them.
    if summary is null and private.claims_state(content.brand_id) is null then
      summary := private.first_sentences(private.opening_words(content.body), 155);
    end if;
    made := made || jsonb_build_object('metaDescription', summary);
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
