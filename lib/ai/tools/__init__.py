"""The AI tools of domain §7, each with its prompt, its response schema and its bounds."""
