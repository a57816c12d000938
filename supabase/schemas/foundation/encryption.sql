-- Types of columns that hold personal data which SQL cannot read: the application encrypts it (ADR 12).
create domain private.ciphertext as text
check (value ~ '^v[0-9]{1,4}\.[A-Za-z0-9_-]{38,}$' and char_length(value) <= 10000);
comment on domain private.ciphertext is
'AES-GCM by the application: key version, then base64url of nonce, ciphertext and tag. Clear text does not fit.';

create domain private.blind_index as text
check (value ~ '^v[0-9]{1,4}\.[0-9a-f]{64}$');
comment on domain private.blind_index is
'A keyed hash (HMAC-SHA-256) of a value that is stored encrypted, to look it up.';
