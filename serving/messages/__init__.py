"""Who is told, as routes and pages say it."""
