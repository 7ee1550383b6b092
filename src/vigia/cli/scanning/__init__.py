"""`vigia scan`: the command, and its summary for people."""
