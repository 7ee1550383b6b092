"""Readings that are kept: what is sent to be recorded, and what was."""
