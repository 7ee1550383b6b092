"""What is said of clients: their line in the list, series, profile, and totals. Pure functions of what is served."""
