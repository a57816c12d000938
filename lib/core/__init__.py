"""What every context shares and that knows no context."""
