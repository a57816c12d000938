"""Identity: who signs in, how, and what is kept of them. Import from its parts: each exports its names."""
