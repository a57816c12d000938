"""Webhooks: endpoints of brands, the queue of deliveries with its attempts, and signed events of other systems."""
