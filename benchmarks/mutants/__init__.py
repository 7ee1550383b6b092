"""Would a test notice? Lines of the code are changed one by one, and the tests that guard them are run: `make mutants`.

The changes are made by cosmic-ray, which has an environment of its own; the tests run with the product's.
"""
