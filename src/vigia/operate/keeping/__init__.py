"""Keeping a fleet in operation: `backup` and `restore` of what no experiment makes again, `prune` of what is old."""

KEEPING = "keeping"
"""Lock under which backups are made and old things removed: never both at once."""
