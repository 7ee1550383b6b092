"""Day-ahead daily totals by peer libraries, on the days that the reports score: `make peers`.

The libraries need pandas < 3 and live in an environment of their own, `benchmarks/peers/.venv`. `forecast`,
`statistical` and `boosted` run there and import nothing of Vigía; all other modules run in the main environment. The
two exchange CSV files.
"""
