"""How good it all is: `forecasts` and bands, events against an `annotation`, model `cards`, `pictures`."""
