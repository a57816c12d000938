"""Embeddings of contents and of brand knowledge, by which similar texts are found."""
