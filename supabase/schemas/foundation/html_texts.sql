-- The text of HTML as readers see it. lib/core/html_text.py does the same; tests/cases/text_of_html.json tests both.

create function private.named_characters()
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Those of HTML 4, and apos.
  select '{
    "AElig": 198, "Aacute": 193, "Acirc": 194, "Agrave": 192, "Alpha": 913, "Aring": 197, "Atilde": 195, "Auml":
    196, "Beta": 914, "Ccedil": 199, "Chi": 935, "Dagger": 8225, "Delta": 916, "ETH": 208, "Eacute": 201, "Ecirc":
    202, "Egrave": 200, "Epsilon": 917, "Eta": 919, "Euml": 203, "Gamma": 915, "Iacute": 205, "Icirc": 206,
    "Igrave": 204, "Iota": 921, "Iuml": 207, "Kappa": 922, "Lambda": 923, "Mu": 924, "Ntilde": 209, "Nu": 925,
    "OElig": 338, "Oacute": 211, "Ocirc": 212, "Ograve": 210, "Omega": 937, "Omicron": 927, "Oslash": 216, "Otilde":
    213, "Ouml": 214, "Phi": 934, "Pi": 928, "Prime": 8243, "Psi": 936, "Rho": 929, "Scaron": 352, "Sigma": 931,
    "THORN": 222, "Tau": 932, "Theta": 920, "Uacute": 218, "Ucirc": 219, "Ugrave": 217, "Upsilon": 933, "Uuml": 220,
    "Xi": 926, "Yacute": 221, "Yuml": 376, "Zeta": 918, "aacute": 225, "acirc": 226, "acute": 180, "aelig": 230,
    "agrave": 224, "alefsym": 8501, "alpha": 945, "amp": 38, "and": 8743, "ang": 8736, "apos": 39, "aring": 229,
    "asymp": 8776, "atilde": 227, "auml": 228, "bdquo": 8222, "beta": 946, "brvbar": 166, "bull": 8226, "cap": 8745,
    "ccedil": 231, "cedil": 184, "cent": 162, "chi": 967, "circ": 710, "clubs": 9827, "cong": 8773, "copy": 169,
    "crarr": 8629, "cup": 8746, "curren": 164, "dArr": 8659, "dagger": 8224, "darr": 8595, "deg": 176, "delta": 948,
    "diams": 9830, "divide": 247, "eacute": 233, "ecirc": 234, "egrave": 232, "empty": 8709, "emsp": 8195, "ensp":
    8194, "epsilon": 949, "equiv": 8801, "eta": 951, "eth": 240, "euml": 235, "euro": 8364, "exist": 8707, "fnof":
    402, "forall": 8704, "frac12": 189, "frac14": 188, "frac34": 190, "frasl": 8260, "gamma": 947, "ge": 8805, "gt":
    62, "hArr": 8660, "harr": 8596, "hearts": 9829, "hellip": 8230, "iacute": 237, "icirc": 238, "iexcl": 161,
    "igrave": 236, "image": 8465, "infin": 8734, "int": 8747, "iota": 953, "iquest": 191, "isin": 8712, "iuml": 239,
    "kappa": 954, "lArr": 8656, "lambda": 955, "lang": 9001, "laquo": 171, "larr": 8592, "lceil": 8968, "ldquo":
    8220, "le": 8804, "lfloor": 8970, "lowast": 8727, "loz": 9674, "lrm": 8206, "lsaquo": 8249, "lsquo": 8216, "lt":
    60, "macr": 175, "mdash": 8212, "micro": 181, "middot": 183, "minus": 8722, "mu": 956, "nabla": 8711, "nbsp":
    160, "ndash": 8211, "ne": 8800, "ni": 8715, "not": 172, "notin": 8713, "nsub": 8836, "ntilde": 241, "nu": 957,
    "oacute": 243, "ocirc": 244, "oelig": 339, "ograve": 242, "oline": 8254, "omega": 969, "omicron": 959, "oplus":
    8853, "or": 8744, "ordf": 170, "ordm": 186, "oslash": 248, "otilde": 245, "otimes": 8855, "ouml": 246, "para":
    182, "part": 8706, "permil": 8240, "perp": 8869, "phi": 966, "pi": 960, "piv": 982, "plusmn": 177, "pound": 163,
    "prime": 8242, "prod": 8719, "prop": 8733, "psi": 968, "quot": 34, "rArr": 8658, "radic": 8730, "rang": 9002,
    "raquo": 187, "rarr": 8594, "rceil": 8969, "rdquo": 8221, "real": 8476, "reg": 174, "rfloor": 8971, "rho": 961,
    "rlm": 8207, "rsaquo": 8250, "rsquo": 8217, "sbquo": 8218, "scaron": 353, "sdot": 8901, "sect": 167, "shy": 173,
    "sigma": 963, "sigmaf": 962, "sim": 8764, "spades": 9824, "sub": 8834, "sube": 8838, "sum": 8721, "sup": 8835,
    "sup1": 185, "sup2": 178, "sup3": 179, "supe": 8839, "szlig": 223, "tau": 964, "there4": 8756, "theta": 952,
    "thetasym": 977, "thinsp": 8201, "thorn": 254, "tilde": 732, "times": 215, "trade": 8482, "uArr": 8657,
    "uacute": 250, "uarr": 8593, "ucirc": 251, "ugrave": 249, "uml": 168, "upsih": 978, "upsilon": 965, "uuml": 252,
    "weierp": 8472, "xi": 958, "yacute": 253, "yen": 165, "yuml": 255, "zeta": 950, "zwj": 8205, "zwnj": 8204
  }'::jsonb;
