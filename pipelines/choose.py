"""candidates -> chosen: one family a client, with the reason."""

from pipelines import common
from vigia import frames
from vigia.choose import choose


def main() -> None:
    """Run the stage."""
    params = common.params("choose")
    candidates = frames.read(common.CANDIDATES, "candidates")
    chosen = choose(candidates, params.choose.min_validation_days, params.fleet.timezone)
    frames.write(chosen, common.CHOSEN)


if __name__ == "__main__":
    common.run(main)
