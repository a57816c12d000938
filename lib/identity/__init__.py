"""People: signing in and out, who they are, and who may do what in whose name."""
