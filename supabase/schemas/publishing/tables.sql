create table private.delivery_settings (
  brand_id uuid primary key references public.brands (id) on delete cascade,
  mode text not null check (mode in ('public', 'private', 'off')),
  key_hash text check (key_hash ~ '^[0-9a-f]{64}$'),
  site_url text check (char_length(site_url) <= 500 and site_url ~ '^https://[^[:space:]<>"@{}\\]+$'),
  url_pattern text check (
    char_length(url_pattern) <= 500
    and url_pattern ~ '^https://[^[:space:]<>"@{}\\/?#]+/[^[:space:]<>"@\\]*$'
    and url_pattern ~ '^[^{}]*([{]type[}][^{}]*)?[{]slug[}][^{}]*([{]type[}][^{}]*)?$'
  ),
  names_models boolean not null default false,
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  check (mode <> 'private' or key_hash is not null)
);
comment on table private.delivery_settings is 'How a brand delivers its published contents; without a row to everyone.';
comment on column private.delivery_settings.mode is
'public: to everyone; private: to holders of the key; off: to nobody.';
comment on column private.delivery_settings.key_hash is 'SHA-256 of the key, which is random and shown once.';
comment on column private.delivery_settings.site_url is 'The page of the brand''s website that feeds belong to.';
comment on column private.delivery_settings.url_pattern is
'The address of a content on the website of the brand, with {slug} and perhaps {type} in it.';
comment on column private.delivery_settings.names_models is 'Whether delivery names the models that wrote values.';
create index delivery_settings_updated_by_idx on private.delivery_settings (updated_by);
alter table private.delivery_settings enable row level security;
