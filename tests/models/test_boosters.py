"""What a booster costs whoever reads one."""

import subprocess
import sys

ASKED = """
import sys
from vigia.models.boosters import _xgboost
_xgboost()
assert not [name for name in sys.modules if name.startswith("sklearn")]
"""


def test_the_first_booster_brings_no_scikit_learn_and_leaves_none_hidden() -> None:
    subprocess.run([sys.executable, "-c", ASKED], check=True, timeout=120)
