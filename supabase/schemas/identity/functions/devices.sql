create function public.forget_device(device_id uuid)
returns void
language plpgsql
volatile
security invoker -- under the policies of the table
set search_path = ''
as $$
begin
  perform private.require_functions();
  delete from public.trusted_devices
  where trusted_devices.id = forget_device.device_id and trusted_devices.user_id = auth.uid();
  if not found then
    perform private.refuse(404, 'device not found');
  end if;
end;
$$;
comment on function public.forget_device is
'Deletes a remembered device of the caller, which then needs the second factor again; 404 where there is none.';
grant execute on function public.forget_device to authenticated;
