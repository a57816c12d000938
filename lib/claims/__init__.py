"""Claims, products and ingredients. Their rules are in supabase/schemas/claims."""
