-- Texts as people write them: which of them are the same, and where one may be cut.

create function private.folded_case(written text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  -- Wide and narrow forms, a matter of layout. The voicing marks at the end belong to the letter before them.
  wide constant text :=
    '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯ'
    'ＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～'
    '｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀ'
    'ﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ' || E'\u3000';
  usual constant text :=
    '!"#$%&''()*+,-./0123456789:;<=>?@abcdefghijklmno'
    'pqrstuvwxyz[\]^_`abcdefghijklmnopqrstuvwxyz{|}~'
    '。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタ'
    'チツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン' || E'\u3099\u309a ';
  -- What readers do not see: see _UNSEEN of lib/core/texts.py.
  unseen constant text := E'[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e'
    '\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]';
  folded text;
begin
  if octet_length(written) = char_length(written) then
    return lower(written collate "C");
  end if;
  folded := replace(lower(written collate pg_catalog.pg_c_utf8), 'ß', 'ss');
  -- Letters that are themselves and nothing else: most texts of Europe have no others.
  if folded !~ E'[^\u0001-\u007f\u00e0-\u0130\u0132-\u0148\u014a-\u017e\u0430-\u045f]' then
    return folded;
  end if;
  -- The tables of PostgreSQL itself, letter by letter: the same on every machine, whatever the locale of the database.
  -- By way of the upper case, both small sigmas are one letter, and so are i and the dotless i.
  folded := lower(upper(
    translate(regexp_replace(normalize(written, nfc), unseen, '', 'g'), wide, usual) collate pg_catalog.pg_c_utf8
  ));
  if folded ~ '[ßﬀ-ﬆ]' then
    folded := replace(replace(replace(replace(folded, 'ß', 'ss'), 'ﬃ', 'ffi'), 'ﬄ', 'ffl'), 'ﬀ', 'ff');
    folded := replace(replace(replace(replace(folded, 'ﬁ', 'fi'), 'ﬂ', 'fl'), 'ﬅ', 'st'), 'ﬆ', 'st');
  end if;
  -- The dot that some systems leave behind an i when they write a Turkish capital small.
  return normalize(regexp_replace(folded, E'i\u0307+', 'i', 'g'), nfc);
end;
$$;
comment on function private.folded_case is
'Returns a text as it is compared where case makes no difference: names, tags, conditions, claims, queries. In NFC, of
small letters, without what nobody sees; ß is ss, every i is one letter, and full-width letters are as others
(ADR 73). lib/core/texts.py has the same in Python.';
grant execute on function private.folded_case to authenticated, service_role;

create function private.small_letters(address text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  -- Letter by letter, as Auth does.
  return lower(normalize(address, nfc) collate pg_catalog.pg_c_utf8);
end;
$$;
comment on function private.small_letters is
'Returns an e-mail address as Auth stores it. Unlike folded_case it keeps letters apart that mail servers tell apart.';
grant execute on function private.small_letters to authenticated, service_role;

create function private.short_key(folded text, most integer)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  return case when char_length(folded) > most then left(folded, most - 32) || md5(folded) else folded end;
end;
$$;
comment on function private.short_key is
'Returns a key of so many characters at most. Of a longer one, the end is a hash of the whole.';
grant execute on function private.short_key to authenticated, service_role;

create function private.name_key(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  -- An entry of an index has 2,700 bytes at most.
  return private.short_key(private.folded_case(name), 400);
end;
$$;
comment on function private.name_key is 'Returns what is unique of a name: see folded_case. For indexes.';
grant execute on function private.name_key to authenticated, service_role;

create function private.holds_text(written text, sought text)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  return strpos(private.folded_case(written), private.folded_case(sought)) > 0;
end;
$$;
comment on function private.holds_text is 'Whether a text holds another one, also in another case: see folded_case.';
grant execute on function private.holds_text to authenticated, service_role;

create function private.is_boundary(before text, after text)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  former constant text := right(before, 1);
  next_code constant integer := ascii(after);
  former_code constant integer := ascii(former);
begin
  if former = '' or next_code = 0 then
    return true;
  elsif next_code < 768 and former_code < 768 then
    return not (next_code = 10 and former_code = 13);
  end if;
  return not (
    -- Grapheme_Cluster_Break: Extend, SpacingMark and ZWJ, of Unicode 15. Written here, it is read once.
    next_code <@ int4multirange
    '{[768,880),[1155,1162),[1425,1470),[1471,1472),[1473,1475),[1476,1478),[1479,1482),[1552,1563),[1611,1632),'
    '[1648,1649),[1750,1757),[1759,1765),[1767,1769),[1770,1774),[1809,1810),[1840,1867),[1958,1969),[2027,2036),'
    '[2045,2046),[2070,2074),[2075,2084),[2085,2088),[2089,2094),[2137,2140),[2199,2208),[2250,2274),[2275,2308),'
    '[2362,2365),[2366,2384),[2385,2392),[2402,2404),[2433,2436),[2492,2493),[2494,2510),[2519,2520),[2530,2532),'
    '[2558,2564),[2620,2642),[2672,2674),[2677,2678),[2689,2692),[2748,2749),[2750,2766),[2786,2788),[2810,2820),'
    '[2876,2877),[2878,2904),[2914,2916),[2946,2947),[3006,3022),[3031,3032),[3072,3077),[3132,3133),[3134,3159),'
    '[3170,3172),[3201,3204),[3260,3261),[3262,3287),[3298,3300),[3315,3332),[3387,3389),[3390,3406),[3415,3416),'
    '[3426,3428),[3457,3460),[3530,3552),[3570,3572),[3633,3634),[3635,3643),[3655,3663),[3761,3762),[3763,3773),'
    '[3784,3791),[3864,3866),[3893,3894),[3895,3896),[3897,3898),[3902,3904),[3953,3973),[3974,3976),[3981,4029),'
    '[4038,4039),[4141,4152),[4153,4159),[4182,4186),[4190,4193),[4209,4213),[4226,4227),[4228,4231),[4237,4238),'
    '[4253,4254),[4957,4960),[5906,5910),[5938,5941),[5970,5972),[6002,6004),[6068,6100),[6109,6110),[6155,6158),'
    '[6159,6160),[6277,6279),[6313,6314),[6432,6460),[6679,6684),[6741,6753),[6754,6755),[6757,6784),[6832,6917),'
    '[6964,6981),[7019,7028),[7040,7043),[7073,7086),[7142,7156),[7204,7224),[7376,7379),[7380,7401),[7405,7406),'
    '[7412,7413),[7415,7418),[7616,7680),[8204,8206),[8400,8433),[11503,11506),[11647,11648),[11744,11776),'
    '[12330,12336),[12441,12443),[42607,42611),[42612,42622),[42654,42656),[42736,42738),[43010,43011),'
    '[43014,43015),[43019,43020),[43043,43048),[43052,43053),[43136,43138),[43188,43206),[43232,43250),'
    '[43263,43264),[43302,43310),[43335,43348),[43392,43396),[43443,43457),[43493,43494),[43561,43575),'
    '[43587,43588),[43596,43598),[43644,43645),[43696,43697),[43698,43701),[43703,43705),[43710,43712),'
    '[43713,43714),[43755,43760),[43765,43767),[44003,44011),[44012,44014),[64286,64287),[65024,65040),'
    '[65056,65072),[65438,65440),[66045,66046),[66272,66273),[66422,66427),[68097,68112),[68152,68160),'
    '[68325,68327),[68900,68904),[68969,68974),[69291,69293),[69323,69376),[69446,69457),[69506,69510),'
    '[69632,69635),[69688,69703),[69744,69745),[69747,69749),[69759,69763),[69808,69819),[69826,69827),'
    '[69888,69891),[69927,69941),[69957,69959),[70003,70004),[70016,70019),[70067,70081),[70089,70093),'
    '[70094,70096),[70188,70200),[70206,70207),[70209,70210),[70367,70379),[70400,70404),[70459,70461),'
    '[70462,70478),[70487,70488),[70498,70627),[70709,70727),[70750,70751),[70832,70852),[71087,71105),'
    '[71132,71134),[71216,71233),[71339,71352),[71453,71456),[71458,71468),[71724,71739),[71984,71999),'
    '[72000,72001),[72002,72004),[72145,72161),[72164,72165),[72193,72203),[72243,72250),[72251,72255),'
    '[72263,72264),[72273,72284),[72330,72346),[72544,72552),[72751,72768),[72850,72887),[73009,73030),'
    '[73031,73032),[73098,73112),[73200,73201),[73459,73463),[73472,73474),[73475,73476),[73524,73539),'
    '[73562,73563),[78912,78913),[78919,78934),[90398,90416),[92912,92917),[92976,92983),[94031,94032),'
    '[94033,94099),[94180,94194),[113821,113823),[118528,118599),[119079,119081),[119141,119146),[119149,119155),'
    '[119163,119171),[119173,119180),[119210,119214),[119362,119365),[119376,119426),[121344,121399),'
    '[121403,121453),[121461,121462),[121476,121477),[121499,121520),[122880,122923),[123023,123024),'
    '[123184,123191),[123566,123567),[123628,123632),[124140,124144),[124398,124662),[125136,125143),'
    '[125252,125259),[127995,128000),[917536,918000)}'
    -- A joiner between emoji, and a mark that joins two consonants of an Indic script
    or former ~ E'[\u200d\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1a60\u1b44\u1bab\ua9c0\uaaf6]'
    -- A prefix of Arabic and Indic numbers
    or former ~ E'[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e]'
    -- The letters of a Korean syllable
    or (after ~ E'^[\u1100-\u115f\ua960-\ua97c\uac00-\ud7a3]' and former ~ E'[\u1100-\u115f\ua960-\ua97c]')
    or (after ~ E'^[\u1160-\u11ff\ud7b0-\ud7fb]'
    and former ~ E'[\u1100-\u11ff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb]')
    -- The two letters of a flag
    or (next_code between 127462 and 127487
    and char_length(substring(before from E'[\U0001F1E6-\U0001F1FF]+$')) % 2 = 1)
  );
end;
$$;
comment on function private.is_boundary is
'Whether two texts that follow each other may be parted: not within a character as readers see it (UAX #29). In doubt it
says no.';

create function private.cut_text(written text, most integer)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  size integer := most;
begin
  if char_length(written) <= most then
    return written;
  elsif octet_length(left(written, most + 1)) = most + 1 and substr(written, most, 2) <> E'\r\n' then
    return left(written, most);
  end if;
  -- Nobody writes longer ones; a letter with a hundred accents is cut.
  while size > most - 50 and size >= 0 loop
    if private.is_boundary(substr(written, greatest(size - 99, 1), least(size, 100)), substr(written, size + 1, 1)) then
      return left(written, size);
    end if;
    size := size - 1;
  end loop;
  return left(written, most);
end;
$$;
comment on function private.cut_text is
'Returns the beginning of a text, so many characters at most, without a part of a character as readers see it: an emoji,
a flag, a letter with its accents. lib/core/texts.py has the same in Python.';
grant execute on function private.cut_text to authenticated, service_role;
