"""What every answer and every request has in common: the application, errors, envelopes, pages, conditions."""
