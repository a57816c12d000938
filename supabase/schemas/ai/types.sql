create type public.generation_status as enum ('pending', 'completed', 'failed');

create type private.generation_form as (field_values jsonb, outputs jsonb, product_id uuid);
comment on type private.generation_form is
'What a generation is written from: the values of the fields, the output fields to fill (null for tools that fill no
template) and the product that it is about, if any.';
