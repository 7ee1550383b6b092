"""What people said: verdicts weigh, accepted events end, and the site log explains."""
