"""Benchmarks. They print ratios, and no test asserts on their times."""
