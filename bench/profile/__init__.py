"""Shows where the processor time of a request goes, in Python and in SQL."""
