"""Authentication of callers: tokens, sessions, API keys, cookies, and the guard that every route declares."""
