"""MixerAI: bounded contexts over a shared core. `api` calls a context, a context calls the core."""
