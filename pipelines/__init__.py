"""One thin script a stage: read parameters, load tables, call the library once, write tables."""
