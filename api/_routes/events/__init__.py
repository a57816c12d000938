"""The routes of the event log."""
