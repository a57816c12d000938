"""The main job from end to end, as its users do it: over HTTP and with the real Supabase client."""
