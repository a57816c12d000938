"""Claims: what may be said of products in each market, and whether texts keep to it."""
