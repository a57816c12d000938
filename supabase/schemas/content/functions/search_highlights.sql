-- What a search marks in the texts that it found (ADR 74).

create function private.letter_pattern(letter text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- The letters that private.search_letters takes for one.
  letters constant jsonb :=
    '{"a": "[aAÀÁÂÃÄÅàáâãäåĀāĂăĄąǍǎǞǟǠǡǺǻȀȁȂȃȦȧḀḁẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặ]", "ae": "(?:[aA][eE]|[ÆæǢǣǼǽ])",'
    '"b": "[bBḂḃḄḅḆḇ]", "c": "[cCÇçĆćĈĉĊċČčḈḉ]", "d": "[dDÐðĎďĐđḊḋḌḍḎḏḐḑḒḓ]",'
    '"e": "[eEÈÉÊËèéêëĒēĔĕĖėĘęĚěƏȄȅȆȇȨȩəḔḕḖḗḘḙḚḛḜḝẸẹẺẻẼẽẾếỀềỂểỄễỆệ]", "f": "[fFḞḟ]", "g": "[gGĜĝĞğĠġĢģǦǧǴǵḠḡ]",'
    '"h": "[hHĤĥĦħȞȟḢḣḤḥḦḧḨḩḪḫẖ]", "i": "[iIÌÍÎÏìíîïĨĩĪīĬĭĮįİıƗǏǐȈȉȊȋɨḬḭḮḯỈỉỊị]", "j": "[jJĴĵǰ]",'
    '"k": "[kKĶķǨǩḰḱḲḳḴḵ]", "l": "[lLĹĺĻļĽľŁłḶḷḸḹḺḻḼḽ]", "m": "[mMḾḿṀṁṂṃ]", "n": "[nNÑñŃńŅņŇňǸǹṄṅṆṇṈṉṊṋ]",'
    '"o": "[oOÒÓÔÕÖØòóôõöøŌōŎŏŐőƠơǑǒǪǫǬǭǾǿȌȍȎȏȪȫȬȭȮȯȰȱṌṍṎṏṐṑṒṓỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợ]",'
    '"oe": "(?:[oO][eE]|[Œœ])", "p": "[pPṔṕṖṗ]", "r": "[rRŔŕŖŗŘřȐȑȒȓṘṙṚṛṜṝṞṟ]", "s": "[sSŚśŜŝŞşŠšȘșṠṡṢṣṤṥṦṧṨṩẛ]",'
    '"ss": "(?:[sS][sS]|[ßẞ])", "t": "[tTŢţŤťŦŧȚțṪṫṬṭṮṯṰṱẗ]", "th": "(?:[tT][hH]|[Þþ])",'
    '"u": "[uUÙÚÛÜùúûüŨũŪūŬŭŮůŰűŲųƯưǓǔǕǖǗǘǙǚǛǜȔȕȖȗɄʉṲṳṴṵṶṷṸṹṺṻỤụỦủỨứỪừỬửỮữỰự]", "v": "[vVṼṽṾṿ]",'
    '"w": "[wWŴŵẀẁẂẃẄẅẆẇẈẉẘ]", "x": "[xXẊẋẌẍ]", "y": "[yYÝýÿŶŷŸȲȳẎẏẙỲỳỴỵỶỷỸỹ]", "z": "[zZŹźŻżŽžƵƶẐẑẒẓẔẕ]",'
    '"ʒ": "[ʒƷǮǯ]", "α": "[αΑΆάἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏὰάᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾰᾱᾲᾳᾴᾶᾷᾸᾹᾺΆᾼ]", "ε": "[εΕΈέἐἑἒἓἔἕἘἙἚἛἜἝὲέῈΈ]",'
    '"η": "[ηΗΉήἠἡἢἣἤἥἦἧἨἩἪἫἬἭἮἯὴήᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟῂῃῄῆῇῊΉῌ]", "ι": "[ιΙΊΐΪίϊἰἱἲἳἴἵἶἷἸἹἺἻἼἽἾἿὶίιῐῑῒΐῖῗῘῙῚΊ]",'
    '"ο": "[οΟΌόὀὁὂὃὄὅὈὉὊὋὌὍὸόῸΌ]", "ρ": "[ρΡῤῥῬ]", "σ": "[σΣς]", "υ": "[υΥΎΫΰϋύϓϔὐὑὒὓὔὕὖὗὙὛὝὟὺύῠῡῢΰῦῧῨῩῪΎ]",'
    '"ω": "[ωΩΏώὠὡὢὣὤὥὦὧὨὩὪὫὬὭὮὯὼώᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯῲῳῴῶῷῺΏῼ]", "а": "[аАӐӑӒӓ]", "г": "[гГЃѓҐґ]", "е": "[еЕЀЁѐёӖӗ]",'
    '"ж": "[жЖӁӂӜӝ]", "з": "[зЗӞӟ]", "и": "[иИЍѝӢӣӤӥ]", "к": "[кКЌќ]", "о": "[оОӦӧ]", "у": "[уУӮӯӰӱӲӳ]",'
    '"ч": "[чЧӴӵ]", "ы": "[ыЫӸӹ]", "э": "[эЭӬӭ]", "ѵ": "[ѵѴѶѷ]", "ә": "[әӘӚӛ]", "ө": "[өӨӪӫ]", "ا": "[ااآأإ]",'
    '"و": "[ووؤ]", "ي": "[ييئ]", "ہ": "[ہہۂ]", "ے": "[ےےۓ]", "ە": "[ەەۀ]"}';
begin
  return coalesce(letters ->> letter, '[' || letter || upper(letter) || ']');
end;
$$;
comment on function private.letter_pattern is
'Returns a regular expression for a letter as texts write it: with or without accents, small or capital.';

create function private.search_marks(clauses private.search_clause[], terms tsquery)
returns private.search_marks
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- What is not wanted is not in querytree().
  words constant text [] := array(
    select distinct found.word[1]
    from regexp_matches(querytree(terms), '''((?:[^'']|'''')+)''', 'g') as found (word)
    where found.word[1] !~ ('[' || private.between_words() || ']')
    limit 40
  );
  style constant text := '[\U0001f3fb-\U0001f3ff\ufe0f\u20e3]*';
  emoji constant text := '(?:' || private.search_symbols() || ')' || style;
  clause private.search_clause;
  marks private.search_marks;
  patterns text [];
  word text;
begin
  foreach word in array words loop
    -- Without the last letter of longer words, which stems change: happi, happy. Then the rest of the word.
    patterns := patterns || (
      select string_agg(
        private.letter_pattern(letter[1]) || '[' || private.accents() || ']*', '[''’‐‑-]?' order by place
      )
      from regexp_matches(
        case when char_length(word) > 4 then regexp_replace(word, '(?:ss|ae|oe|th|.)$', '') else word end,
        'ss|ae|oe|th|.', 'g'
      ) with ordinality as found (letter, place)
    );
  end loop;
  if patterns is not null then
    patterns := array[
      '(?:\m|(?<=[_' || private.spaceless_letters() || '])|(?<=[[:lower:]])(?=[[:upper:]]))(?:' || array_to_string(patterns, '|') || ')'
      '[^' || private.between_words() || ']*'
    ];
    marks.words := (select string_agg(quote_literal(item), ' | ') from unnest(words) as item)::tsquery;
  end if;
  foreach clause in array clauses loop
    if not clause.is_excluded then
      patterns := patterns || array(
        select case when run[1] ~ ('^[' || private.spaceless_letters() || ']') then run[1] else
          -- An emoji that is joined to others is marked with these.
          '(?:' || emoji || '\u200d)*' || run[1] || style || '(?:\u200d' || emoji || ')*'
        end
        from regexp_matches(clause.typed || ' ' || private.search_letters(clause.typed), private.unspaced_pattern(), 'g')
          as found (run)
      );
    end if;
  end loop;
  marks.pattern := nullif(array_to_string(patterns, '|'), '');
  return marks;
end;
$$;
comment on function private.search_marks is
'Returns what to mark in the texts that a search found: a regular expression for words that may be meant, and the words
that are.';

create function private.marked(written text, marks private.search_marks, language regconfig)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- The marks are characters of the private use area, so that HTML in the text stays text.
  plain constant text := translate(written, E'\uE000\uE001', '');
  found_text text;
  candidate text;
begin
  if marks.pattern is null then
    return plain;
  end if;
  found_text := regexp_replace(plain, marks.pattern, E'\uE000\\&\uE001', 'g');
  for candidate in
    select distinct found.word[1]
    from regexp_matches(found_text, E'\uE000([^\uE001]+)\uE001', 'g') as found (word)
    limit 100
  loop
    -- Begins like a word that is wanted, and may be another one.
    if
      marks.words is not null and candidate !~ ('^(?:' || private.unspaced_pattern() || ')')
      and not private.text_words(candidate, language) @@ marks.words
    then
      found_text := replace(found_text, E'\uE000' || candidate || E'\uE001', candidate);
    end if;
  end loop;
  return found_text;
end;
$$;
comment on function private.marked is 'Returns a text with the words that a search wanted between U+E000 and U+E001.';

create function private.cut_around(marked text, place integer)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  cut text := substr(marked, greatest(place - 60, 1), 200);
begin
  -- Between words, where these have spaces.
  if place > 61 then
    cut := regexp_replace(cut, '^\S{0,30}\s+', '');
  end if;
  if char_length(marked) > greatest(place - 60, 1) + 199 then
    cut := regexp_replace(cut, '\s+\S{0,30}$', '');
  end if;
  return cut;
end;
$$;
comment on function private.cut_around is 'Returns about 200 characters of a text from around a place.';

create function private.text_highlight(plain text, marks private.search_marks, language regconfig)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  marked constant text := private.marked(left(plain, 20000), marks, language);
  place integer := strpos(marked, E'\uE000');
  first constant text := private.cut_around(marked, greatest(place, 1));
  seen text [];
  rest text;
  piece text;
begin
  if place = 0 then
    return first;
  end if;
  -- A second part shows a word that the first one does not.
  seen := array(select lower(word[1]) from regexp_matches(first, E'\uE000([^\uE001]+)', 'g') as found (word));
  rest := substr(marked, place + 140);
  for piece in
    select found.word[1] from regexp_matches(rest, E'\uE000([^\uE001]+)\uE001', 'g') as found (word) limit 200
  loop
    if lower(piece) <> all (seen) then
      return first || ' … ' || private.cut_around(rest, strpos(rest, E'\uE000' || piece || E'\uE001'));
    end if;
  end loop;
  return first;
end;
$$;
comment on function private.text_highlight is
'Cuts out of a text what a search matched: from around the first mark, and around the first other word that is marked.
Looks at 20,000 characters.';
