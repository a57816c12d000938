create trigger refuse_change before update or delete on public.audit_log
for each row execute function private.refuse_change();
create trigger refuse_truncate before truncate on public.audit_log
for each statement execute function private.refuse_change();
