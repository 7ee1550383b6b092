"""What the service answers, by subject: typed, and open to what a newer service adds."""
