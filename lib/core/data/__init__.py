"""The data API, KV and caches, as the caller or as the service."""
