"""Figures: builders of empty charts, and what puts answers of the service into them."""
