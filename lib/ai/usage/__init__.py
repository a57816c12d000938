"""Usage: what AI was used for, and what it cost."""
