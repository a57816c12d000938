"""A deterministic model server with the wire formats of OpenAI, Azure OpenAI and Anthropic."""
