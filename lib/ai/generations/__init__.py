"""Generations: one call of a tool each, from the reservation of its cost to its record (ADR 24)."""
