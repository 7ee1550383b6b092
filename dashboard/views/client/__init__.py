"""One client: what was registered, what was expected, and where they part."""
