create function private.check_elements(brand uuid, rich jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  sent constant jsonb := rich -> 'elements';
  taken jsonb;
begin
  if sent is null then
    return;
  end if;
  taken := coalesce((select brands.settings -> 'richText' from public.brands where brands.id = brand), 'null');
  taken := private.as_array(taken);
  if not (taken @> sent and sent @> taken) then
    perform private.refuse(409, 'the brand takes other elements now: send the texts again', jsonb_build_array(
      jsonb_build_object('field', 'settings.richText', 'code', 'ELEMENTS_CHANGED', 'message', taken::text)
    ));
  end if;
end;
$$;
comment on function private.check_elements is
'Refuses with 409 texts that were sanitised for other elements than the brand takes (settings.richText), and names those
in the message of the detail. rich: see private.kept_texts; without elements, the texts are the same for every brand.';

create function private.is_html_field(form jsonb, key text)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return jsonb_path_exists(
    form, '$[*] ? (@.id == $key && (@.type == "rich_text" || @.type == "html" || @.type == "faq"))',
    jsonb_build_object('key', key)
  );
end;
$$;
comment on function private.is_html_field is 'Whether a field of a form holds HTML, or HTML among its parts.';

create function private.kept_texts(form jsonb, given jsonb, rich jsonb, out fields jsonb, out plain text[])
language plpgsql
immutable
set search_path = ''
as $$
declare
  entry record;
  is_html boolean;
begin
  fields := given;
  plain := '{}';
  for entry in select each.key, each.value from jsonb_each(private.as_object(rich -> 'texts')) as each loop
    is_html := case
      when form is null then entry.value -> 'is_markup' = 'true' else private.is_html_field(form, entry.key)
    end;
    if is_html then
      if entry.value ? 'html' then
        fields := jsonb_set(fields, array[entry.key], entry.value -> 'html');
      end if;
    else
      plain := plain || ('fields.' || entry.key);
    end if;
  end loop;
end;
$$;
comment on function private.kept_texts is
'Returns the fields of a content as they are kept, and the paths of those that are kept as typed though they have `<` or
`&`. given: as typed. rich: {texts: {key: {html, is_markup}}, elements}: of each such text how it reads as HTML, if that
differs, and whether it looks like HTML, which decides where no form tells. form: null without a template.';

create function private.plain_texts_after(former public.contents, changed public.contents, plain text[])
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  if changed.excerpt ~ '[<&]' then
    plain := plain || 'excerpt'::text;
  end if;
  if plain = '{}' and former.plain_texts = '{}' then
    return plain;
  end if;
  -- A text that was sent again as it is kept stays what it is: HTML of before there were kinds of texts.
  return array(
    select listed.path
    from (
      select path, true as is_former from unnest(former.plain_texts) as path
      union
      select path, false from unnest(plain) as path
    ) as listed
    where listed.is_former = case
      when listed.path = 'excerpt' then changed.excerpt is not distinct from former.excerpt
      else changed.fields -> substr(listed.path, 8) is not distinct from former.fields -> substr(listed.path, 8)
    end
    order by listed.path
  );
end;
$$;
comment on function private.plain_texts_after is
'Returns the plain_texts of a content after a change. plain: the paths of fields that were sent and are kept as typed.';

create function private.plain_proposals(form jsonb, proposed jsonb)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  if proposed::text !~ '[<&]' then
    return '{}';
  end if;
  return array(
    select 'fields.' || entry.key
    from jsonb_each(proposed) as entry
    where entry.value::text ~ '[<&]' and not private.is_html_field(form, entry.key)
    order by entry.key
  );
end;
$$;
comment on function private.plain_proposals is
'Returns the paths of values of fields of a form, such as those that a model proposes, that are text with `<` or `&`.';

create function private.plain_defaults(former public.contents, changed public.contents, given jsonb)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
  shown constant jsonb := changed.fields
    - array(select jsonb_object_keys(former.fields)) - array(select jsonb_object_keys(private.as_object(given)));
begin
  -- Few edits show a field, and the form takes a look at the template.
  if shown::text !~ '[<&]' then
    return '{}';
  end if;
  return private.plain_proposals(private.content_form(former), shown);
end;
$$;
comment on function private.plain_defaults is
'Returns the paths of default values that an edit shows (private.edited_fields) and that are text with `<` or `&`.
given: the fields that were sent.';
