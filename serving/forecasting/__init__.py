"""Forecasts (`forecast`) and bands (`thresholds`) of a client; both take the days to come from `issue`."""
