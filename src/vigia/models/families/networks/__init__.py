"""Networks over all clients at once: one learns how series move, and is fitted further, not anew, as days come."""
