insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
(
  'brand-files', 'brand-files', false, 100 * 1024 * 1024,
  array[
    'image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/pdf', 'text/plain', 'text/csv',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation', 'video/mp4', 'application/zip'
  ]
),
('avatars', 'avatars', false, 5 * 1024 * 1024, array['image/jpeg', 'image/png', 'image/webp'])
on conflict (id) do nothing;
