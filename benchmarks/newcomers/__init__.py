"""How well a new client is forecast, by the length of its history: `make newcomers`.

Each client of the last pipeline run is taken for a new one: its history begins L days before its test slice and grows
through it. The fleet models that forecast it were fitted without it, without its duplicates, and without any reading on
or after the midnight of the fit. Clients are left out in groups, which is stricter than one by one.
"""
