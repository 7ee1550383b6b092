"""Commands of operation: what arrives, the day, and who is told and may do what."""
