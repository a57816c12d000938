create function private.next_attempts(publication private.publications)
returns setof private.publication_channels
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- Much longer than an attempt may take (lib/publishing/saga): a target may still work on a request that nobody waits
  -- for any more. Whatever comes of it, the content may be there from now on.
  return query
    update private.publication_channels as channel
    set
      attempts = channel.attempts + 1, lease_number = channel.lease_number + 1,
      leased_until = now() + interval '60 seconds', due_at = now() + interval '60 seconds',
      is_standing = channel.is_standing or channel.state = 'pending'
    where
      channel.publication_id = publication.id and channel.state in ('pending', 'withdrawing')
      and channel.due_at <= now() and (channel.leased_until is null or channel.leased_until <= now())
    returning channel.*;
  update private.publications as present
  set due_at = coalesce((
    select min(channel.due_at) from private.publication_channels as channel
    where channel.publication_id = publication.id and channel.state in ('pending', 'withdrawing')
  ), now())
  where present.id = publication.id;
end;
$$;
comment on function private.next_attempts is
'Leases the attempts of a publication that are due to the caller, and returns them. The publication is due again when
the first of its attempts is.';

create function private.attempts_of(publication private.publications, content public.contents)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  return jsonb_build_object('attempts', coalesce((
    select jsonb_agg(jsonb_build_object(
      'channel_id', leased.channel_id, 'content_id', leased.content_id, 'version', publication.content_version,
      'is_publication', leased.state = 'pending', 'lease_number', leased.lease_number
    ) order by leased.channel_id)
    from private.next_attempts(publication) as leased
  ), '[]'));
end;
$$;
comment on function private.attempts_of is
'Leases the attempts of a publication that are due: see advance_publication.';
