"""Statistics that outliers do not move, kept up to date value by value."""
