create function private.latin_letters(written text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  -- Letters that no accent explains: Latin, Greek, Cyrillic, Armenian, Georgian, and the letters of Korean syllables.
  -- Other scripts cannot be read letter by letter.
  letters constant text :=
    'ðøđħıĸłŋŧƀƃƈƌƒƙƚƞƥƭƴƶǝǥʒȝȡȥȴȵȶȷȼȿɀɇɉɋɍɏɓɔɖɗəɛɠɣɨɩɫɲɵʀʈʉʊʋƿⱡⱥⱦⱨⱪⱬꝑꝓꞓꞑꞡꞣ'
    'ꞥꞧꞩαβγδεζηικλμνξοπρσςτυφωабвгдезиклмнопрстуфыэіґјћѳѵқңүұһәөҳҷҡҙҫաբգդեզ'
    'էըթիլկհմյնոպջռսվտրւփքօֆაბგდევზთიკლმნოპრსტუფქყჯჰƫɕɦɬɭɱɳɼɽɾʂʐʑʝʠᵬᵭᵮᵯᵰᵱᵲᵳ'
    'ᵴᵵᵶᵽᶀᶁᶂᶃᶄᶅᶆᶇᶈᶉᶊᶌᶍᶎᶏᶑᶒᶖᶙỿⱱⱳⱴⱸⱺꝁꝃꝅꝉꝋꝍꝕꝗꝙꝟꞎꞔꞕꞗꞙꞹꟈꟊꬴꬷꬸꬹꬺꬻꭉꭎꭒꭖꭗꭘꭙꭚ';
  read_as constant text :=
    'dodhiklntbbcdfklnptyzegzydzlntjcszejqryboddeeggiilnortuuvwlathkzppcngk'
    'nrsavgdeziiklmnxoprsstyfoabvgdeziklmnoprstufyeigjcfiqnuuhaohjqzsabgdez'
    'eytilkhmynopjrsvtrwpkofabgdevztiklmnoprstupkqjhtchllmnrrrszzjqbdfmnprr'
    'stzpbdfgklmnprsvxzadeiuyvwveokkkloopqqvlchbfudselllmnruuxxxxy';
  korean constant text :=
    E'\u1100\u1102\u1103\u1105\u1106\u1107\u1109\u110c\u110f\u1110\u1111\u1112\u1161\u1166\u1169\u116e'
    '\u1175\u11a8\u11a9\u11aa\u11ab\u11ac\u11ad\u11ae\u11af\u11b0\u11b1\u11b2\u11b3\u11b4\u11b5\u11b6'
    '\u11b7\u11b8\u11b9\u11ba\u11bb\u11bd\u11be\u11bf\u11c0\u11c1\u11c2';
  korean_read_as constant text := 'gndrmbsjktphaeouikkknnntlkmlllplmppttttktpt';
  silent constant text := 'ꞌʻʼʿʾꜣꜥъьӏ' || E'\u110b';
  several constant text [] := string_to_array(
    'l·l=ll ου=ou ß=ss æ=ae þ=th œ=oe ƣ=oi ȣ=ou ʃ=sh θ=th χ=ch ψ=ps ж=zh х=kh ц=ts ч=ch ш=sh щ=shch ю=yu '
    'я=ya є=ye ђ=dj љ=lj њ=nj џ=dz ѕ=dz ѣ=ye ғ=gh җ=zh ժ=zh խ=kh ծ=ts ձ=dz ղ=gh ճ=ch շ=sh չ=ch ց=ts ჟ=zh '
    'ღ=gh შ=sh ჩ=ch ც=ts ძ=dz წ=ts ჭ=ch ხ=kh '
    || E'\u1101=kk \u1104=tt \u1108=pp \u110a=ss \u110d=jj \u110e=ch \u1162=ae \u1163=ya \u1164=yae \u1165=eo '
    '\u1167=yeo \u1168=ye \u116a=wa \u116b=wae \u116c=oe \u116d=yo \u116f=wo \u1170=we \u1171=wi '
    '\u1172=yu \u1173=eu \u1174=ui \u11bc=ng ', ' '
  );
  latin text := written;
  pair text;
begin
  if octet_length(written) = char_length(written) then
    return lower(written collate "C");
  end if;
  -- NFKD puts accents behind their letters, as characters of their own, which are then dropped; of a ligature, a letter
  -- in a circle and a full-width letter it leaves the usual ones. Trade marks are no letters of a name.
  latin := translate(latin, '™℠', '');
  latin := regexp_replace(
    lower(normalize(latin, nfkd) collate pg_catalog.pg_c_utf8),
    E'[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f]', '', 'g'
  );
  -- Nothing that the lists have
  if latin !~ E'[\u00b7-\u1fff\u2c60-\u2c7f\ua720-\uab6f]' then
    return latin;
  end if;
  foreach pair in array several loop
    if pair <> '' then
      latin := replace(latin, split_part(pair, '=', 1), split_part(pair, '=', 2));
    end if;
  end loop;
  -- What is silent has no counterpart, and is dropped.
  return translate(latin, letters || korean || silent, read_as || korean_read_as);
end;
$$;
comment on function private.latin_letters is
'Returns a text in small letters of the Latin alphabet: without accents, and with the letters of other alphabets as they
are read. Letters of scripts that cannot be read one by one stay.';

create function private.cut_slug(slug text, most integer)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  head constant text := left(slug, most);
  words text;
begin
  if char_length(slug) <= most then
    return slug;
  elsif substr(slug, most + 1, 1) <> '-' then
    words := regexp_replace(head, '-[^-]*$', '');
    if char_length(words) >= most / 2 then
      return rtrim(words, '-');
    end if;
  end if;
  return rtrim(head, '-');
end;
$$;
comment on function private.cut_slug is
'Cuts a slug after a word, so many characters at most; within a word only if it is longer than half of that.';

create function private.slugify(title text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return private.cut_slug(btrim(regexp_replace(private.latin_letters(slugify.title), '[^a-z0-9]+', '-', 'g'), '-'), 80);
end;
$$;
comment on function private.slugify is
'Makes a slug from a title: a-z, 0-9 and hyphens, 80 characters at most. Empty where no letter can be read.';

create function private.is_reserved_slug(slug text)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return slug ~ (
    '^(con|prn|aux|nul|(com|lpt)[0-9]|index|home|feed|rss|atom|sitemap|robots|llms|llms-full|favicon|manifest|api|admin'
    '|login|logout|search|new|edit|page|tag|tags|category|categories|null|undefined|true|false)$'
  );
end;
$$;
comment on function private.is_reserved_slug is
'Whether a slug is a name of websites or systems of files: none is made of a title, but whoever asks for it gets it.';

create function private.free_brand_slug(name text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  base constant text := coalesce(nullif(private.slugify(name), ''), 'brand');
  free text := base;
begin
  for number in 2 .. 100 loop
    exit when not private.is_reserved_slug(free) and not exists (select from public.brands where brands.slug = free);
    free := base || '-' || number;
  end loop;
  return free;
end;
$$;
comment on function private.free_brand_slug is 'Returns a slug for a brand of this name which no other brand has.';

create function private.claim_slug(
  brand uuid, content_id uuid, wished text, is_exact boolean, is_new boolean default false
)
returns text
language plpgsql
volatile
security definer -- nobody may write slugs by themselves
set search_path = ''
as $$
declare
  -- A title that cannot be read: a part of the id, which no other content has.
  base constant text := coalesce(nullif(wished, ''), 'content-' || right(content_id::text, 10));
  suffix text := '';
  candidate text;
begin
  for attempt in 1 .. 20 loop
    candidate := case when suffix = '' then base else private.cut_slug(base, 80 - char_length(suffix)) || suffix end;
    suffix := '-' || case
      when attempt < 10 then (attempt + 1)::text else substr(md5(content_id::text || attempt), 1, 8)
    end;
    continue when not is_exact and private.is_reserved_slug(candidate);
    insert into private.content_slugs (brand_id, slug, content_id)
    values (brand, candidate, claim_slug.content_id)
    on conflict on constraint content_slugs_pkey do nothing;
    if found and is_new then
      return candidate;
    elsif found or exists (
      select from private.content_slugs as held
      where held.brand_id = brand and held.slug = candidate and held.content_id = claim_slug.content_id
    ) then
      delete from private.content_slugs as former
      where former.brand_id = brand and former.content_id = claim_slug.content_id and former.slug <> candidate;
      return candidate;
    end if;
    exit when is_exact;
  end loop;
  perform private.refuse(409, 'another content of the brand has this slug', jsonb_build_array(jsonb_build_object(
    'field', 'slug', 'code', 'DUPLICATE_VALUE', 'message', 'choose another one'
  )));
end;
$$;
comment on function private.claim_slug is
'Claims a slug for a content, releases its former one and returns it. Where another content holds the slug, or it is
reserved, adds a number, or refuses with 409 if it must be exact. is_new: the content holds no slug yet.';
