"""Stand-ins for outside services, to run the whole platform on one machine. Never deployed."""
