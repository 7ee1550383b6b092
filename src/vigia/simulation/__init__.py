"""Faults and benign changes made on purpose, and the demo fleet that carries them."""
