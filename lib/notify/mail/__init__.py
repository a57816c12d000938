"""Mail: the queue, composition, providers, suppression, unsubscribing and the events that providers report."""
