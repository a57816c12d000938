"""Budgets: what AI may cost a brand in a month."""
