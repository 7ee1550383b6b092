"""Who may do what, and who did. These routes say nothing of a release, so they answer without one."""
