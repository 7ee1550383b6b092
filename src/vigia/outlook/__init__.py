"""The coming days of a client with their bands, said once for the service and for registered models.

`issue` puts the bands of a release (`offsets`) around a forecast; `pyfunc` is that as a model which MLflow loads
anywhere, and `readings` the table that it takes. Only what a forecast needs is imported: such models carry this code.
"""
