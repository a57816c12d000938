"""Fills docs/performance.md from a saved run: the budget, the targets, and what a large deployment needs and costs."""