$$;
comment on function private.named_characters is
'Returns the code points of the characters that references in HTML name: {amp: 38}.';

create function private.numbered_character(reference text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  is_hexadecimal constant boolean := reference ~ '^#[xX]';
  digits constant text := ltrim(rtrim(reference, ';'), '#xX0');
  point integer := 0;
begin
  if digits <> '' and char_length(digits) <= 7 then
    point := case when is_hexadecimal then ('x' || lpad(digits, 8, '0'))::bit(32)::integer else digits::integer end;
  end if;
  return case
    when point = 0 or point > 1114111 or point between 55296 and 57343 then chr(65533)
    -- Control characters: as white space, or as Windows-1252 has them, which pages older than Unicode mean.
    when point < 32 then ' '
    when point between 128 and 159 then substr(
      '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ', point - 127, 1
    )
    else chr(point)
  end;
end;
$$;
comment on function private.numbered_character is
'Returns the character of a reference by number, such as #8211; or #x2013; and U+FFFD for a number that has none.';

create function private.without_references(plain text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  names jsonb;
begin
  -- The sanitiser writes no others.
  if plain collate "C" !~ '&(?!(?:amp|lt|gt|quot|nbsp);)[a-zA-Z#]' then
    return replace(replace(replace(replace(replace(
      plain, '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&nbsp;', chr(160)), '&amp;', '&'
    );
  end if;
  names := private.named_characters();
  return (
    select string_agg(
      case
        when piece.place = 1 then piece.written
        when left(found.reference, 1) = '#'
          then private.numbered_character(found.reference)
            || substr(piece.written, char_length(found.reference) + 1)
        when names ? rtrim(found.reference, ';')
          then chr((names ->> rtrim(found.reference, ';'))::integer)
            || substr(piece.written, char_length(found.reference) + 1)
        else '&' || piece.written
      end, '' order by piece.place
    )
    from unnest(string_to_array(plain, '&')) with ordinality as piece (written, place)
    cross join lateral (
      -- Numbers need no semicolon, names do.
      select substring(
        piece.written collate "C" from '^(?:#(?:[0-9]+|[xX][0-9a-fA-F]+);?|[a-zA-Z][a-zA-Z0-9]*;)'
      ) as reference
    ) as found
  );
end;
$$;
comment on function private.without_references is
'Replaces references of HTML, such as &amp; and &#8211; by their characters. Unknown names stay as they are.';

create function private.on_one_line(plain text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  -- Unicode's White_Space and the control characters. Single spaces, which most are, need no replacement.
  return btrim(regexp_replace(
    plain collate "C",
    '[\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]{2,}'
    '|[\u0001-\u001f\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]', ' ', 'g'
  ));
end;
$$;
comment on function private.on_one_line is
'Reduces each run of white space, also of spaces that do not break, to one space, and removes it at both ends.';

create function private.word_count(plain text)
returns integer
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- Ideographs and kana: their scripts have no spaces, and readers count each.
  ideographs constant text := '\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff'
    '\uff66-\uff9f\U00020000-\U0003fffd';
  -- White space, and the punctuation of these scripts.
  separators constant text := '\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000'
    '\u3001-\u3004\u3008-\u3040\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65';
begin
  return regexp_count(plain collate "C", '[' || ideographs || ']|[^' || separators || ideographs || ']+');
end;
$$;
comment on function private.word_count is
'Counts the words of a text: runs of characters that are no white space, and each ideograph.';

create function private.bare_tags(markup text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- What follows the name of a tag. A `>` within quotes does not end it, and quotes count only in values.
  rest constant text := '(?:[^=>]|=[ \t\n\f\r]*(?:"[^"]*(?:"|$)|''[^'']*(?:''|$)'
    '|[^ \t\n\f\r"''>][^ \t\n\f\r>]*(?=[ \t\n\f\r>]|$)|(?=>|$)))*(?:>|$)';
  -- Elements that set lines apart have names of letters and digits.
  name constant text := '</?[a-z][a-z0-9:._@-]*';
  hidden constant text := '<{}(?=[ \t\n\f\r/>]|$)' || rest || '(?:[^<]|<(?!/{}[ \t\n\f\r/>]))*(?:</{}' || rest || '|$)';
begin
  -- Each of these ends at the end of the text at the latest, so no search is in vain and the time is linear.
  return regexp_replace(
    regexp_replace(
      markup collate "C",
      '<!--(?:-?>|(?!-?>)(?:[^-]|-(?!-!?>))*(?:--!?>|$))|<(?:[!?]|/(?=[^a-z]))[^>]*(?:>|$)'
      || '|' || replace(hidden, '{}', 'script') || '|' || replace(hidden, '{}', 'style')
      || '|(' || name || '(?=[ \t\n\f\r/>]|$)' || rest || ')'
      || '|</?[a-z][^ \t\n\f\r/>]*(?=[ \t\n\f\r/>]|$)' || rest,
      E'\u0001\\1', 'gi'
    ),
    '(' || name || ')(?=[ \t\n\f\r/>]|$)' || rest, '\1>', 'gi'
  );
end;
$$;
comment on function private.bare_tags is
'Reduces the tags of HTML to their names, and puts U+0001 in place of comments, scripts, styles and odd tags.';

create function private.text_of_html(markup text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  plain text collate "C" := translate(markup, chr(1), ' ');
  -- Elements that begin and end a line, also cells of tables, and those that show a picture or a control: the words on
  -- both sides are different ones.
  apart constant text := ' p br div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd dir menu table caption tr td th thead tbody '
    'tfoot hr pre listing xmp plaintext blockquote center address article aside body head html details summary dialog '
    'fieldset legend figure figcaption header footer hgroup main nav search section title select option optgroup '
    'textarea form img picture svg canvas video audio iframe embed object input button ';
begin
  if strpos(plain, '<') > 0 then
    -- No editor writes these, and the sanitiser removes them: comments, scripts, `<` or `>` within a tag.
    if plain ~* (
      '<(?:[^a-z/]|/[^a-z]|[^<>]*(?:<|$)|[^<>]*=[ \t\n\f\r]*(?:"[^"<>]*>|''[^''<>]*>)'
      '|(?:script|style)[ \t\n\f\r/>])'
    ) then
      plain := private.bare_tags(plain);
    end if;
    -- What the sanitiser keeps in every brand. The mark of tags inside a line stays until the references are read:
    -- `&<b>amp;` is no ampersand.
    plain := regexp_replace(plain, '</?(?:p|br)>', ' ', 'g');
    plain := regexp_replace(plain, '</?(?:strong|em|u|a)(?:[ \t\n\f\r/][^>]*)?>', chr(1), 'g');
  end if;
  if strpos(plain, '<') > 0 then
    -- Cut and put together, which takes a tenth of the time of a regular expression for so many names.
    plain := (
      select string_agg(
        case
          when part.place = 1 then part.written
          when lower(left(ltrim(left(part.written, 2), '/'), 1)) not between 'a' and 'z' then '<' || part.written
          else case when strpos(apart, ' ' || tag.name || ' ') > 0 then ' ' else chr(1) end
            || substr(part.written, strpos(part.written, '>') + 1)
        end, '' order by part.place
      )
      from unnest(string_to_array(plain, '<')) with ordinality as part (written, place)
      cross join lateral (
        select lower(split_part(translate(
          ltrim(left(part.written, 14), '/'), E' \t\n\f\r/', '>>>>>>'
        ), '>', 1)) as name
      ) as tag
    );
  end if;
  if strpos(plain, '&') > 0 then
    plain := private.without_references(plain);
  end if;
  return private.on_one_line(replace(plain, chr(1), ''));
end;
$$;
comment on function private.text_of_html is
'Returns the text of HTML on one line. Tags inside a line vanish, those of blocks are one space, references are read.
Comments, scripts, styles and unfinished tags are no text.';

create function private.text_of_value(value text, kind text default null)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return case
    when kind in ('rich_text', 'html') then private.text_of_html(value)
    -- Without a template nobody knows: HTML has an element of its own, or a reference that the sanitiser writes.
    when
      (kind is null or kind = 'faq') and value collate "C" ~* (
        '</?(?:p|br|strong|em|u|a|b|i|s|ul|ol|li|h[1-6]|table|thead|tbody|tr|td|th|blockquote|pre|code|img|div|span)'
        '(?:[ \t\n\f\r/][^<>]*)?>|&(?:amp|lt|gt|quot|nbsp);|&#[0-9]{1,7};|&#x[0-9a-f]{1,6};'
      ) then private.text_of_html(value)
    else value
  end;
end;
$$;
comment on function private.text_of_value is
'Returns the text of a value of a content, which is HTML or plain by the type of its field. kind: null if that is not
known.';
