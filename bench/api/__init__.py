"""Measures what requests cost: processor time of the function and of Postgres, latency and throughput."""
