"""Does tuning pay? Tuned parameters against the defaults on the test slice, and how studies converged: `make tuning`.

The tuned forecasts are those of the last pipeline run; the defaults are fitted here on the same schedule.
"""
