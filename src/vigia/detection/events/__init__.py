"""From findings to events: merged, identified, with a cause, a reason and a severity, as rows of the tables."""
