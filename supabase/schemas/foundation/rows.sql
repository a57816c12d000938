create function private.stamp_row()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.created_at := now();
    if 'actors' = any (tg_argv) then
      new.created_by := auth.uid();
    end if;
    if 'version' = any (tg_argv) then
      new.version := 1;
    end if;
  else
    new.id := old.id;
    new.created_at := old.created_at;
    if 'actors' = any (tg_argv) then
      new.created_by := old.created_by;
    end if;
    if 'version' = any (tg_argv) then
      new.version := old.version + 1;
    end if;
  end if;
  if 'actors' = any (tg_argv) then
    new.updated_by := auth.uid();
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_row is
'Writes id, times, and as the arguments say actors and version: never what the client sent.';

create function private.keep_brand()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.brand_id is distinct from old.brand_id then
    perform private.refuse(403, 'nothing moves from one brand to another');
  end if;
  return new;
end;
$$;
comment on function private.keep_brand is 'Refuses an update that would move a row to another tenant, whoever asks.';
