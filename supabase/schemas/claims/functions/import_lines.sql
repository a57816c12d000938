create function private.require_import_bounds(lines jsonb, item text, list text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
declare
  most_lines constant integer := 1000;
  most_names constant integer := 5000;
begin
  if jsonb_array_length(lines) > most_lines then
    perform private.refuse(400, format('an import has at most %s rows', most_lines));
  elsif (
    select sum(jsonb_array_length(private.as_array(each -> item -> list)))
    from jsonb_array_elements(lines) as each
  ) > most_names then
    perform private.refuse(400, format('an import names at most %s %s', most_names, list), jsonb_build_array(
      jsonb_build_object('field', list, 'code', 'VALUE_TOO_LONG', 'message', 'divide the file')
    ));
  end if;
end;
$$;
comment on function private.require_import_bounds is
'Raises 400 for an import of more than 1,000 lines, or of more than 5,000 names in the lists of their items.';

create function private.import_line(kind text, entry jsonb, known jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  return case kind
    when 'claim' then private.import_claim(entry -> 'claim', known)
    when 'claim_brand' then private.import_claim_brand(entry -> 'item')
    when 'product' then private.import_product(entry -> 'item')
    when 'ingredient' then private.import_ingredient(entry -> 'item')
  end;
end;
$$;
comment on function private.import_line is
'Writes what a line of an import says: {outcome, id}, where the outcome is made, linked or duplicates.';

create function private.import_lines(kind text, lines jsonb, known jsonb, is_dry_run boolean, is_whole boolean)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  entry jsonb;
  done jsonb;
  made jsonb := '[]';
  linked jsonb := '[]';
  duplicates jsonb := '[]';
  problems jsonb := '[]';
  code text;
  reason text;
  details text;
begin
  -- Writing the lines is the only check that forgets no rule; errors and dry runs undo it as a whole.
  begin
    if is_dry_run then
      -- Undone with the lines: nobody has to wait for the counters of what is not written.
      perform set_config('mixerai.claim_changes', 'dry run', true);
    elsif kind = 'claim' then
      -- Announced at the end, so that the other tenants of the catalogue wait for no more than that.
      perform set_config('mixerai.claim_changes', 'import', true);
      perform private.lock_imported(known);
    else
      perform private.lock_imported_catalogue(kind, lines);
    end if;
    for entry in select each from jsonb_array_elements(lines) as each loop
      begin
        done := private.import_line(kind, entry, known);
        case done ->> 'outcome'
          when 'made' then made := made || jsonb_build_object('line', entry -> 'line', 'id', done -> 'id');
          when 'linked' then linked := linked || (entry -> 'line');
          else duplicates := duplicates || (entry -> 'line');
        end case;
      exception
        when others then -- refusals are problems of the line; other errors fail the whole call
          get stacked diagnostics code = returned_sqlstate, reason = message_text, details = pg_exception_detail;
          if code = '23505' then
            duplicates := duplicates || (entry -> 'line');
          elsif private.http_status(code) is null then
            raise;
          else
            problems := problems || jsonb_build_object(
              'line', entry -> 'line', 'outcome', private.http_status(code), 'code', code, 'message', reason,
              'details', private.own_details(code, details)
            );
          end if;
      end;
    end loop;
    if is_dry_run or is_whole and problems <> '[]' then
      raise exception using errcode = 'ZZ001';
    end if;
    if kind = 'claim' then
      perform set_config('mixerai.claim_changes', '', true);
      perform private.announce_new_claims(array(select (each ->> 'id')::uuid from jsonb_array_elements(made) as each));
    end if;
  exception
    when sqlstate 'ZZ001' then
      null;
  end;
  return jsonb_build_object(
    'made', made, 'linked', linked, 'duplicates', duplicates, 'problems', problems,
    'is_written', not is_dry_run and not (is_whole and problems <> '[]')
  );
end;
$$;
comment on function private.import_lines is
'Writes the lines of an import: {made, linked, duplicates, problems, is_written}. Lines of what exists are duplicates.
is_whole: none if a line has a problem; else those without one. A dry run writes none.';
