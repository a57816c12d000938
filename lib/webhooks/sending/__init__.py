"""The sending of webhooks: the calls of the service to the queue of deliveries."""
