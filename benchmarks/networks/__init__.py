"""Networks over all clients, fitted further at each refit of the backtest's schedule: `make networks`."""
