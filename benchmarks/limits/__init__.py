"""Limits chosen on one half of the clients and judged on the other, against an annotation given by path."""
