-- Whether readers see anything of a text. lib/core/filled.py does the same; tests/cases/filled.json tests both.

create function private.beginning_of_html(markup text, most integer)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return case
    when char_length(markup) <= most then markup
    else regexp_replace(left(markup, most) collate "C", '[<&][^<>&;]*$', '')
  end;
end;
$$;
comment on function private.beginning_of_html is
'Returns the first characters of HTML, at most so many, without a tag or a reference that they end within.';

create function private.unseen_characters()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Default_Ignorable_Code_Point, format characters (but those that enclose numbers), marks that belong to no script,
  -- which show nothing alone, and the blank characters of some scripts.
  select
    '\u00ad\u0300-\u036f\u0485\u0486\u061c\u064b-\u0655\u0670\u0951-\u0954\u115f\u1160\u17b4\u17b5'
    '\u180b-\u180f\u1ab0-\u1af0\u1cd0-\u1cd2\u1cd4-\u1ce0\u1ce2-\u1ce8\u1ced\u1cf4\u1cf8\u1cf9\u1dc0-\u1dff'
    '\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20f0\u2800\u302a-\u302d\u3099\u309a\u3164\ufe00-\ufe0f'
    '\ufe20-\ufe2d\ufeff\uffa0\ufff0-\ufffb\U000101fd\U000102e0\U0001133b\U00013430-\U0001343f'
    '\U00013441\U00013442\U0001bca0-\U0001bca3\U0001cf00-\U0001cf2d\U0001cf30-\U0001cf46\U0001d127\U0001d128'
    '\U0001d159\U0001d167-\U0001d169\U0001d173-\U0001d182\U0001d185-\U0001d18b\U0001d1aa-\U0001d1ad'
    '\U0001d25b\U0001d25c\U000e0000-\U000e0fff';
$$;
comment on function private.unseen_characters is
'Returns the characters that show nothing and are no white space, as they stand in brackets of a regular expression.';

create function private.shows_something(plain text)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return coalesce(plain collate "C" ~ (
    '[^'
    '\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000' || private.unseen_characters() || ']'
  ), false);
end;
$$;
comment on function private.shows_something is
'Whether readers see anything of a text: a character that is no space, filler, mark of direction or the like.';

create function private.seen_length(plain text)
returns integer
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return char_length(regexp_replace(
    private.on_one_line(plain), '[' || private.unseen_characters() || ']+', '', 'g'
  ));
end;
$$;
comment on function private.seen_length is
'Counts the characters of a text that show, and one for each run of white space between them: for least lengths.';

create function private.html_shows_something(markup text)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  -- The beginning tells it of nearly every text.
  return private.shows_something(private.text_of_html(private.beginning_of_html(markup, 1000)))
    or private.shows_something(private.text_of_html(markup))
    or coalesce(
      markup collate "C" ~* '<(?:img|picture|svg|video|audio|iframe|embed|object|canvas)[ \t\n\f\r/>]', false
    );
end;
$$;
comment on function private.html_shows_something is
'Whether readers see anything of HTML: a text that shows something, or a picture.';
