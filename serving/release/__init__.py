"""The release in operation (`current`), and what is derived from it once, on the first request (`served`)."""
