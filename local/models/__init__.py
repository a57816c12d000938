"""A model server with the wire formats of OpenAI, Azure OpenAI and Anthropic, and no randomness."""
