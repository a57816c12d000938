"""Web pages and images for prompts (ADR 26)."""
