"""How well detection does on faults put into the readings of the last pipeline run: `make bench-detection`."""
