"""Routes of those who are told."""
