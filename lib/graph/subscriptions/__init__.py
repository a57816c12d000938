"""Subscriptions of GraphQL: what they follow, and the two ways in which they travel."""
