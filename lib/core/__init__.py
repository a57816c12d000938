"""Code that all contexts share. It knows no context."""
