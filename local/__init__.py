"""Stand-ins for the outside world, to run the whole platform on one machine. Never deployed."""
