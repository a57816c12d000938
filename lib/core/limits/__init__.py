"""Rate limits: every number in one file, the rules of paths, the windows in KV, and overrides without a deploy."""
