"""Does tuning pay? Tuned parameters against the defaults on days that tuning never saw: `make tuning`.

The fleet of the last pipeline run is tuned anew with each seed, and with several times the budget. Tuned and default
parameters are then fitted on the schedule of the backtest, with the same seed, and forecast the test slice.
"""
