"""The day, and who is told of it."""
