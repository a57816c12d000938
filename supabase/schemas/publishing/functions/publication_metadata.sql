create function private.first_words(written text, most integer)
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
  -- Up to the last space, if that keeps a good part of it: some languages have no spaces.
  return rtrim(coalesce(
    substring(left(line, most) from '^(.{' || most / 2 || ',})\s\S*$'), left(line, most - 1)
  ), ' ,;:.-') || '…';
end;
$$;
comment on function private.first_words is
'Returns the beginning of a text on one line, so many characters at most and cut between words; null of a blank one.';

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
    regexp_replace(left(markup, 4000), '(<[^>]*|&[a-zA-Z0-9#]*)$', ''), '<[^>]*>', ' ', 'g'
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
begin
  if private.is_blank(said -> 'metaTitle') then
    made := jsonb_build_object('metaTitle', private.first_words(content.title, 60));
  end if;
  if private.is_blank(said -> 'metaDescription') then
    made := made || jsonb_build_object('metaDescription', private.first_words(coalesce(
      nullif(btrim(regexp_replace(content.excerpt, '<[^>]*>', ' ', 'g')), ''),
      private.opening_words(content.body)
    ), 155));
  end if;
  return jsonb_strip_nulls(made);
end;
$$;
comment on function private.made_metadata is
'Returns the title and description for search engines that nobody wrote in a content, made from its title and text:
always the same of the same content.';

create function private.keep_made_metadata(content public.contents, publication_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
declare
  made constant jsonb := private.made_metadata(content);
begin
  if made = '{}' then
    delete from private.publication_metadata as kept where kept.content_id = content.id;
  else
    insert into private.publication_metadata (content_id, brand_id, publication_id, metadata)
    values (content.id, content.brand_id, publication_id, made)
    on conflict on constraint publication_metadata_pkey do update
    set publication_id = excluded.publication_id, metadata = excluded.metadata;
  end if;
end;
$$;
comment on function private.keep_made_metadata is 'Keeps what private.made_metadata makes, in place of what was kept.';

create function private.shown_metadata(content public.contents)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (private.as_object(content.metadata) - 'targetAudience') || coalesce(
    (select kept.metadata from private.publication_metadata as kept where kept.content_id = content.id), '{}'
  );
end;
$$;
comment on function private.shown_metadata is
'Returns the metadata of a content as websites and channels get it: what people wrote, and what was made where they
wrote nothing.';
