"""How much a caller may ask for: every number, the exact windows in KV, and overrides without a deploy."""
