"""Commands for developers. None of them is deployed."""
